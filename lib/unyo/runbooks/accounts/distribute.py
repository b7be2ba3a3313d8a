"""Hands account information to other systems: files in their layout, SCIM, LDAP; unsent ones go again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unyo.core.change import Change, State, matches
from unyo.core.dates import jst_midnight
from unyo.core.distribution import SystemKind
from unyo.core.errors import BadInput, UnyoError
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook, attempt
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.audience import Book, sent
from unyo.runbooks.accounts.rules.deliver import layout_of, read_system, write_one
from unyo.runbooks.accounts.rules.directory_accounts import accounts_in
from unyo.runbooks.accounts.rules.file_parcels import Folder, file_name, file_parcel
from unyo.runbooks.accounts.rules.layout_file import lines_in
from unyo.runbooks.accounts.rules.layouts import Layout, read_layouts
from unyo.runbooks.accounts.rules.parcels import RECEIPT, Parcel, person_parcels


@dataclass(frozen=True, slots=True)
class DistributeParams:
    systems: tuple[str, ...] = option(
        Text(
            "only these systems of distribution.yml (all if left out)",
            "対象システム名(省略時は distribution.yml の全て)",
        ),
        default=(),
    )
    roster: int | None = option(
        Text("number of the roster (the newest)", "名簿番号(省略時は最新)"), default=None
    )
    on: date | None = option(
        Text(
            "the day it is of, and not before (the roster's day)",
            "基準日。この日より前には送信しない(省略時は名簿の発効日)",
        ),
        default=None,
    )


class Distribute(StateRunbook[DistributeParams]):
    """One step per person for SCIM and LDAP, one per file for csv; a receipt is part of what must be there."""

    title = Text("Hand account information to other systems", "他システムへのアカウント情報の配布")
    Params = DistributeParams
    risk = Risk.GUARDED
    limits = Limits(removals=100, removal_share=0.1)
    pace = Pace(canary=1, wave=1000, batch=100, stop_after=20, stop_share=0.2)

    def targets(self, params: DistributeParams, tools: Tools) -> Sequence[Target]:
        return [parcel.target for parcel in self._parcels(params, tools)[0]]

    def want(self, target: Target, params: DistributeParams, tools: Tools) -> State | None:
        parcels, _ = self._parcels(params, tools)
        return next((parcel.want for parcel in parcels if parcel.target == target), None)

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_many([target], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        return _by_system(targets, lambda layout, some: read_system(layout, some, tools), tools)

    def write(self, change: Change, tools: Tools) -> None:
        write_one(layout_of(change.target, tools), change, tools)

    def plan(self, params: DistributeParams, tools: Tools) -> Plan:
        parcels, findings = self._parcels(params, tools)
        changes, unchanged, silent = [], [], dict[str, UnyoError]()
        seen = self.read_many([parcel.target for parcel in parcels], tools)
        for parcel, now in zip(parcels, seen, strict=True):
            if isinstance(now, UnyoError):
                silent.setdefault(parcel.layout.system.name, now)
            elif matches(now, parcel.want):
                unchanged.append(parcel.target)
            else:
                changes.append(_change(parcel, now, params, tools))
        if silent and not changes and not unchanged:
            raise next(iter(silent.values()))
        findings += [_waits(name, error) for name, error in silent.items()]
        population = sum(len(parcel.want or ()) > 0 for parcel in parcels)
        return Plan(
            self.name,
            params_as_json(params),
            tuple(changes),
            population,
            tuple(unchanged),
            tuple(findings),
            self.limits,
        )

    def _parcels(self, params: DistributeParams, tools: Tools) -> tuple[list[Parcel], list[Finding]]:
        layouts = read_layouts(tools.policies.load("distribution"), params.systems)
        book = _book(params, tools)
        parcels: list[Parcel] = []
        findings: list[Finding] = []
        for layout in layouts:
            made = attempt(_of_one_system, layout, book, tools)
            if isinstance(made, UnyoError):
                findings.append(_waits(layout.system.name, made))
            else:
                parcels += made[0]
                findings += made[1]
        return parcels, findings


def _book(params: DistributeParams, tools: Tools) -> Book:
    number = params.roster if params.roster is not None else tools.people.newest_roster_id()
    if number is None:
        raise BadInput(
            "distribution.no_roster",
            Text("no personnel file has been imported", "人事ファイルがまだ取り込まれていません"),
            Text("import one: unyo people import FILE", "取り込む: unyo people import ファイル"),
        )
    roster = tools.people.roster(number)
    return Book(roster, accounts_in(tools), params.on or roster.effective)


def _of_one_system(layout: Layout, book: Book, tools: Tools) -> tuple[list[Parcel], list[Finding]]:
    receipts = sent(tools.deliveries.delivered(layout.system.name))
    if layout.system.kind is not SystemKind.CSV:
        return person_parcels(layout, book, receipts), []
    whole = tools.distribution.drop(layout.system).content(file_name(layout, book))
    there = None if whole is None else lines_in(layout, whole)
    parcel, findings = file_parcel(layout, book, Folder(there, receipts))
    return [parcel], findings


def _change(parcel: Parcel, now: State | None, params: DistributeParams, tools: Tools) -> Change:
    want, layout = parcel.want, parcel.layout
    before = None if now is None else {key: now.get(key) for key in (want or now)}
    change = Change(parcel.target, before, want)
    only_receipt = [difference.key for difference in change.differences()] == [RECEIPT]
    is_file = layout.system.kind is SystemKind.CSV
    sort = "file" if is_file else "gone" if parcel.gone else "new" if before is None else "change"
    due = None if params.on is None else jst_midnight(params.on)
    return Change(
        parcel.target,
        before,
        want,
        sort="receipt" if only_receipt else sort,
        due=due if due and due > tools.clock.now() else None,
        removes=parcel.gone,
        undoable=not (is_file and (layout.delta or layout.file.taken)),
        reason=layout.system.title,
    )


def _waits(name: str, error: UnyoError) -> Finding:
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


def _by_system(
    targets: Sequence[Target],
    read: Callable[[Layout, Sequence[Target]], Mapping[Target, State | None]],
    tools: Tools,
) -> list[State | UnyoError | None]:
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(target.key.partition("/")[0], []).append(target)
    answers: dict[Target, State | UnyoError | None] = {}
    for group in groups.values():
        layout = attempt(layout_of, group[0], tools)
        states = layout if isinstance(layout, UnyoError) else attempt(read, layout, group)
        for target in group:
            answers[target] = states if isinstance(states, UnyoError) else states[target]
    return [answers[target] for target in targets]
