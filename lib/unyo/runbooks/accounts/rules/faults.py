"""What Windows would refuse, found while planning: lengths, characters, names that stand elsewhere.

Samba is looser here and there; the limits are those of the schema's rangeUpper and of sAMAccountName.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unyo.core.change import Change
from unyo.core.person import Roster
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.places import Places

LONGEST = {
    "sam": 20,
    "cn": 64,
    "upn": 1024,
    "family": 64,
    "given": 64,
    "display": 256,
    "family_kana": 64,
    "given_kana": 64,
    "department": 64,
    "title": 128,
    "company": 64,
    "mail": 256,
}
_FORBIDDEN_IN_LOGON_NAMES = frozenset('"/\\[]:;|=,+*?<>@')
_LONGEST_UNIT = 64


def account_faults(states: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Findings that refuse the plan, for wanted states by staff number."""
    found = []
    for number, state in sorted(states.items()):
        for key, most in LONGEST.items():
            value = str(state.get(key) or "")
            if len(value) > most:
                found.append(_too_long(f"{number} {state.get('display') or ''}", key, len(value), most))
            if any(letter < " " or letter == "\x7f" for letter in value):
                found.append(_forbidden(number, key, "control characters", "制御文字"))
        sam = str(state.get("sam") or "")
        if _FORBIDDEN_IN_LOGON_NAMES & set(sam) or sam.endswith("."):
            found.append(_forbidden(number, "sam", sam, sam))
    return found


def placing_faults(states: Mapping[str, Mapping[str, Any]], roster: Roster, places: Places) -> list[Finding]:
    """People whose department stands neither in the file nor in the directory."""
    return [
        Finding(
            "accounts.no_department",
            Weight.REFUSE,
            Text(
                f"department {state['place']} is in no list of departments",
                f"所属コード {state['place']} が部署一覧にありません",
            ),
            f"{number} {state.get('display') or ''}".strip(),
        )
        for number, state in sorted(states.items())
        if state["place"] not in roster.departments and places.dn_of(str(state["place"])) is None
    ]


def unit_faults(changes: Iterable[Change], names: Mapping[str, str]) -> list[Finding]:
    """Departments with names too long, and groups whose name somebody else holds (``names``, lower case)."""
    found = []
    for change in changes:
        name = str((change.after or {}).get("name") or "")
        if change.target.kind == "department" and len(name) > _LONGEST_UNIT:
            found.append(_too_long(change.target.key, "name", len(name), _LONGEST_UNIT))
        if change.target.kind == "group" and change.before is None and change.target.key.lower() in names:
            found.append(
                Finding(
                    "accounts.group_elsewhere",
                    Weight.REFUSE,
                    Text(
                        f"the name {change.target.key} is held by something outside the groups' unit",
                        f"名前 {change.target.key} はグループ用 OU の外で使用済みです",
                    ),
                    change.target.key,
                )
            )
    return found


def _too_long(where: str, key: str, length: int, most: int) -> Finding:
    return Finding(
        "accounts.too_long",
        Weight.REFUSE,
        Text(
            f"{key} has {length} characters; {most} are allowed",
            f"{key} が {length} 文字です(上限 {most} 文字)",
        ),
        where.strip(),
    )


def _forbidden(where: str, key: str, en: str, ja: str) -> Finding:
    return Finding(
        "accounts.forbidden_characters",
        Weight.REFUSE,
        Text(f"{key} holds what Windows forbids: {en}", f"{key} に使用できない文字があります: {ja}"),
        where,
    )
