"""The whole personnel transfer: departments before people, people, closed departments last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from unyo.core.change import Change, State
from unyo.core.dates import jst_midnight
from unyo.core.dn import fold_dn
from unyo.core.errors import BadInput
from unyo.core.params import option, params_as_json
from unyo.core.person import Move, Person, Roster, Standing
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import shown_before
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook, takes_away
from unyo.runbooks.accounts.rules.book import name_book
from unyo.runbooks.accounts.rules.departments import named_as_used, still_used, unit_changes
from unyo.runbooks.accounts.rules.difference import case_of, strangers, with_absentees
from unyo.runbooks.accounts.rules.faults import account_faults, placing_faults, unit_faults
from unyo.runbooks.accounts.rules.places import Places, read_places
from unyo.runbooks.accounts.rules.policy import AccountPolicy, account_policy
from unyo.runbooks.accounts.rules.reading import read_accounts
from unyo.runbooks.accounts.rules.units import read_groups
from unyo.runbooks.accounts.rules.wanted import Wish, wanted_states

# Active people first: somebody who moves frees a name or a place that nobody else waits for within a phase.
PEOPLE, HANDOVER = 0, 5


@dataclass(frozen=True)
class TransferParams:
    """Which roster, and from when."""

    roster: int | None = option(
        Text("number of the roster (the newest)", "名簿番号(省略時は最新)"), default=None
    )
    as_of: date | None = option(
        Text("apply as of this date (the roster's)", "この日付で適用(省略時は名簿の発効日)"), default=None
    )


@dataclass(frozen=True)
class _Scene:
    """Everything that a plan is computed from."""

    policy: AccountPolicy
    roster: Roster
    last: Roster | None
    places: Places
    now: dict[str, dict[str, Any]]
    wish: Wish
    names: Mapping[str, str]
    findings: tuple[Finding, ...]


class Provision(AccountRunbook[TransferParams]):
    """Accounts for everybody in the roster, from the three-way difference."""

    title = Text("personnel transfer: all accounts", "人事異動: アカウント一括処理")
    Params = TransferParams
    risk = Risk.GUARDED
    pace = Pace(canary=3, wave=100, batch=25, parallel=2, stop_after=10, stop_share=0.1)

    def complete(self, params: TransferParams, tools: Tools) -> TransferParams:
        return params if params.roster is not None else replace(params, roster=_newest(tools))

    def starts(self, params: TransferParams, tools: Tools) -> datetime | None:
        return jst_midnight(params.as_of or _roster(params, tools).effective)

    def targets(self, params: TransferParams, tools: Tools) -> Sequence[Target]:
        return [_target(person) for _, person in sorted(_roster(params, tools).people.items())]

    def want(self, target: Target, params: TransferParams, tools: Tools) -> State | None:
        return _scene(params, tools).wish.states.get(target.key)

    def plan(self, params: TransferParams, tools: Tools) -> Plan:
        scene = _scene(params, tools)
        groups = read_groups(tools, scene.policy)
        start = jst_midnight(params.as_of or scene.roster.effective)
        used = _used_departments(scene, tools)
        changes = unit_changes(scene.roster, scene.places, groups, scene.policy, used)
        unchanged: list[Target] = []
        findings = [*scene.findings, *strangers(scene.roster, scene.last, scene.now)]
        findings += [*named_as_used(scene.places, used), *unit_faults(changes, scene.names)]
        for number, person in sorted(scene.roster.people.items()):
            want, now = scene.wish.states.get(number), scene.now.get(number)
            before = scene.last.people.get(number) if scene.last else None
            case = case_of(person, before, now, want)
            findings += [*case.findings, *_drift(person, before, now, want, scene)]
            if want is None or case.move is Move.UNCHANGED:
                unchanged.append(_target(person))
            else:
                changes += _changes_of(person, case.move, now, want, start)
        changes = _close_after_the_last_move(changes)
        return Plan(
            self.name,
            params_as_json(params),
            tuple(sorted(changes, key=lambda change: change.phase)),
            population=max(len(scene.now), len(scene.roster.people)),
            unchanged=tuple(unchanged),
            findings=tuple(findings),
            limits=scene.policy.limits,
        )


def _newest(tools: Tools) -> int:
    number = tools.people.newest_roster_id()
    if number is None:
        raise BadInput(
            "people.no_roster",
            Text("no personnel file has been imported", "人事ファイルがまだ取り込まれていません"),
            Text("import one: unyo people import FILE", "取込み: unyo people import ファイル"),
        )
    return number


def _roster(params: TransferParams, tools: Tools) -> Roster:
    return tools.people.roster(params.roster if params.roster is not None else _newest(tools))


def _scene(params: TransferParams, tools: Tools) -> _Scene:
    policy = account_policy(tools)
    number = params.roster if params.roster is not None else _newest(tools)
    named = tools.people.roster(number)
    last = tools.people.previous_roster(number)
    roster, absent = with_absentees(named, last)
    places = read_places(tools.directory, policy)
    now = read_accounts(tools, policy, places, None)
    book = replace(name_book(tools, policy), today=params.as_of or named.effective)
    wish = wanted_states(roster, now, book, policy)
    nameless = [
        Finding(error.code, Weight.REFUSE, error.what, f"{error.target} {error.detail or ''}".strip())
        for error in wish.nameless
    ]
    faults = [*account_faults(wish.states), *placing_faults(wish.states, roster, places)]
    findings = (*roster.findings, *absent, *nameless, *faults)
    return _Scene(policy, roster, last, places, now, wish, book.in_directory, findings)


def _target(person: Person) -> Target:
    return Target("account", person.staff_number, person.name)


def _changes_of(
    person: Person, move: Move, now: dict[str, Any] | None, want: dict[str, Any], start: datetime
) -> list[Change]:
    """One change, or two where the former access stays until the handover is over."""
    due = person.effective if person.effective and person.effective > start else None
    ends = _handover_end(person, now)
    first = (
        {**want, "groups": sorted({*want["groups"], *(now or {"groups": []})["groups"]})} if ends else want
    )
    change = Change(_target(person), shown_before(now, first), first, sort=str(move), phase=PEOPLE, due=due)
    changes = [replace(change, removes=takes_away(change))] if change.differences() else []
    if ends and first["groups"] != want["groups"]:
        after = {"sam": want["sam"], "groups": want["groups"]}
        before = {"sam": want["sam"], "groups": first["groups"]}
        changes.append(Change(_target(person), before, after, sort="handover_end", phase=HANDOVER, due=ends))
    return changes


def _used_departments(scene: _Scene, tools: Tools) -> dict[str, list[str]]:
    """Closed departments in which something would stay; one search per closed department."""
    closed = {c: unit for c, unit in scene.places.units.items() if c not in scene.roster.departments}
    contents = {
        code: [fold_dn(entry.dn) for entry in tools.directory.search(unit.dn, "(objectClass=*)", ["ou"])]
        for code, unit in closed.items()
    }
    leaving = [
        fold_dn(state["_dn"])
        for number, state in scene.now.items()
        if scene.wish.states.get(number, state)["place"] != state["place"]
    ]
    return still_used(scene.roster, scene.places, contents, leaving)


def _close_after_the_last_move(changes: list[Change]) -> list[Change]:
    """Departments close no earlier than the last person moves out."""
    moves = [change.due for change in changes if change.due is not None and change.phase == PEOPLE]
    latest = max(moves, default=None)
    return [replace(change, due=latest) if change.phase > HANDOVER else change for change in changes]


def _handover_end(person: Person, now: dict[str, Any] | None) -> datetime | None:
    """The first instant after the last day on which the former access stays."""
    if now is None or person.handover_until is None or person.standing is not Standing.ACTIVE:
        return None
    return jst_midnight(person.handover_until + timedelta(days=1))


def _drift(
    person: Person,
    before: Person | None,
    now: dict[str, Any] | None,
    want: dict[str, Any] | None,
    scene: _Scene,
) -> list[Finding]:
    """What differs in the directory although both files say the same of the person."""
    if before is None or now is None or want is None or scene.last is None:
        return []
    if before.as_json() != person.as_json():
        return []
    code = person.main_post.department_code
    renamed = scene.last.departments.get(code) != scene.roster.departments.get(code)
    keys = sorted(key for key, value in want.items() if now.get(key) != value and key != "password")
    keys = [key for key in keys if not (renamed and key == "department")]
    if not keys:
        return []
    named = ", ".join(keys)
    text = Text(
        f"the directory was changed outside this road: {named}", f"ディレクトリ側で変更されています: {named}"
    )
    return [Finding("accounts.drift", Weight.ODD, text, f"{person.staff_number} {person.name}")]
