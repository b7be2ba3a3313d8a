"""A small office on a lab directory: ledger, vault, policies, and rosters written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from support.boxes import SetClock
from unyo.core.person import Department, Person, Post, Roster, Standing
from unyo.flow.context import Road
from unyo.lab.controller import LabDirectory
from unyo.settings import DirectoryOptions, Settings

DEPARTMENTS = {
    "0100": Department("0100", "総務部"),
    "0101": Department("0101", "総務課", "0100"),
    "0102": Department("0102", "会計課", "0100"),
    "0201": Department("0201", "消費者政策課"),
}

CAST = [
    ("000101", "佐藤", "健一", "サトウ", "ケンイチ", "0101", "課長"),
    ("000102", "髙橋", "美咲", "タカハシ", "ミサキ", "0101", "係長"),
    ("000103", "大野", "翔太", "オオノ", "ショウタ", "0102", ""),
    ("000104", "井上", "さくら", "イノウエ", "サクラ", "0102", "係長"),
    ("000105", "佐藤", "健一", "サトウ", "ケンイチ", "0101", ""),
    ("000106", "山﨑", "学", "ヤマザキ", "マナブ", "0201", "課長"),
]


def person(row: Sequence[str], **changes: Any) -> Person:
    number, family, given, family_kana, given_kana, department, title = row
    made = Person(number, family, given, family_kana, given_kana, (Post(department, title),))
    return replace(made, **changes)


def roster(
    people: Sequence[Person], effective: date, departments: dict[str, Department] | None = None
) -> Roster:
    return Roster(effective, {p.staff_number: p for p in people}, departments or DEPARTMENTS)


def last_year() -> Roster:
    """Six people in three departments on 1 April 2026, two of one name."""
    return roster([person(row) for row in CAST], date(2026, 4, 1))


def this_year() -> Roster:
    """1 April 2027: a mover, a rename, a leaver, someone seconded out, a joiner, a new and a closed department."""
    people = {p.staff_number: p for p in last_year().people.values()}
    departments = {code: d for code, d in DEPARTMENTS.items() if code != "0102"}
    departments["0103"] = Department("0103", "経理課", "0100")
    people["000103"] = replace(
        people["000103"], posts=(Post("0103", "主査"),), handover_until=date(2027, 4, 30)
    )
    people["000104"] = replace(
        people["000104"], family_name="中村", family_kana="ナカムラ", posts=(Post("0103", "係長"),)
    )
    people["000105"] = replace(people["000105"], standing=Standing.LEFT)
    people["000106"] = replace(people["000106"], standing=Standing.SECONDED_OUT)
    people["000107"] = person(("000107", "渡邊", "結衣", "ワタナベ", "ユイ", "0201", ""))
    return roster(list(people.values()), date(2027, 4, 1), departments)


def office_settings(home: Path, directory: LabDirectory) -> Settings:
    """Settings for a lab directory, the administrator's password in a private file."""
    secret = home / "bind.password"
    secret.touch(mode=0o600)
    secret.write_text(directory.admin_password.reveal())
    return Settings(
        home=home,
        directory=DirectoryOptions(
            urls=(directory.url,),
            bind_name=directory.admin_name,
            password_file=str(secret),
            ca_file=str(directory.ca_file),
        ),
    )


def open_office(home: Path, directory: LabDirectory, clock: SetClock) -> Road:
    """A road with real tools on a fresh ledger: tanaka asks, suzuki approves, sato is the officer."""
    from unyo.ledger.models import Operator
    from unyo.runbooks import load
    from unyo.vault.key_file import create_key_file
    from unyo.wiring import Toolbox

    settings = office_settings(home, directory)
    create_key_file(settings.key_file)
    tools = Toolbox(settings)
    tools.__dict__["clock"] = clock
    Operator.objects.bulk_create(
        [Operator(name="tanaka"), Operator(name="suzuki"), Operator(name="sato", role="officer")]
    )
    return Road(tools, load, home / "audit.anchor")


def import_roster(road: Road, made: Roster) -> int:
    """Store a roster as the import does; its number."""
    from unyo.ledger.rosters import Source, store_roster

    source = Source("by-hand.csv", "0" * 64, {}, "tanaka")
    return int(store_roster(made, source, road.tools.clock.now()).pk)


def accounts(road: Road) -> dict[str, dict[str, Any]]:
    """Staff number → state of every account, read from the directory."""
    from unyo.runbooks.accounts.rules.places import read_places
    from unyo.runbooks.accounts.rules.policy import account_policy
    from unyo.runbooks.accounts.rules.reading import read_accounts

    policy = account_policy(road.tools)
    return read_accounts(road.tools, policy, read_places(road.tools.directory, policy), None)


def carried_out(road: Road, runbook: str, params: Any, approver: str = "suzuki", **more: Any) -> Any:
    """Request, plan, approve and work; the ended job."""
    from support.journey import worked
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    job = request_job(road, runbook, params, "tanaka", "a test asks for it", **more)
    plan_job(road, job)
    approve(road, job, approver, "as agreed", job.digest)
    return worked(road, job)


def closing(road: Road) -> Iterator[Road]:
    yield road
    road.tools.directory.close()  # type: ignore[attr-defined]
