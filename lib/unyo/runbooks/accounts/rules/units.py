"""Departments and groups as targets: organisational units and security groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unyo.core.change import Change
from unyo.core.directory import Add, Delete, Modify, Move, Write
from unyo.core.dn import escape_rdn, fold_dn, join_dn, parent_of, split_dn
from unyo.core.errors import UnyoError
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.places import (
    CODE,
    Places,
    already_there,
    make_containers,
    no_such_place,
    read_places,
    unit_dn,
)
from unyo.runbooks.accounts.rules.policy import AccountPolicy

# Security group, global scope.
_GROUP_TYPE = "-2147483646"


def department_state(places: Places, code: str) -> dict[str, Any] | None:
    unit = places.units.get(code)
    return None if unit is None else {"name": unit.name, "parent": unit.parent_code, "_dn": unit.dn}


def read_groups(tools: Tools, policy: AccountPolicy) -> dict[str, dict[str, Any]]:
    """Name → state of every managed group."""
    found = tools.directory.search(policy.groups_dn, "(objectClass=group)", ["cn", "description"], "one")
    return {
        entry.first("cn") or "": {"description": entry.first("description") or "", "_dn": entry.dn}
        for entry in found
    }


def write_units(changes: Sequence[Change], tools: Tools, policy: AccountPolicy) -> list[UnyoError | None]:
    """Make departments and groups so, one after the other: a child needs its parent."""
    make_containers(tools.directory, _containers(policy))
    answers: list[UnyoError | None] = []
    for change in changes:
        try:
            write = (
                _department_write(change, tools, policy)
                if change.target.kind == "department"
                else _group_write(change, policy)
            )
            errors = tools.directory.send(write)
            error = next((error for error in errors if error is not None), None)
            if error is not None and already_there(error):
                error = _adopted(change, write[0], tools, error)
            answers.append(error)
        except UnyoError as error:
            answers.append(error)
    return answers


def _adopted(change: Change, write: Write, tools: Tools, error: UnyoError) -> UnyoError | None:
    """Take over a unit of that name that nobody has marked with a code yet; the error where it is another's."""
    if change.target.kind != "department" or not isinstance(write, Add):
        return error
    standing = next(tools.directory.search(write.dn, "(objectClass=*)", [CODE], "base"), None)
    if standing is None or standing.first(CODE) not in (None, change.target.key):
        return error
    return tools.directory.send([Modify(write.dn, replace={CODE: (change.target.key,)})])[0]


def _containers(policy: AccountPolicy) -> list[str]:
    """The people's and the groups' container with whatever stands between them and the domain."""
    found: dict[str, str] = {}
    for lowest in (policy.people_dn, policy.groups_dn):
        above = len(split_dn(policy.base_dn))
        parts = split_dn(lowest)
        for start in range(len(parts) - above - 1, -1, -1):
            dn = ",".join(parts[start:])
            found.setdefault(fold_dn(dn), dn)
    return list(found.values())


def _department_write(change: Change, tools: Tools, policy: AccountPolicy) -> list[Write]:
    code, before, after = change.target.key, change.before, change.after
    if after is None:
        return [] if before is None else [Delete(before["_dn"])]
    places = read_places(tools.directory, policy)
    parent = places.dn_of(after["parent"]) if after["parent"] else policy.people_dn
    if parent is None:
        raise no_such_place(after["parent"], change.target.shown)
    if before is None:
        attributes = {"objectClass": ("organizationalUnit",), CODE: (code,)}
        return [Add(unit_dn(after["name"], parent), attributes)]
    moved = None if fold_dn(parent) == fold_dn(parent_of(before["_dn"])) else parent
    return [Move(before["_dn"], f"OU={escape_rdn(after['name'])}", moved)]


def _group_write(change: Change, policy: AccountPolicy) -> list[Write]:
    name, after = change.target.key, change.after
    dn = join_dn(f"CN={escape_rdn(name)}", policy.groups_dn)
    if after is None:
        return [] if change.before is None else [Delete(dn)]
    described = {"description": (after["description"],) if after["description"] else ()}
    if change.before is None:
        attributes = {"objectClass": ("group",), "sAMAccountName": (name,), "groupType": (_GROUP_TYPE,)}
        return [Add(dn, attributes | {k: v for k, v in described.items() if v})]
    return [Modify(dn, replace=described)]
