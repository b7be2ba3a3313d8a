"""What the runbooks for single accounts share: finding the account, its place, and the role table's groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from unyo.core.change import State
from unyo.core.errors import NotFound, UnyoError
from unyo.core.person import Person, Post, Standing
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.groups import groups_of
from unyo.runbooks.accounts.rules.marks import former_of, restored
from unyo.runbooks.accounts.rules.places import Places, no_such_place
from unyo.runbooks.accounts.rules.policy import AccountPolicy

__all__ = [
    "department_name",
    "former_of",
    "kept_former",
    "present_state",
    "present_states",
    "role_groups",
    "targets_of",
]

P = TypeVar("P")


def targets_of(staff_numbers: Iterable[str]) -> list[Target]:
    """Account targets, each staff number once, in order."""
    return [Target("account", number) for number in dict.fromkeys(staff_numbers)]


def present_state(runbook: AccountRunbook[P], target: Target, tools: Tools) -> dict[str, Any]:
    """The account as it is; NotFound where the staff number has none."""
    return dict(present_states(runbook, [target], tools)[0])


def present_states(runbook: AccountRunbook[P], targets: Sequence[Target], tools: Tools) -> list[State]:
    found: list[State] = []
    for target, state in zip(targets, runbook.read_many(targets, tools), strict=True):
        if isinstance(state, UnyoError):
            raise state
        if state is None:
            raise NotFound(
                "accounts.none",
                Text("there is no account with this staff number", "この職員番号のアカウントはありません"),
                Text(
                    "check the number, or make it: accounts.create", "番号を確認するか accounts.create で作成"
                ),
                target=target.key,
            )
        found.append(state)
    return found


def department_name(places: Places, code: str) -> str:
    """The name of a department that stands in the directory; TargetSaidNo otherwise."""
    unit = places.units.get(code)
    if unit is None:
        raise no_such_place(code, code)
    return unit.name


def role_groups(state: Mapping[str, Any], policy: AccountPolicy) -> list[str]:
    """The groups that the role table gives to the holder of this account's post."""
    post = Post(str(state.get("department_code") or ""), str(state.get("title") or ""))
    person = Person(str(state.get("number") or ""), "", "", "", "", (post,), Standing.ACTIVE)
    return groups_of(person, policy)


def kept_former(state: Mapping[str, Any]) -> dict[str, Any] | None:
    """The state noted on a suspended account, or None where it holds no note."""
    return restored(state["former"]) if state.get("former") else None
