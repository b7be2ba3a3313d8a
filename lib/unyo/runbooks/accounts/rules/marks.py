"""What unyo notes on an account itself, so that it survives the loss of the ledger.

The notes are values of extensionName, which many entries may carry several of (at most 255 characters each);
values that do not begin with ``unyo:`` belong to somebody else and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

ATTRIBUTE = "extensionName"
_OURS = "unyo:"
_FORMER, _GRANT = "former:", "grant:"


def read_marks(values: Iterable[str]) -> dict[str, list[str] | None]:
    """The state keys ``former`` and ``grants``; None where nothing is noted."""
    ours = sorted(value.removeprefix(_OURS) for value in values if value.startswith(_OURS))
    former = [value.removeprefix(_FORMER) for value in ours if value.startswith(_FORMER)]
    grants = [value.removeprefix(_GRANT) for value in ours if value.startswith(_GRANT)]
    return {"former": former or None, "grants": grants or None}


def foreign_marks(values: Iterable[str]) -> list[str]:
    return [value for value in values if not value.startswith(_OURS)]


def written_marks(state: Mapping[str, Any], foreign: Iterable[str]) -> tuple[str, ...]:
    """All values of the attribute for a state that holds both keys."""
    former = [_OURS + _FORMER + value for value in state.get("former") or ()]
    grants = [_OURS + _GRANT + value for value in state.get("grants") or ()]
    return (*foreign, *former, *grants)


def former_of(now: Mapping[str, Any]) -> list[str]:
    """What an account was before it was suspended; kept as it is where it is suspended already."""
    if now.get("former"):
        return list(now["former"])
    enabled = "yes" if now["enabled"] else "no"
    noted = [f"cn={now['cn']}", f"enabled={enabled}", f"place={now['place']}"]
    return sorted(noted + [f"group={group}" for group in now["groups"]])


def restored(former: Iterable[str]) -> dict[str, Any]:
    """The state that a note stands for."""
    state: dict[str, Any] = {"enabled": True, "groups": [], "former": None}
    for note in former:
        key, _, value = note.partition("=")
        if key == "group":
            state["groups"].append(value)
        elif key in ("cn", "place"):
            state[key] = value
        elif key == "enabled":
            state["enabled"] = value == "yes"
    state["groups"].sort()
    return state


def grant(group: str, until: date) -> str:
    return f"{group} until {until.isoformat()}"


def other_grants(grants: Iterable[str] | None, group: str) -> list[str] | None:
    """The grants of other groups."""
    return [noted for noted in grants or () if not noted.startswith(f"{group} until ")] or None
