"""Hands account information to other systems: files in their layout, SCIM, LDAP; unsent ones go again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from unyo.core.change import Change, State, matches
from unyo.core.dates import jst_midnight
from unyo.core.distribution import SystemKind
from unyo.core.errors import UnyoError
from unyo.core.params import option, params_as_json
from unyo.core.plan import Plan
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook, attempt
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.deliver import layout_of, read_system, system_of, write_system
from unyo.runbooks.accounts.rules.layouts import Layout
from unyo.runbooks.accounts.rules.loading import everything, left_out
from unyo.runbooks.accounts.rules.parcels import RECEIPT, Parcel

T = TypeVar("T")


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
        return [
            parcel.target for parcel in everything(params.systems, params.roster, params.on, tools).parcels
        ]

    def want(self, target: Target, params: DistributeParams, tools: Tools) -> State | None:
        parcels = everything(params.systems, params.roster, params.on, tools).parcels
        return next((parcel.want for parcel in parcels if parcel.target == target), None)

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_many([target], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        return _by_system(targets, lambda layout, some: read_system(layout, some, tools), tools)

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        targets = [change.target for change in changes]
        by_target = {change.target: change for change in changes}

        def hand_over(layout: Layout, some: Sequence[Target]) -> Mapping[Target, UnyoError | None]:
            answers = write_system(layout, [by_target[target] for target in some], tools)
            return dict(zip(some, answers, strict=True))

        return _by_system(targets, hand_over, tools)

    def plan(self, params: DistributeParams, tools: Tools) -> Plan:
        load = everything(params.systems, params.roster, params.on, tools)
        changes, unchanged, silent = [], [], dict[str, UnyoError]()
        seen = self.read_many([parcel.target for parcel in load.parcels], tools)
        for parcel, now in zip(load.parcels, seen, strict=True):
            if isinstance(now, UnyoError):
                silent.setdefault(parcel.layout.system.name, now)
            elif matches(now, parcel.want):
                unchanged.append(parcel.target)
            else:
                changes.append(_change(parcel, now, load.day, tools))
        if silent and not changes and not unchanged:
            raise next(iter(silent.values()))
        waits = [left_out(name, error) for name, error in silent.items()]
        return Plan(
            self.name,
            params_as_json(params),
            tuple(changes),
            load.population,
            tuple(unchanged),
            (*load.findings, *waits),
            self.limits,
        )


def _change(parcel: Parcel, now: State | None, day: date, tools: Tools) -> Change:
    want, layout = parcel.want, parcel.layout
    before = None if now is None else {key: now.get(key) for key in (want or now)}
    change = Change(parcel.target, before, want)
    only_receipt = [difference.key for difference in change.differences()] == [RECEIPT]
    is_file = layout.system.kind is SystemKind.CSV
    sort = "file" if is_file else "gone" if parcel.gone else "new" if before is None else "change"
    due = jst_midnight(day)
    return Change(
        parcel.target,
        before,
        want,
        sort="receipt" if only_receipt else sort,
        due=due if due > tools.clock.now() else None,
        removes=parcel.gone,
        undoable=not (is_file and (layout.delta or layout.file.taken)),
        reason=layout.system.title,
    )


def _by_system(
    targets: Sequence[Target], call: Callable[[Layout, Sequence[Target]], Mapping[Target, T]], tools: Tools
) -> list[T | UnyoError]:
    """One call per system with its targets; one answer per target, in order."""
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(system_of(target), []).append(target)
    answers: dict[Target, T | UnyoError] = {}
    for group in groups.values():
        layout = attempt(layout_of, group[0], tools)
        found = layout if isinstance(layout, UnyoError) else attempt(call, layout, group)
        for target in group:
            answers[target] = found if isinstance(found, UnyoError) else found[target]
    return [answers[target] for target in targets]
