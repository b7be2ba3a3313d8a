"""What departments and groups should be, and in which order they come and go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from unyo.core.change import Change
from unyo.core.dn import fold_dn
from unyo.core.person import Roster
from unyo.core.plan import Finding, Weight
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.groups import department_group, named_groups
from unyo.runbooks.accounts.rules.places import Places
from unyo.runbooks.accounts.rules.policy import AccountPolicy
from unyo.runbooks.accounts.rules.units import department_state

# Departments come parents first in phases below 0, people in 0, what is closed goes in phases above 10.
FIRST, LAST = -20, 20


def unit_changes(
    roster: Roster,
    places: Places,
    groups: Mapping[str, Mapping[str, Any]],
    policy: AccountPolicy,
    keep: Collection[str] = (),
) -> list[Change]:
    """Departments to make, rename and close (all but ``keep``), and groups to make and describe."""
    changes = [_department(roster, places, code, depth) for code, depth in _by_depth(roster)]
    changes += [_group(name, text, groups) for name, text in _wanted_groups(roster, policy)]
    changes += _closed(roster, places, keep)
    return [change for change in changes if change is not None]


def _by_depth(roster: Roster) -> list[tuple[str, int]]:
    return sorted(
        ((code, _depth(roster, code)) for code in roster.departments), key=lambda item: (item[1], item[0])
    )


def _depth(roster: Roster, code: str, seen: int = 0) -> int:
    parent = roster.departments[code].parent_code
    return (
        seen
        if not parent or parent not in roster.departments or seen > 10
        else _depth(roster, parent, seen + 1)
    )


def _department(roster: Roster, places: Places, code: str, depth: int) -> Change | None:
    department = roster.departments[code]
    want = {"name": department.name, "parent": department.parent_code}
    now = department_state(places, code)
    before = None if now is None else {key: now[key] for key in want}
    if before == want:
        return None
    sort = "department" if before is None else "department_rename"
    return Change(Target("department", code, department.name), before, want, sort=sort, phase=FIRST + depth)


def _wanted_groups(roster: Roster, policy: AccountPolicy) -> list[tuple[str, str]]:
    used = {post.department_code for person in roster.people.values() for post in person.posts}
    own = [
        (department_group(policy, code), roster.departments[code].name)
        for code in sorted(used)
        if code in roster.departments
    ]
    return own + [(name, "") for name in named_groups(policy)]


def _group(name: str, text: str, groups: Mapping[str, Mapping[str, Any]]) -> Change | None:
    now = groups.get(name)
    want = {"description": text}
    if now is not None and (not text or now["description"] == text):
        return None
    before = None if now is None else {"description": now["description"]}
    sort = "group" if before is None else "group_rename"
    return Change(Target("group", name, text), before, want, sort=sort, phase=-1)


def _closed(roster: Roster, places: Places, keep: Collection[str]) -> Iterable[Change]:
    """Departments that the roster no longer has, children first, after the people have moved out.

    Their groups stay, empty: file rights hang on a group's identifier, which would be lost with it.
    """
    gone = [unit for code, unit in places.units.items() if code not in roster.departments]
    depth = {unit.code: unit.dn.count(",") for unit in gone}
    deepest = max(depth.values(), default=0)
    for unit in sorted(gone, key=lambda unit: (-depth[unit.code], unit.code)):
        if unit.code not in keep:
            before = {"name": unit.name, "parent": unit.parent_code}
            phase = LAST + deepest - depth[unit.code]
            yield Change(Target("department", unit.code, unit.name), before, None, "department_closed", phase)


def still_used(
    roster: Roster, places: Places, contents: Mapping[str, Iterable[str]], leaving: Collection[str]
) -> dict[str, list[str]]:
    """Closed departments that cannot be taken away, with what stays in them and in what lies below.

    ``contents`` maps a closed department's code to the folded DNs of all entries below its unit;
    ``leaving`` are folded DNs of entries that move out or go away.
    """
    found = {}
    going = {
        *leaving,
        *(fold_dn(unit.dn) for code, unit in places.units.items() if code not in roster.departments),
    }
    moving_units = {fold_dn(unit.dn) for code, unit in places.units.items() if code in roster.departments}
    for code, inside in contents.items():
        stays = sorted(dn for dn in inside if dn not in going and not _moves_with(dn, moving_units))
        if stays:
            found[code] = stays
    return found


def _moves_with(dn: str, moving_units: Collection[str]) -> bool:
    """A department that goes on moves out with everything in it."""
    return dn in moving_units or any(dn.endswith("," + unit) for unit in moving_units)


def named_as_used(places: Places, used: Mapping[str, Sequence[str]]) -> list[Finding]:
    return [
        Finding(
            "accounts.closed_department_in_use",
            Weight.ODD,
            Text(
                f"department {places.units[code].name} is closed but keeps {len(stays)} entries and so stays:"
                f" {stays[0]}",
                f"廃止部署 {places.units[code].name} に {len(stays)} 件残るため、部署を残します: {stays[0]}",
            ),
            code,
        )
        for code, stays in sorted(used.items())
    ]
