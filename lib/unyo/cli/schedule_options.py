"""The options by which a schedule is described, and the schedule that they describe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import click

from unyo.cli.screen import tr
from unyo.core.dates import parse_date
from unyo.core.errors import BadInput
from unyo.core.schedule import CatchUp, Outside, Overlap, Schedule, Timetable, WhenClosed
from unyo.core.schedule_blackout import blackout_from
from unyo.core.schedule_file import when_from
from unyo.core.schedule_rule import When
from unyo.core.schedule_time import zone_named
from unyo.core.schedule_window import window_from
from unyo.core.text import Text

RULES = (
    "cron",
    "first_working_day",
    "last_working_day",
    "nth_working_day",
    "working_days_before_month_end",
    "every_working_days",
)

NAMES = (
    *RULES,
    *("since", "at", "timezone", "when_closed", "blackout", "no_blackout", "window", "no_window"),
    *("outside_window", "catch_up", "overlap", "most_targets", "most_removals"),
)


def timing_options() -> list[click.Parameter]:
    """Fresh options, none of them required: what a new schedule needs is checked when it is built."""
    return [
        click.Option(
            ["--cron"], metavar="EXPR", help=tr("minute hour day month weekday", "分 時 日 月 曜日")
        ),
        click.Option(["--first-working-day"], is_flag=True, help=tr("of every month", "毎月の第 1 開庁日")),
        click.Option(["--last-working-day"], is_flag=True, help=tr("of every month", "毎月の最終開庁日")),
        click.Option(
            ["--nth-working-day"], type=int, help=tr("of every month; -2: last but one", "毎月の第 n 開庁日")
        ),
        click.Option(
            ["--working-days-before-month-end"],
            type=int,
            help=tr("before the last working day", "最終開庁日の n 開庁日前"),
        ),
        click.Option(["--every-working-days"], type=int, help=tr("every n working days", "n 開庁日ごと")),
        click.Option(
            ["--since"], metavar="DATE", help=tr("counted from (today)", "起算日(指定がなければ今日)")
        ),
        click.Option(
            ["--at"], metavar="HH:MM", help=tr("time of day, except with --cron", "時刻(--cron 以外)")
        ),
        click.Option(["--timezone"], metavar="ZONE", help=tr("IANA name (Asia/Tokyo)", "時間帯(Asia/Tokyo)")),
        click.Option(
            ["--when-closed"],
            type=click.Choice([rule.value for rule in WhenClosed]),
            help=tr("on closed days and in blackouts (anyway)", "閉庁日・実施禁止期間の扱い(anyway)"),
        ),
        click.Option(
            ["--blackout"], multiple=True, metavar="FROM..TO:REASON", help=tr("never within", "実施禁止期間")
        ),
        click.Option(["--no-blackout"], is_flag=True, help=tr("without any", "実施禁止期間をなくす")),
        click.Option(
            ["--window"], multiple=True, metavar='"Mon-Fri 19:00-06:00"', help=tr("only within", "作業時間帯")
        ),
        click.Option(["--no-window"], is_flag=True, help=tr("without any", "作業時間帯をなくす")),
        click.Option(
            ["--outside-window"],
            type=click.Choice([rule.value for rule in Outside]),
            help=tr("moved to the next opening, or skipped (next)", "時間帯外の扱い(next)"),
        ),
        click.Option(
            ["--catch-up"],
            type=click.Choice([_dashed(rule.value) for rule in CatchUp]),
            help=tr("after an outage (run-once)", "停止後の未実施分の扱い(run-once)"),
        ),
        click.Option(
            ["--overlap"],
            type=click.Choice([rule.value for rule in Overlap]),
            help=tr("while an earlier run goes on (skip)", "前回が終わっていないとき(skip)"),
        ),
        click.Option(["--most-targets"], type=int, help=tr("above, a person decides", "対象数の上限")),
        click.Option(["--most-removals"], type=int, help=tr("above, a person decides", "停止・削除数の上限")),
    ]


def new_schedule(runbook: str, params: dict[str, Any], given: dict[str, Any], today: str) -> Schedule:
    """The schedule that these options describe; BadInput where its rule is missing or double."""
    when = _when(given, today)
    if when is None:
        flags = ", ".join(f"--{_dashed(name)}" for name in RULES)
        raise _bad(
            "when it runs is missing", "実施条件がありません", f"give one of {flags}", f"{flags} のいずれか"
        )
    plain = Timetable(when, ZoneInfo("Asia/Tokyo"))
    return changed_schedule(
        Schedule(runbook, params, plain), params, {**given, **dict.fromkeys(RULES)}, today
    )


def changed_schedule(old: Schedule, params: dict[str, Any], given: dict[str, Any], today: str) -> Schedule:
    """The old schedule with what was given."""
    table = old.timetable
    when = _when(given, today) or table.when
    if given["at"] and not any(given[name] for name in RULES) and "at" in when.as_json():
        when = when_from({**when.as_json(), "at": given["at"]})
    blackouts = () if given["no_blackout"] else table.blackouts
    windows = () if given["no_window"] else table.windows
    table = Timetable(
        when,
        zone_named(given["timezone"]) if given["timezone"] else table.zone,
        WhenClosed(given["when_closed"] or table.when_closed),
        tuple(map(blackout_from, given["blackout"])) or blackouts,
        tuple(map(window_from, given["window"])) or windows,
        Outside(given["outside_window"] or table.outside),
    )
    targets, removals = given["most_targets"], given["most_removals"]
    limits = replace(
        old.limits,
        targets=old.limits.targets if targets is None else targets,
        removals=old.limits.removals if removals is None else removals,
    )
    return Schedule(
        old.runbook,
        params,
        table,
        CatchUp(given["catch_up"].replace("-", "_") if given["catch_up"] else old.catch_up),
        Overlap(given["overlap"] or old.overlap),
        limits,
    )


def _when(given: dict[str, Any], today: str) -> When | None:
    named = [name for name in RULES if given[name] not in (None, False)]
    if not named:
        return None
    if len(named) > 1:
        flags = ", ".join(f"--{_dashed(name)}" for name in named)
        raise _bad(
            "there is more than one rule",
            "実施条件が複数あります",
            f"keep one of {flags}",
            f"{flags} の一つだけにする",
        )
    (name,) = named
    if (name == "cron") == bool(given["at"]):
        if name == "cron":
            raise _bad("cron has its own time", "cron は時刻を含みます", "leave --at out", "--at を外す")
        raise _bad(
            "the time of day is missing", "時刻がありません", "give --at 02:00", "--at 02:00 のように指定"
        )
    at = {"at": given["at"]}
    if name == "cron":
        return when_from({"cron": given["cron"]})
    if name in ("first_working_day", "last_working_day"):
        return when_from({"nth_working_day": 1 if name == "first_working_day" else -1, **at})
    since = str(parse_date(given["since"])) if given["since"] else today
    return when_from({name: given[name], "since": since, **at})


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _bad(en: str, ja: str, next_en: str, next_ja: str) -> BadInput:
    return BadInput("schedule.rule", Text(en, ja), Text(next_en, next_ja))
