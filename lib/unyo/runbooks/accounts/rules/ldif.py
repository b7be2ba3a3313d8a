"""The accounts, departments and groups of a job as LDIF (RFC 2849), without any secret."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from unyo.core.change import Change
from unyo.core.dn import escape_rdn, join_dn
from unyo.runbooks.accounts.rules.entries import NORMAL, attributes_of
from unyo.runbooks.accounts.rules.places import CODE, GROUPS, PEOPLE

_LINE = 76


def _unknown(place: str) -> str | None:
    return f"OU={escape_rdn(place)}" if place else None


def ldif(changes: Iterable[Change], which: str, dn_of_place: Callable[[str], str | None] = _unknown) -> str:
    """Every target's state ``before`` or ``after`` the changes, one record each.

    ``dn_of_place`` gives the DN of a department's code or another place (``Places.dn_of``). A target that
    was, or will be, absent stands as a comment. Group membership stands as comments too: it is an
    attribute of the group. Passwords are never written.
    """
    records = []
    for change in changes:
        state = change.before if which == "before" else change.after
        records.append(_record(change, state, dn_of_place))
    return "version: 1\n\n" + "\n".join(records)


def _record(change: Change, state: Mapping[str, Any] | None, dn_of_place: Callable[[str], str | None]) -> str:
    target = change.target
    head = f"# {target.kind} {target.shown}"
    if state is None:
        return f"{head}: absent\n"
    dn, attributes, notes = _WRITERS[target.kind](target.key, state, dn_of_place)
    lines = [head, *(f"# {note}" for note in notes), *_line("dn", dn)]
    for name, values in sorted(attributes.items()):
        for value in values:
            lines += _line(name, value)
    return "\n".join(lines) + "\n"


Written = tuple[str, dict[str, tuple[str, ...]], list[str]]


def _account(key: str, state: Mapping[str, Any], dn_of_place: Callable[[str], str | None]) -> Written:
    container = dn_of_place(str(state["place"])) if state.get("place") else None
    dn = join_dn(f"CN={escape_rdn(str(state.get('cn') or key))}", container or "")
    attributes = {name: values for name, values in attributes_of(state, NORMAL).items() if values}
    if state.get("number"):
        attributes["employeeNumber"] = (str(state["number"]),)
    attributes["objectClass"] = ("user",)
    return dn, attributes, [f"member of {group}" for group in state.get("groups") or ()]


def _department(key: str, state: Mapping[str, Any], dn_of_place: Callable[[str], str | None]) -> Written:
    parent = dn_of_place(str(state.get("parent") or PEOPLE))
    dn = join_dn(f"OU={escape_rdn(str(state['name']))}", parent or "")
    return dn, {"objectClass": ("organizationalUnit",), CODE: (key,)}, []


def _group(key: str, state: Mapping[str, Any], dn_of_place: Callable[[str], str | None]) -> Written:
    attributes: dict[str, tuple[str, ...]] = {"objectClass": ("group",), "sAMAccountName": (key,)}
    if state.get("description"):
        attributes["description"] = (str(state["description"]),)
    return join_dn(f"CN={escape_rdn(key)}", dn_of_place(GROUPS) or ""), attributes, []


_WRITERS: dict[str, Callable[[str, Mapping[str, Any], Callable[[str], str | None]], Written]] = {
    "account": _account,
    "department": _department,
    "group": _group,
}


def _line(name: str, value: str) -> Iterable[str]:
    """One attribute, base64 where RFC 2849 asks for it, folded at 76 characters."""
    safe = value.isascii() and value.isprintable() and value[:1] not in (" ", ":", "<") and value[-1:] != " "
    whole = f"{name}: {value}" if safe else f"{name}:: {base64.b64encode(value.encode()).decode()}"
    yield whole[:_LINE]
    for start in range(_LINE, len(whole), _LINE - 1):
        yield " " + whole[start : start + _LINE - 1]
