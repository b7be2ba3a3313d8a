"""What all account runbooks share: reading and writing accounts, departments and groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from unyo.core.change import Change, State
from unyo.core.errors import UnyoError
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.entries import ASKED
from unyo.runbooks.accounts.rules.places import CODE, Places, read_places
from unyo.runbooks.accounts.rules.policy import AccountPolicy, account_policy
from unyo.runbooks.accounts.rules.reading import read_accounts, read_by_logon_names
from unyo.runbooks.accounts.rules.units import department_state, read_groups, write_units
from unyo.runbooks.accounts.rules.writing import write_accounts

P = TypeVar("P")

# What a rehearsal must hold in memory to answer every question of these runbooks.
REHEARSED = (*ASKED, CODE, "objectCategory", "employeeNumber", "employeeID", "member", "description", "ou")


class AccountRunbook(StateRunbook[P]):
    """Targets of the kinds ``account``, ``department`` and ``group``; a subclass says what it wants."""

    rehearsed_attributes = REHEARSED

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_many([target], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        return self._read(targets, {}, tools)

    def read_changes(self, changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
        """By log-on names where the plan knows them: that search is indexed, one by staff number is not."""
        hints: dict[str, set[str]] = {}
        for change in changes:
            if change.target.kind == "account":
                names = {
                    state["sam"] for state in (change.before, change.after) if state and state.get("sam")
                }
                hints[change.target.key] = names
        return self._read([change.target for change in changes], hints, tools)

    def _read(
        self, targets: Sequence[Target], hints: dict[str, set[str]], tools: Tools
    ) -> list[State | UnyoError | None]:
        try:
            policy = account_policy(tools)
            places = read_places(tools.directory, policy)
            groups = read_groups(tools, policy) if any(t.kind == "group" for t in targets) else {}
            accounts = self._accounts(targets, hints, tools, policy, places)
        except UnyoError as error:
            return [error] * len(targets)
        found: list[State | UnyoError | None] = []
        for target in targets:
            if target.kind == "department":
                found.append(department_state(places, target.key))
            elif target.kind == "group":
                found.append(groups.get(target.key))
            else:
                found.append(accounts.get(target.key))
        return found

    def _accounts(
        self,
        targets: Sequence[Target],
        hints: dict[str, set[str]],
        tools: Tools,
        policy: AccountPolicy,
        places: Places,
    ) -> dict[str, dict[str, Any]]:
        numbers = [target.key for target in targets if target.kind == "account"]
        if not numbers:
            return {}
        hinted = {number: names for number in numbers if (names := hints.get(number))}
        found: dict[str, dict[str, Any]] = {}
        for place in range(max((len(names) for names in hinted.values()), default=0)):
            asked = {
                n: sorted(names)[place]
                for n, names in hinted.items()
                if len(names) > place and n not in found
            }
            found |= read_by_logon_names(tools, policy, places, asked)
        others = [number for number in numbers if number not in hinted]
        if others:
            found |= read_accounts(tools, policy, places, others)
        return found

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        try:
            return self._write(changes, tools)
        except UnyoError as error:
            # What was written before the connection went is found when the targets are read back.
            return [error] * len(changes)

    def _write(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        policy = account_policy(tools)
        people = [i for i, change in enumerate(changes) if change.target.kind == "account"]
        units = [i for i, change in enumerate(changes) if change.target.kind != "account"]
        answers: dict[int, UnyoError | None] = {}
        if units:
            answers |= dict(zip(units, write_units([changes[i] for i in units], tools, policy), strict=True))
        if people:
            places = read_places(tools.directory, policy)
            written = write_accounts([changes[i] for i in people], tools, policy, places)
            answers |= dict(zip(people, written, strict=True))
        return [answers[i] for i in range(len(changes))]

    def everybody(self, tools: Tools) -> int:
        """The number of managed accounts, the base of limits by share."""
        policy = account_policy(tools)
        attribute = policy.staff_attribute
        found = tools.directory.search(policy.base_dn, f"(&(objectClass=user)({attribute}=*))", [attribute])
        return sum(1 for _ in found)

    def describe(self, change: Change) -> Change:
        """An account that is deleted, or enabled before and disabled after, counts as a removal."""
        return replace(super().describe(change), removes=takes_away(change))


def takes_away(change: Change) -> bool:
    """Whether limits count the change as a removal."""
    if change.after is None:
        return change.before is not None
    was_enabled = change.before is not None and bool(change.before.get("enabled"))
    return change.target.kind == "account" and was_enabled and change.after.get("enabled") is False
