"""``unyo run`` and ``unyo plan``: every runbook is a command whose options are its parameters."""

from __future__ import annotations

import difflib
from datetime import datetime, timedelta
from typing import Any

import click

from unyo.cli.drive import drive
from unyo.cli.form import given_params, param_options
from unyo.cli.identity import identify
from unyo.cli.plan_view import show_plan
from unyo.cli.screen import Screen, show, tr
from unyo.core.dates import parse_instant
from unyo.core.errors import ApprovalNeeded, BadInput
from unyo.core.risk import Risk
from unyo.core.runbook import Runbook
from unyo.core.text import Text
from unyo.settings import load_settings
from unyo.wiring import build_road, find_runbook, runbook_names


class RunbookCommands(click.Group):
    """One sub-command per runbook; only the chosen one is loaded."""

    def __init__(self, name: str, plan_only: bool, help_text: Text) -> None:
        super().__init__(name, help=show(help_text))
        self._plan_only = plan_only

    def list_commands(self, ctx: click.Context) -> list[str]:
        return runbook_names(load_settings())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        names = self.list_commands(ctx)
        if cmd_name not in names:
            close = ", ".join(difflib.get_close_matches(cmd_name, names, 3, 0.4)) or ", ".join(names)
            raise BadInput(
                "runbook.unknown",
                Text("there is no such runbook", "その名前の作業手順はありません"),
                Text(f"near: {close}", f"近い名前: {close}"),
                target=cmd_name,
            )
        return _command_of(find_runbook(load_settings(), cmd_name), self._plan_only)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        settings = load_settings()
        rows = [(name, show(find_runbook(settings, name).title)) for name in runbook_names(settings)]
        with formatter.section(tr("Runbooks", "作業手順")):
            formatter.write_dl(rows)


run = RunbookCommands(
    "run", False, Text("Plan, approve and run a runbook.", "作業を計画し、承認を得て実行します。")
)
plan = RunbookCommands(
    "plan", True, Text("Plan a runbook and leave it for approval.", "計画だけを作り、承認待ちにします。")
)


def _command_of(runbook: Runbook[Any], plan_only: bool) -> click.Command:
    @click.pass_obj
    def call(screen: Screen, /, **values: Any) -> None:
        road_values = {name: values.pop(name) for name in ROAD_OPTIONS if name in values}
        values.pop("json", None)
        _travel(screen, runbook, values, plan_only or road_values.pop("plan_only", False), road_values)

    options = [*param_options(runbook), *_road_options(plan_only)]
    return click.Command(runbook.name, params=options, callback=call, help=show(runbook.title))


ROAD_OPTIONS = (
    "reason",
    "ticket",
    "at",
    "deadline",
    "by",
    "plan_only",
    "approve_by",
    "approve_reason",
    "yes",
    "detach",
    "rehearse",
)


def _road_options(plan_only: bool) -> list[click.Parameter]:
    found: list[click.Parameter] = [
        click.Option(["--reason"], required=True, help=tr("why this is done", "実施理由")),
        click.Option(["--ticket"], default="", help=tr("the ticket it belongs to", "受付票の番号")),
        click.Option(["--at"], help=tr("not before this time (JST)", "開始日時(日本時間)")),
        click.Option(
            ["--deadline"],
            metavar="DATE",
            help=tr("how long absent targets are waited for", "応答のない対象を待つ期限"),
        ),
        click.Option(["--by"], help=tr("who asks, if not this user", "依頼者(この OS ユーザと異なる場合)")),
        click.Option(
            ["--rehearse"], is_flag=True, help=tr("write nothing, try everything", "書込まずに予行する")
        ),
        click.Option(["--json"], is_flag=True, help=tr("answer in JSON", "JSON で出力")),
    ]
    if not plan_only:
        found += [
            click.Option(["--plan", "plan_only"], is_flag=True, help=tr("only plan", "計画のみ")),
            click.Option(["--approve-by"], help=tr("the colleague who approves now", "この場で承認する人")),
            click.Option(["--approve-reason"], default="", help=tr("why it is approved", "承認理由")),
            click.Option(
                ["--yes", "-y"], is_flag=True, help=tr("run a routine plan at once", "定例の計画を直ちに実行")
            ),
            click.Option(
                ["--detach"], is_flag=True, help=tr("leave it to the worker", "実行をワーカーに任せる")
            ),
        ]
    return found


def _travel(
    screen: Screen, runbook: Runbook[Any], values: dict[str, Any], plan_only: bool, asked: dict[str, Any]
) -> None:
    from unyo.flow.approval import approve, approve_by_rule
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    params = given_params(runbook, values)
    road = build_road(load_settings(), screen.progress())
    requester = identify(road, asked["by"])
    if asked["rehearse"]:
        _rehearse(screen, road, runbook, params)
        return
    job = request_job(
        road,
        runbook.name,
        params,
        requester.name,
        asked["reason"],
        ticket=asked["ticket"],
        not_before=_instant(asked["at"]),
        deadline=_last_instant(asked["deadline"]),
    )
    made = plan_job(road, job)
    show_plan(screen, job, made, runbook.changes_nothing)
    if plan_only:
        screen.say(f"approve it: unyo approve {job.pk} --reason …", f"承認: unyo approve {job.pk} --reason …")
        return
    if asked["approve_by"]:
        approver = identify(road, asked["approve_by"])
        approve(road, job, approver.name, asked["approve_reason"], job.digest)
    elif job.risk == Risk.ROUTINE and (asked["yes"] or runbook.changes_nothing or _confirmed(screen)):
        approve_by_rule(road, job)
    else:
        raise ApprovalNeeded(
            "approval.needed",
            Text(
                f"the plan is {job.risk}; another person approves it",
                f"危険度 {job.risk}: 別の人の承認が必要です",
            ),
            Text(f"unyo approve {job.pk} --reason …", f"unyo approve {job.pk} --reason …"),
            target=job.number,
        )
    drive(screen, road, job, detach=asked["detach"])


def _last_instant(text: str | None) -> datetime | None:
    """A deadline; a mere day means to its end."""
    instant = _instant(text, "--deadline")
    names_a_time = text is not None and any(mark in text for mark in ":：時")
    return instant if instant is None or names_a_time else instant + timedelta(days=1)


def _instant(text: str | None, flag: str = "--at") -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise BadInput(
            "request.at",
            Text("the time is not understood", "日時を解釈できません"),
            Text("write 2027-04-01T00:00 or 令和9年4月1日", "2027-04-01T00:00 または 令和9年4月1日 と書く"),
            target=flag,
            detail=text,
        ) from error


def _confirmed(screen: Screen) -> bool:
    return not screen.json and click.confirm(tr("run it now?", "実行しますか?"), default=False)


def _rehearse(screen: Screen, road: Any, runbook: Runbook[Any], params: Any) -> None:
    from unyo.flow.rehearsal import rehearse

    outcomes = rehearse(road, runbook, params)
    screen.say("dress rehearsal: nothing was written", "予行: 何も書き込んでいません")
    screen.table(
        [Text("outcome", "結果"), Text("steps", "件数")],
        [(f"{o} {show(o.label)}", n) for o, n in outcomes.counts.items()],
    )
    for target, result in outcomes.bad:
        screen.line(f"  {target.shown}: {result.code} {show(result.message) if result.message else ''}")
    screen.data({"rehearsal": True, "outcomes": outcomes.counts, "bad": len(outcomes.bad)})
    if outcomes.bad:
        raise click.exceptions.Exit(1)
