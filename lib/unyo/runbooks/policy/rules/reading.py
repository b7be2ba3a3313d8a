"""What a terminal's settings are now, asked for in one script per terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from unyo.core.baseline import Rule
from unyo.core.errors import UnyoError
from unyo.core.terminal import Answer, Errand, Terminal
from unyo.core.tools import Tools

SCRIPT = "settings"
SECONDS = 120
AT_ONCE = 200

AWAITS = "_awaits"
AWAITS_SETTING: Mapping[str, str] = {
    "id": AWAITS,
    "kind": "registry",
    "key": r"HKLM:\SOFTWARE\unyo\Baseline",
    "name": "ChangedSinceStart",
    "type": "string",
}
"""Where an application notes on the terminal during which run of Windows it changed what a restart brings about."""

# Windows computes the instant of its start anew each time; the clock's corrections move it a little.
_SAME_START = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Reading:
    """One terminal's answer: values by rule id (None: absent), and what could not be read and why.

    ``domain`` are the values that group policy sets; ``pending`` what a restart will make of a value; ``boot``
    when Windows started; ``awaits_restart`` whether an earlier application waits for a restart.
    """

    values: Mapping[str, Any]
    errors: Mapping[str, str]
    domain: Mapping[str, Any]
    pending: Mapping[str, Any]
    boot: str
    awaits_restart: bool


def read_settings(
    wanted: Sequence[tuple[Terminal, Collection[Rule]]], tools: Tools
) -> list[Reading | UnyoError]:
    """One reading or error per terminal, in order; terminals with the same rules share one list."""
    lists: dict[tuple[str, ...], list[dict[str, str]]] = {}
    found: list[Reading | UnyoError] = []
    for start in range(0, len(wanted), AT_ONCE):
        errands = [
            Errand(terminal, {"mode": "read", "settings": _settings(rules, lists)})
            for terminal, rules in wanted[start : start + AT_ONCE]
        ]
        found += [_reading(answer) for answer in tools.terminals.run(SCRIPT, errands, timeout=SECONDS)]
        tools.progress("settings", len(found), len(wanted))
    return found


def setting_of(rule: Rule) -> dict[str, str]:
    """A rule's setting as ``settings.ps1`` takes it."""
    return {"id": rule.id, **rule.setting.as_json()}


def _settings(
    rules: Collection[Rule], lists: dict[tuple[str, ...], list[dict[str, str]]]
) -> list[dict[str, str]]:
    key = tuple(rule.id for rule in rules)
    if key not in lists:
        lists[key] = [*(setting_of(rule) for rule in rules), dict(AWAITS_SETTING)]
    return lists[key]


def _reading(answer: Answer | UnyoError) -> Reading | UnyoError:
    if isinstance(answer, UnyoError):
        return answer
    values = {identity: value for identity, value in answer["values"].items() if identity != AWAITS}
    errors = {identity: text for identity, text in answer["errors"].items() if identity != AWAITS}
    for identity in errors:
        values.pop(identity, None)
    boot = str(answer["boot"])
    return Reading(
        values,
        errors,
        answer["domain"],
        answer.get("pending") or {},
        boot,
        same_start(answer["values"].get(AWAITS), boot),
    )


def same_start(noted: object, boot: str) -> bool:
    """Whether two instants mean the same start of Windows."""
    if not isinstance(noted, str):
        return False
    try:
        return abs(_instant(noted) - _instant(boot)) < _SAME_START
    except ValueError:
        return False


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
