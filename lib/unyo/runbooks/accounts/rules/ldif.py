"""The accounts, departments and groups of a job as LDIF (RFC 2849), without any secret."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.change import Change
from unyo.core.dn import escape_rdn, join_dn
from unyo.runbooks.accounts.rules.entries import NORMAL, attributes_of
from unyo.runbooks.accounts.rules.marks import ATTRIBUTE, written_marks
from unyo.runbooks.accounts.rules.places import CODE, GROUPS, PEOPLE

_LINE = 76


def ldif(
    changes: Iterable[Change],
    which: str,
    dn_of_place: Callable[[str], str | None] = lambda place: None,
    dns: Mapping[str, str] | None = None,
) -> str:
    """Every target's state ``before`` or ``after`` the changes, one record each.

    ``dn_of_place`` gives the DN of a department's code or another place (``Places.dn_of``); departments that
    the changes themselves name or move come from the changes. ``dns`` gives the DN by the target's lock where
    a change says nothing of name and place. A target that was, or will be, absent stands as a comment, and so
    does group membership, which is an attribute of the group. Passwords are never written.
    """
    states = [(change, change.before if which == "before" else change.after) for change in changes]
    units = {
        change.target.key: state
        for change, state in states
        if change.target.kind == "department" and state is not None
    }
    book = _Book(units, dn_of_place, dns or {})
    return "version: 1\n\n" + "\n".join(_record(change, state, book) for change, state in states)


@dataclass(frozen=True)
class _Book:
    """Where DNs come from."""

    units: Mapping[str, Mapping[str, Any]]
    dn_of_place: Callable[[str], str | None]
    dns: Mapping[str, str]

    def container(self, place: str) -> str:
        unit = self.units.get(place)
        if unit is not None:
            return join_dn(f"OU={escape_rdn(str(unit['name']))}", self.container(unit["parent"] or PEOPLE))
        return self.dn_of_place(place) or f"OU={escape_rdn(place)}"


def _record(change: Change, state: Mapping[str, Any] | None, book: _Book) -> str:
    target = change.target
    head = f"# {target.kind} {target.shown}"
    if state is None:
        return f"{head}: absent\n"
    if target.kind == "department":
        dn, attributes = book.container(target.key), _department(target.key)
    else:
        dn, attributes = (_group if target.kind == "group" else _account)(change, state, book)
    notes = [f"# member of {group}" for group in state.get("groups") or ()]
    lines = [head, *notes, *_line("dn", dn)]
    for name, values in sorted(attributes.items()):
        for value in values:
            lines += _line(name, value)
    return "\n".join(lines) + "\n"


Attributes = dict[str, tuple[str, ...]]


def _account(change: Change, state: Mapping[str, Any], book: _Book) -> tuple[str, Attributes]:
    if state.get("cn") and state.get("place"):
        dn = join_dn(f"CN={escape_rdn(str(state['cn']))}", book.container(str(state["place"])))
    else:
        dn = book.dns.get(change.target.lock, f"CN={escape_rdn(change.target.label or change.target.key)}")
    attributes = {name: values for name, values in attributes_of(state, NORMAL).items() if values}
    marks = written_marks(state, ())
    more: Attributes = {"objectClass": ("user",), "employeeNumber": (change.target.key,)}
    return dn, {**attributes, **more, **({ATTRIBUTE: marks} if marks else {})}


def _department(code: str) -> Attributes:
    return {"objectClass": ("organizationalUnit",), CODE: (code,)}


def _group(change: Change, state: Mapping[str, Any], book: _Book) -> tuple[str, Attributes]:
    key = change.target.key
    attributes: Attributes = {"objectClass": ("group",), "sAMAccountName": (key,)}
    if state.get("description"):
        attributes["description"] = (str(state["description"]),)
    return join_dn(f"CN={escape_rdn(key)}", book.container(GROUPS)), attributes


def _line(name: str, value: str) -> Iterable[str]:
    """One attribute, base64 where RFC 2849 asks for it, folded at 76 characters."""
    safe = value.isascii() and value.isprintable() and value[:1] not in (" ", ":", "<") and value[-1:] != " "
    whole = f"{name}: {value}" if safe else f"{name}:: {base64.b64encode(value.encode()).decode()}"
    yield whole[:_LINE]
    for start in range(_LINE, len(whole), _LINE - 1):
        yield " " + whole[start : start + _LINE - 1]
