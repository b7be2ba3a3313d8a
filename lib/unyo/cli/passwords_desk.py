"""``unyo passwords reset`` and ``unlock``: the desk's jobs, in half a minute each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from unyo.cli.desk_verifying import Caller, verify
from unyo.cli.drive import drive
from unyo.cli.handover import newest_password_of, print_slips, show_secret
from unyo.cli.identity import identify
from unyo.cli.plan_view import show_plan
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.desk import Way
from unyo.core.errors import ApprovalNeeded, BadInput, Refused
from unyo.core.job_state import JobState
from unyo.core.plan import Plan, Weight
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import Job
from unyo.ledger.questions import EXTENSIONS
from unyo.runbooks.passwords.rules.desk_policy import desk_policy
from unyo.runbooks.passwords.rules.people import bars, find_person
from unyo.settings import load_settings
from unyo.wiring import build_road

_reason = click.option("--reason", required=True, help=tr("why this is done", "実施理由"))
_ticket = click.option("--ticket", default="", help=tr("the ticket it belongs to", "受付票の番号"))
_by = click.option("--by", help=tr("who asks, if not this user", "依頼者(この OS ユーザと異なる場合)"))
_approve_by = click.option(
    "--approve-by",
    help=tr("a privileged account: who approves now", "特権アカウントの場合にこの場で承認する人"),
)
_approve_reason = click.option("--approve-reason", default="", help=tr("why it is approved", "承認理由"))


_WAYS_ON = {
    "desk.disabled": Text(
        "ask personnel why it is disabled; back from leave: unyo run accounts.restore",
        "無効の理由を人事担当に確認する。復職の場合は unyo run accounts.restore",
    ),
    "desk.expired": Text(
        "ask personnel; where the contract goes on, have the account extended first",
        "人事担当に確認し、契約が続く場合は先に有効期限を延長する",
    ),
    "desk.kept": Text(
        "unyo plan passwords.rotate --kind directory --account NAME --reason …",
        "unyo plan passwords.rotate --kind directory --account アカウント名 --reason …",
    ),
}
"""What to do instead of a reset, by why there is none."""


@command(
    None,
    "reset",
    en="A person forgot the password: verify who calls, then reset, unlock and must-change in one step.",
    ja="失念したパスワードを再設定します(本人確認、再設定、ロック解除、次回変更を1回で行います)。",
)
@click.argument("person")
@_reason
@_ticket
@click.option(
    "--way",
    type=click.Choice([str(way) for way in Way]),
    help=tr("how the person is verified", "本人確認の方法"),
)
@click.option("--seen", default="", help=tr("in person: the identification seen", "対面で確認した身分証明書"))
@click.option(
    "--verification", type=int, help=tr("go on with a code sent before", "送信済みの確認コードで続行")
)
@click.option(
    "--show", "show_once", is_flag=True, help=tr("show the new password, once", "新しいパスワードを1回表示")
)
@click.option("--slip", type=click.Path(path_type=Path), help=tr("print a slip (PDF)", "通知票 (PDF) を作成"))
@_approve_by
@_approve_reason
@_by
@click.pass_obj
def reset(screen: Screen, /, person: str, reason: str, ticket: str, **asked: Any) -> None:
    if screen.json and asked["show_once"]:
        raise _no_password_in_json()
    road = build_road(load_settings())
    operator = identify(road, asked["by"])
    policy = desk_policy(road.tools.policies)
    who, entry = find_person(person, road.tools, (*policy.contact, *EXTENSIONS, "mail"))
    for finding in bars(who, road.tools):
        raise Refused(
            finding.code,
            finding.text,
            _WAYS_ON.get(finding.code, Text("nothing was done", "何も実行していません")),
            target=finding.where,
        )
    caller = Caller(screen, road, who, entry, operator.name, ticket, policy)
    verified = verify(caller, asked["way"], asked["seen"], asked["verification"])
    params = {"person": who.key, "verification": verified}
    job = _travelled(screen, road, "passwords.reset", params, operator.name, reason, ticket, asked)
    _hand_over(screen, road, job, who.key, operator.name, reason, asked)


@command(
    None,
    "unlock",
    en="Unlock a person's account; says why it is locked, or what else keeps the person out.",
    ja="アカウントのロックを解除します。ロックされていない場合は、ログオンできない原因を示します。",
)
@click.argument("person")
@_reason
@_ticket
@_approve_by
@_approve_reason
@_by
@click.pass_obj
def unlock(screen: Screen, /, person: str, reason: str, ticket: str, **asked: Any) -> None:
    road = build_road(load_settings())
    operator = identify(road, asked["by"])
    _travelled(screen, road, "passwords.unlock", {"person": person}, operator.name, reason, ticket, asked)


def _travelled(
    screen: Screen,
    road: Road,
    name: str,
    values: dict[str, Any],
    requester: str,
    reason: str,
    ticket: str,
    asked: dict[str, Any],
) -> Job:
    """Requested, planned, approved by rule or by a second person, and carried out."""
    from unyo.core.params import params_from_json
    from unyo.flow.approval import approve, approve_by_rule
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    runbook = road.find_runbook(name)
    job = request_job(road, name, params_from_json(runbook.Params, values), requester, reason, ticket=ticket)
    plan: Plan = plan_job(road, job)
    if not screen.json:
        # One document answers: how it ended, or why it waits.
        show_plan(screen, job, plan, False)
    for finding in plan.findings:
        # Who stands at the counter has no time for unyo jobs show --notes.
        if finding.weight is Weight.NOTE:
            screen.line(f"  {show(finding.text)}")
    if job.risk == Risk.ROUTINE:
        approve_by_rule(road, job)
    elif asked["approve_by"]:
        approve(road, job, identify(road, asked["approve_by"]).name, asked["approve_reason"], job.digest)
    else:
        raise ApprovalNeeded(
            "approval.needed",
            Text(
                f"a privileged account: the plan is {job.risk}; another person approves it",
                f"特権アカウントのため、危険度 {job.risk} の計画です。別の人の承認が必要です",
            ),
            _after_approval(job),
            target=job.number,
        )
    drive(screen, road, job)
    return job


def _hand_over(
    screen: Screen, road: Road, job: Job, key: str, operator: str, reason: str, asked: dict[str, Any]
) -> None:
    job.refresh_from_db()
    if job.state != JobState.DONE:
        return
    if asked["slip"]:
        print_slips(screen, road, job, asked["slip"], operator, reason)
    elif asked["show_once"]:
        show_secret(road, newest_password_of(key), operator, reason)
    else:
        screen.say(
            f"hand it over, once: unyo handover show {key} --reason … (or unyo handover slips {job.pk} --out FILE)",
            f"引渡し(1回): unyo handover show {key} --reason … または unyo handover slips {job.pk} --out ファイル",
        )


def _after_approval(job: Job) -> Text:
    approved = f"unyo approve {job.pk} --reason …"
    if job.runbook != "passwords.reset":
        return Text(approved, approved)
    shown = f"unyo handover show {job.params['person']} --reason …"
    return Text(f"{approved}; then {shown}", f"{approved}。完了後に {shown}")


def _no_password_in_json() -> BadInput:
    return BadInput(
        "desk.json",
        Text(
            "a password does not belong into an answer for scripts", "JSON 出力にパスワードは含められません"
        ),
        Text("leave --json or --show out", "--json または --show を外す"),
        target="--show",
    )
