"""``unyo passwords checkout``, ``read``, ``checkin`` and ``checkouts``: passwords that people hold for a while."""

from __future__ import annotations

import re
from datetime import datetime

import click

from unyo.cli.identity import identify
from unyo.cli.passwords_eyes import check_eyes, show_to
from unyo.cli.plan_view import show_plan
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.checkout import CheckoutState
from unyo.core.dates import in_jst
from unyo.core.errors import ApprovalNeeded, BadInput, Refused
from unyo.core.job_state import JobState
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.flow import checkouts as flow
from unyo.flow.approval import approve, approve_by_rule
from unyo.flow.context import Road
from unyo.flow.reading import read_once
from unyo.flow.worker import Worker
from unyo.ledger.checkouts import checkout_of
from unyo.ledger.models import CheckoutRecord, Job
from unyo.settings import load_settings
from unyo.wiring import build_road

_LENGTH = re.compile(r"(?:(\d{1,4})\s*[h時](?:間)?)?\s*(?:(\d{1,5})\s*[m分]?)?")
_by = click.option("--by", help=tr("who asks, if not this user", "実施者(この OS ユーザと異なる場合)"))
_stdout = click.option(
    "--stdout",
    "to_stdout",
    is_flag=True,
    help=tr("the bare password on standard output, into a pipe too", "パスワードのみを標準出力へ(パイプ可)"),
)


@command(
    name="checkout",
    en="Hold one password for a while: approved by risk, shown once, renewed afterwards.",
    ja="パスワードを一時的に払い出します。危険度に応じて承認し、1回だけ表示し、返却後に自動変更します。",
)
@click.argument("path")
@click.option("--reason", required=True, help=tr("why", "理由"))
@click.option("--ticket", default="", help=tr("the ticket it belongs to", "受付票の番号"))
@click.option(
    "--for", "length", default="1h", show_default=True, help=tr("how long: 2h, 30m", "時間: 2h、30m")
)
@click.option("--approve-by", help=tr("the colleague who approves now", "この場で承認する人"))
@click.option("--approve-reason", default="", help=tr("why it is approved", "承認理由"))
@click.option("--no-read", is_flag=True, help=tr("do not show it now", "今は表示しない"))
@_stdout
@_by
@click.pass_obj
def checkout(
    screen: Screen,
    path: str,
    reason: str,
    ticket: str,
    length: str,
    approve_by: str | None,
    approve_reason: str,
    no_read: bool,
    to_stdout: bool,
    by: str | None,
) -> None:
    if not no_read:
        check_eyes(to_stdout)
    road = build_road(load_settings(), screen.progress())
    holder = identify(road, by).name
    asked = flow.ask(road, path, holder, minutes_of(length), reason, ticket)
    if not (to_stdout or screen.json):
        show_plan(screen, asked.job, asked.plan, False)
    if approve_by:
        approve(road, asked.job, identify(road, approve_by).name, approve_reason, asked.job.digest)
    elif asked.job.risk == Risk.ROUTINE:
        approve_by_rule(road, asked.job)
    else:
        raise _approval_needed(asked.job, path)
    _open(road, asked.job)
    if no_read:
        _say(screen, checkout_of(CheckoutRecord.objects.get(pk=asked.record.pk)).until, path)
        return
    show_to(screen, read_once(road, path, holder), to_stdout)


@command(
    name="read",
    en="Show the password of an open check-out to its holder, once.",
    ja="払出し中のパスワードを本人に1回だけ表示します。",
)
@click.argument("path")
@click.option("--again", default="", help=tr("why it must be shown once more", "再表示の理由"))
@click.option("--version", type=int, help=tr("another version than that in force", "使用中以外の版"))
@_stdout
@_by
@click.pass_obj
def read(screen: Screen, path: str, again: str, version: int | None, to_stdout: bool, by: str | None) -> None:
    check_eyes(to_stdout)
    road = build_road(load_settings())
    holder = identify(road, by).name
    job = flow.newest(path, holder).job
    if job is not None and job.state == JobState.APPROVED:
        _open(road, job)
    show_to(screen, read_once(road, path, holder, again, version), to_stdout)


@command(
    name="checkin",
    en="Give a password back; it is renewed at once. The officer may do so for somebody else.",
    ja="パスワードを返却します(直ちに変更されます)。責任者は代理で返却できます。",
)
@click.argument("path")
@click.option("--reason", default="", help=tr("why, for somebody else's", "代理で返却する理由"))
@_by
@click.pass_obj
def checkin(screen: Screen, path: str, reason: str, by: str | None) -> None:
    road = build_road(load_settings())
    ended = flow.check_in(road, path, identify(road, by).name, reason)
    was_read = ended.shown_at is not None
    if was_read:
        screen.say(
            f"{ended.label} is checked in; a worker renews its password",
            f"{ended.label} を返却しました。ワーカーがパスワードを変更します",
        )
    else:
        screen.say(
            f"{ended.label} is checked in; it was never read, so it stays as it is",
            f"{ended.label} を返却しました。閲覧されていないため変更しません",
        )
    screen.data({"checkout": ended.pk, "path": path, "state": ended.state, "read": was_read})


@command(name="checkouts", en="Who holds which password.", ja="パスワードの払出し状況。")
@click.option("--all", "everything", is_flag=True, help=tr("ended ones too", "終了したものも表示"))
@click.pass_obj
def checkouts(screen: Screen, everything: bool) -> None:
    build_road(load_settings())
    found = [(record, checkout_of(record)) for record in CheckoutRecord.objects.order_by("-pk")]
    if not everything:
        alive = (CheckoutState.REQUESTED, CheckoutState.OPEN)
        found = [(record, each) for record, each in found if each.state in alive or each.awaits_rotation]
    screen.table(
        [
            *(Text("job", "ジョブ"), Text("account", "アカウント"), Text("holder", "利用者")),
            *(Text("state", "状態"), Text("until", "期限"), Text("read", "閲覧")),
            *(Text("reason", "理由"), Text("renewed", "変更")),
        ],
        [
            (
                *(f"J-{record.job_id}", each.label, each.holder, show(each.state.label)),
                *(_short(each.until), _short(each.shown_at), each.reason),
                tr("not yet", "未実施") if each.awaits_rotation else _short(each.settled_at),
            )
            for record, each in found
        ],
    )
    screen.data(
        [
            {
                "checkout": each.number,
                "path": each.path,
                "holder": each.holder,
                "state": each.state,
                "until": each.until,
                "shown_at": each.shown_at,
                "ended_at": each.ended_at,
                "ended_by": record.ended_by,
                "settled_at": each.settled_at,
                "awaits_rotation": each.awaits_rotation,
                "reason": each.reason,
                "ticket": each.ticket,
                "job": record.job_id,
            }
            for record, each in found
        ]
    )


def _short(instant: datetime | None) -> str:
    """Without the year: a check-out lasts for hours, and eight columns share the line."""
    return f"{in_jst(instant):%m-%d %H:%M}" if instant else ""


def minutes_of(text: str) -> int:
    """2h, 90m, 1h30m, 2時間, 30分; BadInput for anything else."""
    found = _LENGTH.fullmatch(text.strip().lower())
    minutes = 0 if found is None else 60 * int(found[1] or 0) + int(found[2] or 0)
    if minutes < 1:
        raise BadInput(
            "checkout.minutes",
            Text("the length of time is not understood", "時間を解釈できません"),
            Text("write 2h, 30m or 1h30m", "2h、30m、1h30m のように書く"),
            target="--for",
            detail=text,
        )
    return minutes


def _open(road: Road, job: Job) -> None:
    """Carry the approved job out here; its one step only opens the possibility to read."""
    Worker(road, only_job=job.pk).run_until_idle()
    job.refresh_from_db()
    if job.state == JobState.DONE:
        return
    step = job.steps.order_by("order").first()
    said = Text.from_json(step.message) if step is not None and step.message else None
    raise Refused(
        step.code if step is not None and step.code else "checkout.not_open",
        said or Text(f"the job is {job.state}", f"ジョブの状態: {job.state}"),
        Text(f"look at it: unyo jobs show {job.pk}", f"確認: unyo jobs show {job.pk}"),
        target=job.number,
    )


def _approval_needed(job: Job, path: str) -> ApprovalNeeded:
    return ApprovalNeeded(
        "approval.needed",
        Text(
            f"the plan is {job.risk}; another person approves it",
            f"危険度 {job.risk}: 別の人の承認が必要です",
        ),
        Text(
            f"unyo approve {job.pk} --reason …; then: unyo passwords read {path}",
            f"unyo approve {job.pk} --reason …。承認後: unyo passwords read {path}",
        ),
        target=job.number,
    )


def _say(screen: Screen, until: datetime | None, path: str) -> None:
    screen.say(
        f"open until {_when(until)}: unyo passwords read {path}",
        f"{_when(until)} まで閲覧できます: unyo passwords read {path}",
    )
    screen.data({"path": path, "until": until})


def _when(instant: datetime | None) -> str:
    return f"{in_jst(instant):%Y-%m-%d %H:%M}" if instant else ""
