"""Reading accounts: many at once, by staff number or by the log-on names that a plan knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from unyo.core.dn import escape_filter
from unyo.core.errors import TargetSaidNo
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.entries import ASKED, state_of_entry
from unyo.runbooks.accounts.rules.places import Places
from unyo.runbooks.accounts.rules.policy import AccountPolicy

# Beyond this many, one search for everybody is cheaper than one per chunk.
_FEW = 60
_CHUNK = 30


def read_accounts(
    tools: Tools, policy: AccountPolicy, places: Places, numbers: Sequence[str] | None
) -> dict[str, dict[str, Any]]:
    """Staff number → state, for these numbers or for everybody.

    Raises TargetSaidNo where two accounts carry one staff number: nothing may be decided about either.
    """
    person = "(&(objectCategory=person)(objectClass=user)"
    attribute = policy.staff_attribute
    if numbers is None or len(numbers) > _FEW:
        filters = [f"{person}({attribute}=*))"]
    else:
        filters = [f"{person}{_any_of(attribute, part)})" for part in _chunks(numbers)]
    wanted = None if numbers is None else set(numbers)
    found: dict[str, dict[str, Any]] = {}
    for filter_text in filters:
        for entry in tools.directory.search(policy.base_dn, filter_text, [attribute, *ASKED]):
            state = state_of_entry(entry, policy, places)
            if wanted is None or state["number"] in wanted:
                _put(found, state)
    return found


def read_by_logon_names(
    tools: Tools, policy: AccountPolicy, places: Places, names: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Staff number → state for (staff number → log-on name); indexed, so fast on any size of domain."""
    found: dict[str, dict[str, Any]] = {}
    by_name = {name: number for number, name in names.items()}
    for part in _chunks(list(by_name)):
        filter_text = _any_of("sAMAccountName", part)
        for entry in tools.directory.search(policy.base_dn, filter_text, [policy.staff_attribute, *ASKED]):
            state = state_of_entry(entry, policy, places)
            if state["number"] == by_name.get(state["sam"]):
                _put(found, state)
    return found


def _put(found: dict[str, dict[str, Any]], state: dict[str, Any]) -> None:
    number = state["number"]
    if number in found:
        raise TargetSaidNo(
            "accounts.two_accounts",
            Text("two accounts carry one staff number", "同じ職員番号のアカウントが2つあります"),
            Text(
                "take the number off the wrong one, then plan again",
                "誤っている方から職員番号を外し、計画し直す",
            ),
            target=number,
            detail=f"{found[number]['_dn']} / {state['_dn']}",
        )
    found[number] = state


def _any_of(attribute: str, values: Iterable[str]) -> str:
    return "(|" + "".join(f"({attribute}={escape_filter(value)})" for value in values) + ")"


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
