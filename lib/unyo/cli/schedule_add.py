"""``unyo schedule add`` and ``change``: the options of the runbook beside those of the timetable."""

from __future__ import annotations

from typing import Any

import click

from unyo.cli.form import given_params, param_options
from unyo.cli.identity import identify
from unyo.cli.run import RunbookCommands
from unyo.cli.schedule_options import NAMES, changed_schedule, new_schedule, timing_options
from unyo.cli.schedule_view import show_preview
from unyo.cli.screen import Screen, show, tr
from unyo.core.credential import Scope
from unyo.core.dates import in_jst
from unyo.core.errors import NotFound
from unyo.core.params import options, params_as_json, params_from_json
from unyo.core.risk import Risk
from unyo.core.runbook import Runbook
from unyo.core.schedule_file import schedule_from
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import ScheduleRecord
from unyo.ledger.schedules import find_schedule, living
from unyo.settings import load_settings
from unyo.wiring import build_road, find_runbook


class AddCommands(RunbookCommands):
    """One sub-command per runbook."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if super().get_command(ctx, cmd_name) is None:
            return None
        runbook = find_runbook(load_settings(), cmd_name)

        @click.pass_obj
        def call(screen: Screen, /, **values: Any) -> None:
            _add(screen, runbook, values)

        named = [
            click.Option(
                ["--as", "schedule_name"], required=True, help=tr("the schedule's name", "スケジュール名")
            ),
            click.Option(["--ticket"], default="", help=tr("the ticket it belongs to", "受付票の番号")),
        ]
        given = [*param_options(runbook), *named, *timing_options(), *_common()]
        return click.Command(cmd_name, params=given, callback=call, help=show(runbook.title))


class ChangeCommands(click.Group):
    """One sub-command per schedule, with the options of its runbook."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        build_road(load_settings())
        return [record.name for record in living()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        build_road(load_settings())
        record = find_schedule(cmd_name)
        runbook = find_runbook(load_settings(), record.runbook)

        @click.pass_obj
        def call(screen: Screen, /, **values: Any) -> None:
            _change(screen, record, runbook, values)

        asked = param_options(runbook)
        for option in asked:
            option.required = False
        given = [*asked, *timing_options(), *_common()]
        return click.Command(cmd_name, params=given, callback=call, help=show(runbook.title))


add = AddCommands(
    "add", False, Text("Run a runbook by cron or working days.", "作業を cron・開庁日で定期実行します。")
)
change = ChangeCommands(
    "change",
    help=tr(
        "Change a schedule; it is yours from then on.", "スケジュールを変更します(以後は変更者が所有者)。"
    ),
)


def _common() -> list[click.Parameter]:
    return [
        click.Option(["--reason"], required=True, help=tr("why", "理由")),
        click.Option(["--by"], help=tr("who asks, if not this user", "依頼者(この OS ユーザと異なる場合)")),
        click.Option(["--json"], is_flag=True, help=tr("answer in JSON", "JSON で出力")),
    ]


def _add(screen: Screen, runbook: Runbook[Any], values: dict[str, Any]) -> None:
    from unyo.flow.schedule_changes import add_schedule

    asked, given, values = _apart(values)
    road = build_road(load_settings())
    params = params_as_json(given_params(runbook, values))
    schedule = new_schedule(runbook.name, params, given, _today(road))
    owner = identify(road, asked["by"])
    record = add_schedule(
        road, asked["schedule_name"], schedule, owner.name, asked["reason"], asked["ticket"]
    )
    screen.say(f"schedule {record.name} is added", f"スケジュール {record.name} を登録しました")
    show_preview(screen, road, record, 3)
    _tell_of_scope(screen, road, runbook, params)
    _tell_of_approval(screen, runbook, record)


def _change(screen: Screen, record: ScheduleRecord, runbook: Runbook[Any], values: dict[str, Any]) -> None:
    from unyo.flow.schedule_changes import change_schedule

    asked, given, values = _apart(values)
    road = build_road(load_settings())
    old = schedule_from(record.content)
    params = _changed_params(runbook, dict(old.params), values)
    by = identify(road, asked["by"])
    change_schedule(
        road, record, changed_schedule(old, params, given, _today(road)), by.name, asked["reason"]
    )
    record.refresh_from_db()
    screen.say(
        f"schedule {record.name} is changed (version {record.version}), owner {record.owner}",
        f"スケジュール {record.name} を変更しました(第 {record.version} 版、所有者 {record.owner})",
    )
    show_preview(screen, road, record, 3)
    _tell_of_scope(screen, road, runbook, params)
    _tell_of_approval(screen, runbook, record)


def _apart(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What is asked of every command, of the timetable, of the runbook."""
    asked = {name: values.pop(name, "") for name in ("schedule_name", "ticket", "reason", "by", "json")}
    return asked, {name: values.pop(name) for name in NAMES}, values


def _changed_params(runbook: Runbook[Any], old: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    filled = {name: value for name, value in values.items() if value not in (None, ())}
    rows = next((item for item in options(runbook.Params) if item.is_rows), None)
    columns = {"rows", *(column.name for column in options(rows.type))} if rows else set()
    if rows and columns & set(filled):
        kept = {name: value for name, value in old.items() if name != rows.name}
        return params_as_json(given_params(runbook, {**kept, **filled}))
    return params_as_json(params_from_json(runbook.Params, {**old, **filled}))


def _tell_of_scope(screen: Screen, road: Road, runbook: Runbook[Any], given: dict[str, Any]) -> None:
    """A mistyped name is told now, not by a run that fails at night. What it means may still come, so it stays."""
    params: Any = params_from_json(runbook.Params, given)
    if not isinstance(params, Scope):
        return
    try:
        count = len(road.tools.credentials.select(params))
    except NotFound as error:
        screen.line(f"? {error.in_language(screen.language)}")
        return
    screen.say(f"accounts as of now: {count}", f"現時点の対象アカウント: {count} 件")


def _tell_of_approval(screen: Screen, runbook: Runbook[Any], record: ScheduleRecord) -> None:
    if runbook.risk is not Risk.ROUTINE:
        screen.say(
            f"its plans wait for a person; another one may approve them beforehand: "
            f"unyo schedule approve {record.name} --reason …",
            f"計画ごとに承認が必要です。別の担当者が前もって承認できます: "
            f"unyo schedule approve {record.name} --reason …",
        )


def _today(road: Road) -> str:
    return str(in_jst(road.tools.clock.now()).date())
