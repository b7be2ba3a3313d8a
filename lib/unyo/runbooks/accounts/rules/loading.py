"""Everything that one run hands over: each system's parcels, and the systems that cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from unyo.core.distribution import SystemKind
from unyo.core.errors import BadInput, UnyoError
from unyo.core.plan import Finding, Weight
from unyo.core.state_runbook import attempt
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.audience import Book, audience, sent
from unyo.runbooks.accounts.rules.directory_accounts import accounts_in
from unyo.runbooks.accounts.rules.file_parcels import Folder, file_name, file_parcel
from unyo.runbooks.accounts.rules.layout_file import lines_in
from unyo.runbooks.accounts.rules.layouts import Layout, read_layouts
from unyo.runbooks.accounts.rules.parcels import Parcel, person_parcels


@dataclass(frozen=True, slots=True)
class Load:
    """All parcels of one run; ``population`` counts people per system, ``day`` is when they are of."""

    parcels: list[Parcel]
    findings: list[Finding]
    population: int
    day: date


def everything(systems: tuple[str, ...], roster: int | None, on: date | None, tools: Tools) -> Load:
    """What the systems (all, if none is named) should get; a system that cannot be asked is left out."""
    layouts = read_layouts(tools.policies.load("distribution"), systems)
    book = _book(roster, on, tools)
    load = Load([], [], sum(len(audience(book, layout)) for layout in layouts), book.on)
    for layout in layouts:
        made = attempt(_of_one_system, layout, book, tools)
        if isinstance(made, UnyoError):
            load.findings.append(left_out(layout.system.name, made))
        else:
            load.parcels.extend(made[0])
            load.findings.extend(made[1])
    return load


def _book(roster: int | None, on: date | None, tools: Tools) -> Book:
    number = roster if roster is not None else tools.people.newest_roster_id()
    if number is None:
        raise BadInput(
            "distribution.no_roster",
            Text("no personnel file has been imported", "人事ファイルがまだ取り込まれていません"),
            Text("import one: unyo people import FILE", "取り込む: unyo people import ファイル"),
        )
    found = tools.people.roster(number)
    return Book(found, accounts_in(tools), on or found.effective)


def _of_one_system(layout: Layout, book: Book, tools: Tools) -> tuple[list[Parcel], list[Finding]]:
    receipts = sent(tools.deliveries.delivered(layout.system.name))
    if layout.system.kind is not SystemKind.CSV:
        return person_parcels(layout, book, receipts), []
    whole = tools.distribution.drop(layout.system).content(file_name(layout, book))
    there = None if whole is None else lines_in(layout, whole)
    parcel, findings = file_parcel(layout, book, Folder(there, receipts))
    return [parcel], findings


def left_out(name: str, error: UnyoError) -> Finding:
    """A system that could not be asked; the plan goes on without it."""
    what, detail = error.what, f" ({error.detail})" if error.detail else ""
    return Finding(
        error.code,
        Weight.ODD,
        Text(
            f"not in this plan: {what.en}{detail}; it gets its share with the next run",
            f"今回の計画から除外: {what.ja}{detail}。未送信分は次回の実行で送信します",
        ),
        name,
    )
