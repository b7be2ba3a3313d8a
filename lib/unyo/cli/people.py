"""``unyo people``: the personnel department's files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.core.dates import BadDate, parse_date
from unyo.core.errors import BadInput, Refused
from unyo.core.person import Roster
from unyo.core.plan import Weight
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import Affiliation, RosterFile
from unyo.settings import load_settings
from unyo.wiring import build_road

people = group("people", "Personnel files.", "人事ファイルの取込みと確認")


@command(
    people,
    "import",
    en="Import a personnel file (CSV or XLSX); nothing in the directory is changed.",
    ja="人事ファイル(CSV・XLSX)を取り込みます。ディレクトリは変更しません。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--effective", required=True, help=tr("date from which it holds", "発効日(例: 令和9年4月1日)"))
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=tr("mapping file (YAML)", "対応表ファイル(YAML)"),
)
@click.option(
    "--late",
    type=int,
    metavar="ROSTER",
    help=tr("merge these late rows into a roster", "追加分として名簿に統合"),
)
@click.option(
    "--skip-bad-rows",
    is_flag=True,
    help=tr("leave bad rows out, their people as they are", "不正行を除外し、その職員は現状維持"),
)
@click.option(
    "--most-missing",
    type=float,
    default=0.1,
    show_default=True,
    help=tr("share of people that may be missing", "不在を許す割合"),
)
@click.option("--check", is_flag=True, help=tr("only read and show", "読み取って表示するだけ"))
@click.option("--by", help=tr("who imports, if not this user", "取り込む人(この OS ユーザと異なる場合)"))
@click.pass_obj
def import_file(
    screen: Screen,
    file: Path,
    effective: str,
    mapping: Path | None,
    late: int | None,
    skip_bad_rows: bool,
    most_missing: float,
    check: bool,
    by: str | None,
) -> None:
    from unyo.ledger.intake import load_mapping, read_personnel_file

    day = _day(effective)
    road = build_road(load_settings())
    importer = identify(road, by).name
    found = read_personnel_file(
        file.read_bytes(),
        file.name,
        load_mapping(mapping) if mapping else None,
        day,
        skip_bad_rows=skip_bad_rows,
    )
    _show_intake(screen, found)
    roster = _joined(road, found, day, late, most_missing)
    if check:
        screen.data({**found.as_json(), "stored": False})
        return
    number = _store(screen, road, found, roster, importer, late)
    screen.say(
        f"roster {number}: {len(roster.people)} people from {day}; next: unyo plan accounts.provision --roster {number}",
        f"名簿 {number}: {len(roster.people)} 名({day} 発効)。次: unyo plan accounts.provision --roster {number}",
    )
    screen.data(
        {
            **found.as_json(),
            "stored": True,
            "roster": number,
            "findings": [f.as_json() for f in roster.findings],
        }
    )


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except BadDate as error:
        raise BadInput(
            "people.effective",
            error.text,
            Text("write 2027-04-01 or 令和9年4月1日", "2027-04-01 または 令和9年4月1日 と書く"),
            target="--effective",
        ) from error


def _show_intake(screen: Screen, found: Any) -> None:
    """What was detected, so that a person can say whether it was understood."""
    facts = found.as_json()
    screen.line(f"{facts['filename']}: {facts['encoding']} {facts['worksheet'] or repr(facts['delimiter'])}")
    screen.table(
        [Text("field", "項目"), Text("heading in the file", "ファイルの見出し"), Text("first row", "先頭行")],
        [
            (name, heading, (found.sample[0] if found.sample else {}).get(heading))
            for name, heading in found.columns.items()
        ],
    )
    counted: dict[str, int] = {}
    for finding in found.findings:
        counted[finding.code] = counted.get(finding.code, 0) + 1
    for finding in [f for f in found.findings if f.weight is not Weight.NOTE][:30]:
        screen.line(f"? {finding.where} {show(finding.text)}".rstrip())
    if counted:
        screen.table([Text("finding", "所見"), Text("count", "件数")], sorted(counted.items()))


def _joined(road: Road, found: Any, day: date, late: int | None, most_missing: float) -> Roster:
    """The roster to store: late rows merged, people of bad rows kept, a short file refused."""
    from unyo.ledger.intake import carry_withheld, check_length, merge_late_rows

    if late is not None:
        return merge_late_rows(road.tools.people.roster(late), found)
    newest = RosterFile.objects.order_by("-effective", "-pk").first()
    if newest is None:
        return found.roster  # type: ignore[no-any-return]
    if day < newest.effective:
        raise Refused(
            "people.older",
            Text(
                f"roster {newest.pk} is already of {newest.effective}",
                f"名簿 {newest.pk}({newest.effective} 発効)より古い日付です",
            ),
            Text(
                "give the right --effective; an older file would rewrite history",
                "--effective を確認する。古いファイルは取り込めません",
            ),
            target=str(day),
        )
    last = road.tools.people.roster(newest.pk)
    check_length(found.roster, last, most_missing, found.withheld)
    return carry_withheld(found, last)


def _store(screen: Screen, road: Road, found: Any, roster: Roster, importer: str, late: int | None) -> int:
    from unyo.ledger.rosters import Source, same_file, store_roster

    known = same_file(found.sha256, roster.effective)
    if known is not None and late is None:
        screen.say(
            f"the same file is roster {known.pk} already",
            f"同じファイルは名簿 {known.pk} として取込み済みです",
        )
        return int(known.pk)
    source = Source(found.filename, found.sha256, found.as_json(), importer)
    return int(store_roster(roster, source, road.tools.clock.now(), late).pk)


@command(people, "list", en="All imported files.", ja="取り込んだ名簿の一覧。")
@click.pass_obj
def list_rosters(screen: Screen) -> None:
    build_road(load_settings())
    rows = [
        (r.pk, r.effective.isoformat(), r.filename, r.records.count(), r.parent_id, r.imported_by)
        for r in RosterFile.objects.order_by("-pk")[:50]
    ]
    names = ("roster", "effective", "filename", "people", "late_for", "by")
    screen.table(
        [
            Text("roster", "名簿"),
            Text("from", "発効日"),
            Text("file", "ファイル"),
            Text("people", "人数"),
            Text("late rows of", "追加元"),
            Text("by", "取込者"),
        ],
        rows,
    )
    screen.data([dict(zip(names, row, strict=True)) for row in rows])


@command(people, "show", en="One person's posts by date.", ja="職員1人の所属履歴。")
@click.argument("staff_number")
@click.pass_obj
def show_person(screen: Screen, staff_number: str) -> None:
    build_road(load_settings())
    posts = Affiliation.objects.filter(staff_number=staff_number).order_by("valid_from", "-is_main")
    rows = [
        (
            p.valid_from.isoformat(),
            p.valid_until.isoformat() if p.valid_until else "",
            p.name,
            p.department_code,
            p.department_name,
            p.title,
            p.standing,
            "*" if p.is_main else "",
        )
        for p in posts
    ]
    names = ("from", "until", "name", "department_code", "department", "title", "standing", "main")
    screen.table(
        [
            Text("from", "開始"),
            Text("until (not incl.)", "終了(当日含まず)"),
            Text("name", "氏名"),
            Text("code", "所属コード"),
            Text("department", "所属"),
            Text("title", "役職"),
            Text("standing", "在籍区分"),
            Text("main", "本務"),
        ],
        rows,
    )
    screen.data([dict(zip(names, row, strict=True)) for row in rows])
