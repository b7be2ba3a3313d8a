"""``unyo approve`` and ``unyo refuse``: another person's yes or no to exactly one plan."""

from __future__ import annotations

import click

from unyo.cli.drive import drive
from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, tr
from unyo.ledger.queries import find_job
from unyo.settings import load_settings
from unyo.wiring import build_road

_by = click.option("--by", help=tr("who decides, if not this user", "判断する人(この OS ユーザと異なる場合)"))
_reason = click.option("--reason", required=True, help=tr("why", "理由"))


@command(
    en="Approve a waiting plan, bound to its digest.",
    ja="承認待ちの計画を、ダイジェストを確認して承認します。",
)
@click.argument("job")
@_by
@_reason
@click.option("--digest", help=tr("the digest you have seen", "確認した計画のダイジェスト"))
@click.option("--run", "run_now", is_flag=True, help=tr("carry it out here and now", "承認後この場で実行"))
@click.pass_obj
def approve(screen: Screen, job: str, by: str | None, reason: str, digest: str | None, run_now: bool) -> None:
    from unyo.flow.approval import approve as approve_plan

    road = build_road(load_settings(), screen.progress())
    found = find_job(job)
    approver = identify(road, by)
    approve_plan(road, found, approver.name, reason, whole_digest(found.digest, digest))
    screen.say(
        f"{found.number} approved by {approver.name}", f"{found.number} を {approver.name} が承認しました"
    )
    if run_now:
        drive(screen, road, found)
    else:
        screen.data({"job": found.pk, "state": found.state, "digest": found.digest})


def whole_digest(of_job: str, seen: str | None) -> str:
    """What the approver saw: nothing named means the stored plan, eight digits or more are enough."""
    if seen is None or (len(seen) >= 8 and of_job.startswith(seen)):
        return of_job
    return seen


@command(en="Refuse a waiting plan.", ja="承認待ちの計画を却下します。")
@click.argument("job")
@_by
@_reason
@click.pass_obj
def refuse(screen: Screen, job: str, by: str | None, reason: str) -> None:
    from unyo.flow.approval import refuse as refuse_plan

    road = build_road(load_settings())
    found = find_job(job)
    refuse_plan(road, found, identify(road, by).name, reason)
    screen.say(f"{found.number} refused", f"{found.number} を却下しました")
    screen.data({"job": found.pk, "state": "REFUSED"})
