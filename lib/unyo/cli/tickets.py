"""``unyo tickets``: the requests and problems that jobs are linked to."""

from __future__ import annotations

import click

from unyo.cli.screen import Screen, command, group, tr
from unyo.core.dates import in_jst, parse_instant
from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.ledger.models import Ticket
from unyo.settings import load_settings
from unyo.wiring import build_road

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
    try:
        at = parse_instant(received) if received else road.tools.clock.now()
    except ValueError as error:
        raise BadInput(
            "ticket.received",
            Text("the time is not understood", "日時を解釈できません"),
            Text("write 2027-03-25T10:30", "2027-03-25T10:30 のように書く"),
            target=received,
        ) from error
    Ticket.objects.create(number=number, kind=kind, subject=subject, requester=requester, received_at=at)
    screen.say(f"ticket {number} registered", f"受付票 {number} を登録しました")
    screen.data({"number": number, "kind": kind, "received_at": at})


@command(tickets, "list", en="The newest tickets and their jobs.", ja="新しい順の受付票とそのジョブ。")
@click.pass_obj
def list_tickets(screen: Screen) -> None:
    build_road(load_settings())
    found = list(Ticket.objects.prefetch_related("jobs").order_by("-received_at")[:50])
    screen.table(
        [
            Text("ticket", "受付票"),
            Text("kind", "種別"),
            Text("received", "受付"),
            Text("subject", "件名"),
            Text("jobs", "ジョブ"),
        ],
        [(t.number, t.kind, f"{in_jst(t.received_at):%Y-%m-%d %H:%M}", t.subject, _jobs(t)) for t in found],
    )
    screen.data([{"number": t.number, "kind": t.kind, "jobs": [j.pk for j in t.jobs.all()]} for t in found])


def _jobs(ticket: Ticket) -> str:
    return ", ".join(f"{job.number} {job.state}" for job in ticket.jobs.all())
