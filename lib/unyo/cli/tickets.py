"""``unyo tickets``: the requests and problems that jobs are linked to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from unyo.cli.screen import Screen, command, group, tr
from unyo.core.dates import in_jst, parse_instant
from unyo.core.errors import BadInput, NotFound
from unyo.core.service_time import ServiceTime
from unyo.core.text import Text
from unyo.ledger.models import Ticket
from unyo.ledger.service_clock import clock_of, promises_from
from unyo.settings import load_settings
from unyo.wiring import Toolbox, build_road

tickets = group("tickets", "Requests that jobs belong to.", "ジョブに結び付く受付票")


@command(tickets, "add", en="Register a ticket.", ja="受付票を登録します。")
@click.argument("number")
@click.option(
    "--kind", type=click.Choice(["request", "problem", "inquiry"]), default="request", show_default=True
)
@click.option("--subject", default="", help=tr("what it is about", "件名"))
@click.option("--requester", default="", help=tr("who asked", "依頼元"))
@click.option(
    "--received", default="", help=tr("when it came (JST), default now", "受付日時(日本時間)。省略時は現在")
)
@click.pass_obj
def add(screen: Screen, number: str, kind: str, subject: str, requester: str, received: str) -> None:
    road = build_road(load_settings())
    if Ticket.objects.filter(number=number).exists():
        raise BadInput(
            "ticket.exists",
            Text("this number is taken", "この番号は登録済みです"),
            Text("use the existing ticket or another number", "既存の受付票か別の番号を使う"),
            target=number,
        )
    at = _instant(received) if received else road.tools.clock.now()
    Ticket.objects.create(number=number, kind=kind, subject=subject, requester=requester, received_at=at)
    screen.say(f"ticket {number} registered", f"受付票 {number} を登録しました")
    screen.data({"number": number, "kind": kind, "received_at": at})


@command(tickets, "list", en="The newest tickets and their jobs.", ja="新しい順の受付票とそのジョブ。")
@click.pass_obj
def list_tickets(screen: Screen) -> None:
    clock = _Clock()
    found = list(Ticket.objects.prefetch_related("jobs").order_by("-received_at")[:50])
    times = {ticket.number: clock.of(ticket) for ticket in found}
    screen.table(
        [
            Text("ticket", "受付票"),
            Text("kind", "種別"),
            Text("received", "受付"),
            Text("used", "経過(開庁時間)"),
            Text("due", "期限"),
            Text("subject", "件名"),
            Text("jobs", "ジョブ"),
        ],
        [
            (
                ticket.number,
                ticket.kind,
                _shown(ticket.received_at),
                _hours(times[ticket.number].used),
                _due(times[ticket.number]),
                ticket.subject,
                _jobs(ticket),
            )
            for ticket in found
        ],
    )
    screen.data([_as_json(ticket, times[ticket.number]) for ticket in found])


@command(tickets, "show", en="One ticket with its service clock.", ja="受付票1件とサービス水準の時計。")
@click.argument("number")
@click.pass_obj
def show_ticket(screen: Screen, number: str) -> None:
    clock = _Clock()
    ticket = _find(number)
    time = clock.of(ticket)
    screen.line(f"{ticket.number} {ticket.kind} {ticket.subject} {ticket.requester}".rstrip())
    screen.line(_jobs(ticket))
    counted = _shown(time.counted_from)
    screen.say(
        f"received {_shown(ticket.received_at)}, counted from {counted}; used {_hours(time.used)}; due {_due(time)}",
        f"受付 {_shown(ticket.received_at)}、起算 {counted}。経過 {_hours(time.used)}、期限 {_due(time)}",
    )
    for pause in time.pauses:
        span = f"{_shown(pause.interval.start)} – {_shown(pause.interval.end)} ({_hours(pause.worktime)})"
        named = ", ".join(pause.targets[:5]) + (" …" if len(pause.targets) > 5 else "")
        screen.say(
            f"the clock stood still {span}: only absent terminals were waited for: {named}",
            f"時計停止 {span}: 応答のない端末のみを待機: {named}",
        )
    screen.data(_as_json(ticket, time))


@command(tickets, "solve", en="Note that a ticket is solved.", ja="受付票を完了にします。")
@click.argument("number")
@click.option("--at", default="", help=tr("when (JST), default now", "完了日時(日本時間)。省略時は現在"))
@click.pass_obj
def solve(screen: Screen, number: str, at: str) -> None:
    clock = _Clock()
    ticket = _find(number)
    ticket.solved_at = _instant(at) if at else clock.now
    ticket.save(update_fields=["solved_at"])
    time = clock.of(ticket)
    word = Text("late", "期限超過") if time.late else Text("in time", "期限内")
    screen.say(f"ticket {number} solved, {word.en}", f"受付票 {number} を完了にしました({word.ja})")
    screen.data(_as_json(ticket, time))


class _Clock:
    """The service clock of this installation, at one instant."""

    def __init__(self) -> None:
        tools = Toolbox(load_settings())
        build_road(tools.settings)
        self.now = tools.clock.now()
        self._calendar = tools.calendar
        self._promises = promises_from(tools.policies.load("service"))

    def of(self, ticket: Ticket) -> ServiceTime:
        return clock_of(ticket, self._calendar, self._promises, self.now)


def _find(number: str) -> Ticket:
    found = Ticket.objects.filter(number=number).first()
    if found is None:
        raise NotFound(
            "ticket.unknown",
            Text("there is no such ticket", "その番号の受付票はありません"),
            Text("list them: unyo tickets list", "一覧: unyo tickets list"),
            target=number,
        )
    return found


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise BadInput(
            "ticket.time",
            Text("the time is not understood", "日時を解釈できません"),
            Text("write 2027-03-25T10:30", "2027-03-25T10:30 のように書く"),
            target=text,
        ) from error


def _as_json(ticket: Ticket, time: ServiceTime) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "jobs": [job.pk for job in ticket.jobs.all()],
        "received_at": ticket.received_at,
        "solved_at": ticket.solved_at,
        "counted_from": time.counted_from,
        "used_minutes": int(time.used.total_seconds() // 60),
        "paused_minutes": int(time.paused.total_seconds() // 60),
        "promised": time.promised,
        "due": time.due,
        "late": time.late,
        "pauses": [
            {"from": pause.interval.start, "until": pause.interval.end, "targets": pause.targets}
            for pause in time.pauses
        ],
    }


def _shown(instant: datetime) -> str:
    return f"{in_jst(instant):%Y-%m-%d %H:%M}"


def _hours(time: timedelta) -> str:
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return f"{hours}:{minutes:02}"


def _due(time: ServiceTime) -> str:
    if time.due is None:
        return "-"
    return _shown(time.due) + (tr(" LATE", " 超過") if time.late else "")


def _jobs(ticket: Ticket) -> str:
    return ", ".join(f"{job.number} {job.state}" for job in ticket.jobs.all())
