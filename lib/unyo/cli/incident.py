"""``unyo incident``: say that passwords may have leaked, and see what that and other events set off."""

from __future__ import annotations

from typing import Any

import click

from unyo.cli.form import scalar_option
from unyo.cli.identity import identify
from unyo.cli.schedule_view import STATES
from unyo.cli.screen import Screen, group, show, tr
from unyo.cli.screen import command as made
from unyo.core.credential import Scope
from unyo.core.dates import in_jst
from unyo.core.job_state import JobState
from unyo.core.params import options
from unyo.core.text import Text
from unyo.ledger.models import RunState, TriggeredRun
from unyo.settings import load_settings
from unyo.wiring import build_road

incident = group("incident", "Passwords that may have leaked.", "パスワード漏えいの疑いへの対応")


def _declare(screen: Screen, values: dict[str, Any]) -> None:
    from unyo.flow.incidents import declare_incident

    asked = {name: values.pop(name) for name in ("operator", "reason", "ticket", "by")}
    road = build_road(load_settings())
    actor = identify(road, asked["by"]).name
    scope = {name: value for name, value in values.items() if value not in (None, ())}
    count = declare_incident(road, actor, asked["reason"], scope, asked["operator"], asked["ticket"])
    who = asked["operator"]
    named = (f"what {who} may know", f"{who} が知り得るもの") if who else (f"{count} accounts", f"{count} 件")
    screen.say(
        f"declared: {named[0]}; a worker brings their new passwords on the way: unyo incident list",
        f"登録しました(対象: {named[1]})。ワーカーがパスワード変更を進めます: unyo incident list",
    )
    screen.data({"declared": True, "accounts": count})


@click.pass_obj
def _call(screen: Screen, /, **values: Any) -> None:
    values.pop("json", None)
    _declare(screen, values)


incident.add_command(
    click.Command(
        "declare",
        help=tr(
            "Declare that these accounts, or what an operator has read, may have leaked.",
            "対象アカウント、または担当者が閲覧したパスワードの漏えいの疑いを登録します。",
        ),
        callback=_call,
        params=[
            *(scalar_option(item) for item in options(Scope)),
            click.Option(
                ["--operator"], default="", help=tr("all that this one has read", "閲覧が疑われる担当者")
            ),
            click.Option(["--reason"], required=True, help=tr("what happened", "状況・理由")),
            click.Option(["--ticket"], default="", help=tr("the ticket it belongs to", "受付票の番号")),
            click.Option(
                ["--by"], help=tr("who says so, if not this user", "登録者(この OS ユーザと異なる場合)")
            ),
            click.Option(["--json"], is_flag=True, help=tr("answer in JSON", "JSON で出力")),
        ],
    )
)


@made(incident, "list", en="What events have set off.", ja="イベントをきっかけに始まった作業。")
@click.option("--most", default=20, show_default=True)
@click.pass_obj
def list_triggered(screen: Screen, most: int) -> None:
    build_road(load_settings())
    rows = list(TriggeredRun.objects.select_related("job").order_by("-event_seq", "trigger")[:most])
    screen.table(
        [
            Text("trigger", "きっかけ"),
            Text("since", "発生"),
            Text("until", "期限"),
            Text("state", "状態"),
            Text("job", "ジョブ"),
            Text("reason", "理由"),
        ],
        [
            (
                row.trigger,
                f"{in_jst(row.noticed_at):%Y-%m-%d %H:%M}",
                f"{in_jst(row.deadline):%Y-%m-%d %H:%M}",
                show(STATES[RunState(row.state)]),
                f"{row.job.number} {show(JobState(row.job.state).label)}" if row.job else "",
                "\n".join([row.reason, *(show(Text.from_json(why)) for why in row.reasons)]),
            )
            for row in rows
        ],
    )
    names = (
        "trigger",
        "event_seq",
        "state",
        "reason",
        "reasons",
        "scope",
        "read_by",
        "deadline",
        "requester",
    )
    screen.data([{name: getattr(row, name) for name in names} | {"job": row.job_id} for row in rows])
