"""``unyo doctor``: every setting and connection, one line each, with what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

import click

from unyo.cli.screen import Screen, command, show
from unyo.cli.terminal_check import look_at_terminals
from unyo.core.dates import in_jst
from unyo.core.errors import BadSetting, UnyoError
from unyo.core.text import Text
from unyo.settings import Settings, load_settings
from unyo.wiring import Toolbox, build_road, find_runbook, runbook_names

LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One line of the examination; ``error`` is None where all is well."""

    name: Text
    found: str
    error: UnyoError | None = None


@command(
    en="Check every connection and setting and say what to do.",
    ja="接続と設定をすべて点検し、対処を示します。",
)
@click.pass_obj
def doctor(screen: Screen) -> None:
    checks = list(_examine(load_settings()))
    for check in checks:
        mark = "!" if check.error else "✓"
        screen.line(f"{mark} {show(check.name)}: {check.found}")
        if check.error:
            screen.line("  " + check.error.in_language(screen.language).replace("\n", "\n  "))
    bad = [check for check in checks if check.error]
    screen.say(
        f"{len(checks)} checks, {len(bad)} need you", f"点検 {len(checks)} 件、対処が必要 {len(bad)} 件"
    )
    screen.data(
        [
            {"check": c.name.as_json(), "found": c.found, "error": c.error.as_json() if c.error else None}
            for c in checks
        ]
    )
    if bad:
        raise click.exceptions.Exit(1)


def _examine(settings: Settings) -> Iterator[Check]:
    yield Check(Text("settings", "設定ファイル"), str(settings.file or "defaults"))
    yield _check(Text("disk", "ディスク"), lambda: _disk(settings))
    ledger = _check(Text("ledger", "台帳"), lambda: _ledger(settings))
    yield ledger
    yield _check(
        Text("runbooks", "作業手順"),
        lambda: f"{len([find_runbook(settings, n) for n in runbook_names(settings)])}",
    )
    if ledger.error:
        return
    tools = Toolbox(settings)
    yield _check(Text("vault", "保管庫"), lambda: _vault(tools))
    yield _check(Text("own secrets", "unyo 自身の秘密情報"), lambda: _own_secrets(tools))
    yield _check(Text("break-glass export", "緊急時の持出し"), _break_glass)
    yield _check(Text("operators", "担当者"), _operators)
    yield _check(Text("clock", "時計"), lambda: _clock(tools))
    yield _check(Text("calendar", "開庁日カレンダー"), lambda: _calendar(tools))
    yield _check(Text("policies", "ポリシー"), lambda: _policies(tools))
    yield _check(Text("passwords", "パスワード"), lambda: _passwords(tools))
    yield _check(Text("schedules", "スケジュール"), lambda: _schedules(tools))
    yield _check(Text("triggers", "変更のきっかけ"), lambda: _triggers(tools))
    yield _check(Text("messages", "通知"), lambda: _messages(tools))
    yield _check(Text("baselines", "セキュリティポリシー"), lambda: _baselines(tools))
    yield _check(Text("directory", "ディレクトリ"), lambda: _directory(tools))
    yield _check(Text("terminals", "端末"), lambda: look_at_terminals(tools))


def _check(name: Text, look: Callable[[], str]) -> Check:
    try:
        return Check(name, look())
    except UnyoError as error:
        return Check(name, "", error)


def _ledger(settings: Settings) -> str:
    build_road(settings)
    from unyo.ledger.models import Event, Job
    from unyo.ledger.opening import shown_name

    return f"{shown_name()}, {Job.objects.count()} jobs, {Event.objects.count()} events"


def _disk(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        raise _bad(
            "doctor.disk",
            f"only {free:,} bytes free",
            f"空き容量 {free:,} バイト",
            "free some space",
            "空きを確保する",
        )
    if not os.access(settings.home, os.W_OK):
        raise _bad("doctor.home", "the home is not writable", "書き込めません", "chown it", "所有者を直す")
    return f"{settings.home}, {free // 2**30} GiB free"


def _vault(tools: Toolbox) -> str:
    from unyo.vault.safe import Safe

    safe = tools.vault
    assert isinstance(safe, Safe)
    found = safe.inspect()
    for _, error in found.closed:
        raise error
    return f"{found.opened} sealed secrets open"


def _own_secrets(tools: Toolbox) -> str:
    from unyo.runbooks.passwords.rules.own_policy import longest_ages

    longest, now = longest_ages(tools.policies), tools.clock.now()
    told = []
    for held in tools.own_secrets.listed():
        days = (now - held.since).days if held.since else None
        if days is not None and days > longest[held.key]:
            raise _bad(
                f"doctor.{held.key}",
                f"{held.label.en} {held.id} is {days} days old; the policy allows {longest[held.key]}",
                f"{held.label.ja} {held.id} は {days} 日前のものです(ポリシーの上限 {longest[held.key]} 日)",
                "unyo run passwords.rotate_own, or have it done by a schedule",
                "unyo run passwords.rotate_own を実行するか、スケジュールに登録する",
            )
        told.append(f"{held.id}: {days} d" if days is not None else f"{held.id}: -")
    return ", ".join(told)


def _break_glass() -> str:
    from unyo.cli.breakglass_check import look_at_export

    return look_at_export()


def _operators() -> str:
    from unyo.ledger.models import Operator

    active = list(Operator.objects.filter(active=True))
    if len(active) < 2:
        raise _bad(
            "doctor.operators",
            "nobody else could approve",
            "承認できる別の担当者がいません",
            "unyo operators add NAME --password",
            "unyo operators add 名前 --password",
        )
    officers = [operator.name for operator in active if operator.role == "officer"]
    if not officers:
        raise _bad(
            "doctor.officer",
            "no officer could approve a GRAVE plan",
            "重大な計画を承認できる責任者がいません",
            "unyo operators add NAME --role officer --password",
            "unyo operators add 名前 --role officer --password",
        )
    return f"{len(active)}, officers: {', '.join(officers)}"


def _clock(tools: Toolbox) -> str:
    shift = tools.clock.shift.total_seconds()
    now = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
    return f"{now}, TRAINING CLOCK shifted by {shift:.0f} s" if shift else now


def _calendar(tools: Toolbox) -> str:
    today, calendar = in_jst(tools.clock.now()).date(), tools.calendar
    for finding in calendar.warnings_for(today, today.replace(year=today.year + 1)):
        raise BadSetting(
            finding.code, finding.text, Text("update the package holidays", "holidays パッケージを更新する")
        )
    return f"{today}: {'open' if calendar.is_working_day(today) else 'closed'}"


def _policies(tools: Toolbox) -> str:
    names = ("accounts", "naming", "groups")
    for name in names:
        tools.policies.load(name)
    return ", ".join(names)


def _passwords(tools: Toolbox) -> str:
    from unyo.cli.passwords_check import look_at_passwords

    return look_at_passwords(tools)


def _schedules(tools: Toolbox) -> str:
    from unyo.cli.schedule_check import look_at_schedules

    return look_at_schedules(tools)


def _triggers(tools: Toolbox) -> str:
    from unyo.cli.schedule_check import look_at_triggers

    return look_at_triggers(tools)


def _messages(tools: Toolbox) -> str:
    from unyo.cli.notify_check import look_at_messages

    return look_at_messages(tools)


def _baselines(tools: Toolbox) -> str:
    packs, exceptions = tools.baselines.names(), tools.baselines.exceptions()
    return f"{len(tools.baselines.rules())} rules in {', '.join(packs)}; {len(exceptions)} exceptions"


def _directory(tools: Toolbox) -> str:
    facts, policy = tools.directory.facts(), tools.directory.password_policy()
    label = " SIMULATION" if facts.simulated else ""
    return (
        f"{facts.server} {facts.domain}{label} as {facts.bound_as}; passwords: {policy.minimum_length} characters, "
        f"history {policy.history}, lock-out {policy.lockout_threshold or 'never'}"
    )


def _bad(code: str, en: str, ja: str, next_en: str, next_ja: str) -> BadSetting:
    return BadSetting(code, Text(en, ja), Text(next_en, next_ja))
