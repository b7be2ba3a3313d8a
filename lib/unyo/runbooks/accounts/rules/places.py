"""Where accounts stand: department codes on our side, organisational units in the directory.

A state names a place by its code, so that renaming a department changes no account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unyo.core.directory import Add, Directory
from unyo.core.dn import escape_rdn, fold_dn, join_dn, parent_of
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.policy import AccountPolicy

# The attribute of an organisational unit that keeps the department's code.
CODE = "businessCategory"
AWAY = "away"
LEFT = "left/"
PEOPLE, GROUPS = "people", "groups"


@dataclass(frozen=True, slots=True)
class Unit:
    """A department's organisational unit as it is in the directory."""

    code: str
    name: str
    dn: str
    parent_code: str


class Places:
    """The units of the directory at one moment, both ways: code to DN and DN to code."""

    def __init__(self, policy: AccountPolicy, units: Iterable[Unit]) -> None:
        self._policy = policy
        self.units = {unit.code: unit for unit in units}
        self._codes = {fold_dn(unit.dn): unit.code for unit in self.units.values()}
        self._codes[fold_dn(policy.away_dn)] = AWAY
        self._leavers = fold_dn(policy.leavers_dn)

    def dn_of(self, place: str) -> str | None:
        """The DN of a place; None where no such department stands in the directory."""
        fixed = {
            AWAY: self._policy.away_dn,
            PEOPLE: self._policy.people_dn,
            GROUPS: self._policy.groups_dn,
        }
        if place in fixed:
            return fixed[place]
        if place.startswith(LEFT):
            return join_dn(f"OU={place.removeprefix(LEFT)}", self._policy.leavers_dn)
        if "=" in place:
            return place
        unit = self.units.get(place)
        return None if unit is None else unit.dn

    def place_of(self, container_dn: str) -> str:
        """The code of a department, ``away``, ``left/20270401``, or the DN itself where it is none of them."""
        folded = fold_dn(container_dn)
        if folded in self._codes:
            return self._codes[folded]
        if folded.endswith("," + self._leavers) and folded.count(",") == self._leavers.count(",") + 1:
            return LEFT + folded.partition("=")[2].partition(",")[0]
        return container_dn

    def ensure(self, directory: Directory, places: Iterable[str]) -> None:
        """Make the units for people who are away or have left; departments are targets of their own."""
        missing = [self._policy.leavers_dn]
        for place in sorted(set(places)):
            dn = self.dn_of(place)
            if dn is not None and (place == AWAY or place.startswith(LEFT)):
                missing.append(dn)
        if len(missing) > 1:
            make_containers(directory, missing)


def read_places(directory: Directory, policy: AccountPolicy) -> Places:
    """One search for all departments; TargetSaidNo where two units carry one code."""
    found = list(
        directory.search(policy.people_dn, f"(&(objectClass=organizationalUnit)({CODE}=*))", ["ou", CODE])
    )
    codes = {fold_dn(entry.dn): entry.first(CODE) or "" for entry in found}
    by_code: dict[str, str] = {}
    for entry in found:
        code = entry.first(CODE) or ""
        if code in by_code:
            raise _two_units(code, by_code[code], entry.dn)
        by_code[code] = entry.dn
    units = [
        Unit(
            entry.first(CODE) or "",
            entry.first("ou") or "",
            entry.dn,
            codes.get(fold_dn(parent_of(entry.dn)), ""),
        )
        for entry in found
    ]
    return Places(policy, units)


def _two_units(code: str, one: str, other: str) -> TargetSaidNo:
    return TargetSaidNo(
        "accounts.two_departments",
        Text("two units carry one department code", "同じ所属コードの OU が2つあります"),
        Text(
            f"take {CODE} off the wrong one, then plan again",
            f"誤っている方から {CODE} を外し、計画し直す",
        ),
        target=code,
        detail=f"{one} / {other}",
    )


def make_containers(directory: Directory, dns: Iterable[str]) -> None:
    """Make organisational units that do not exist yet; parents must come first."""
    for dn in dns:
        exists = next(directory.search(dn, "(objectClass=*)", ["ou"], "base"), None)
        if exists is None:
            (error,) = directory.send([Add(dn, {"objectClass": ("organizationalUnit",)})])
            if error is not None and not already_there(error):
                raise error


def already_there(error: UnyoError) -> bool:
    return error.code == "directory.exists"


def no_such_place(place: str, target: str) -> TargetSaidNo:
    return TargetSaidNo(
        "accounts.no_department",
        Text(
            f"department {place} does not stand in the directory", f"部署 {place} がディレクトリにありません"
        ),
        Text("make it first: accounts.provision does", "先に部署を作成する(accounts.provision が行います)"),
        target=target,
    )


def unit_dn(name: str, parent_dn: str) -> str:
    return join_dn(f"OU={escape_rdn(name)}", parent_dn)
