"""Triggers: which event makes which passwords be renewed, by when, and whether anybody must approve it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from unyo.core.credential import Scope
from unyo.core.errors import BadInput, BadSetting
from unyo.core.params import params_from_json
from unyo.core.text import Text

_SCOPE = tuple(field.name for field in fields(Scope))
_ENTRIES = ("event", "when", "accounts", "read_by", "within_hours", "approved", "most", "reason")
_PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")
_OWN_ECHO = ("trigger.", "schedule.", "job.", "step.", "passwords.sealed", "passwords.moved")
"""Events that renewing passwords itself writes: a trigger on them would set itself off for ever."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule.

    ``when`` maps a field of the event (dotted) to its allowed values. ``accounts`` are the fields of a Scope
    whose texts may name fields of the event, {serial}; a text that is only a placeholder may stand for a list.
    ``read_by`` names a person: all accounts whose present password that person has read. ``most`` is how many
    accounts an approval by rule covers.
    """

    name: str
    event: str
    reason: Text
    within: timedelta
    when: Mapping[str, tuple[Any, ...]]
    accounts: Mapping[str, Any]
    read_by: str = ""
    approved: bool = False
    most: int | None = None

    def fires(self, kind: str, values: Mapping[str, Any]) -> bool:
        return kind == self.event and all(_at(values, path) in allowed for path, allowed in self.when.items())

    def scope(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the Scope for one event, empty ones left out."""
        filled = {name: _filled(value, values) for name, value in self.accounts.items()}
        return {name: value for name, value in filled.items() if value not in (None, "", [], False)}

    def reader(self, values: Mapping[str, Any]) -> str:
        """Whose readings count for one event; empty where none do."""
        found = _filled(self.read_by, values) if self.read_by else ""
        return found if isinstance(found, str) else ""


def triggers_from(policy: Mapping[str, Any], where: str = "triggers.yml") -> tuple[Trigger, ...]:
    """Every rule of the policy file; BadSetting names the entry that is wrong."""
    rules = policy.get("triggers") or {}
    if not isinstance(rules, Mapping):
        raise _bad(where, "triggers", "it is not a mapping", "キーと値の形式ではありません")
    return tuple(_trigger(name, values, f"{where} {name}") for name, values in rules.items() if values)


def _trigger(name: str, values: Any, where: str) -> Trigger:
    if not isinstance(values, Mapping) or not {"event", "reason", "within_hours"} <= set(values):
        raise _bad(
            where, "", "event, reason and within_hours are needed", "event、reason、within_hours が必要です"
        )
    for entry in values:
        if entry not in _ENTRIES:
            raise _bad(where, entry, "there is no such entry", "その項目はありません")
    event, accounts, reader = values["event"], values.get("accounts") or {}, values.get("read_by") or ""
    if not isinstance(event, str) or event.startswith(_OWN_ECHO):
        raise _bad(where, "event", "this event sets off nothing", "このイベントは使えません")
    if not isinstance(accounts, Mapping) or not set(accounts) <= set(_SCOPE) or not (accounts or reader):
        raise _bad(where, "accounts", f"give {', '.join(_SCOPE)}", f"{', '.join(_SCOPE)} で指定してください")
    hours, when, most = values["within_hours"], values.get("when") or {}, values.get("most")
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or hours <= 0:
        raise _bad(where, "within_hours", "give hours", "時間数を指定してください")
    if not isinstance(when, Mapping) or not all(isinstance(allowed, list) for allowed in when.values()):
        raise _bad(where, "when", "give lists of allowed values", "許容値の一覧で指定してください")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int)):
        raise _bad(where, "most", "give a number", "件数を指定してください")
    return Trigger(
        name=str(name),
        event=event,
        reason=_text(values["reason"], where),
        within=timedelta(hours=hours),
        when={path: tuple(allowed) for path, allowed in when.items()},
        accounts=dict(accounts),
        read_by=str(reader),
        approved=values.get("approved") is True,
        most=most,
    )


def checked_scope(values: Mapping[str, Any]) -> Scope | None:
    """The scope, or None where it chooses nothing."""
    try:
        return params_from_json(Scope, values)
    except BadInput as error:
        if error.code == "passwords.none_chosen":
            return None
        raise


def _at(values: Mapping[str, Any], path: str) -> Any:
    found: Any = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        found = [_filled(each, values) for each in value]
        return [each for each in found if each not in (None, "", [])]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value)
    if whole:
        return _at(values, whole[1])
    return _PLACEHOLDER.sub(lambda match: str(_at(values, match[1]) or ""), value)


def _text(value: Any, where: str) -> Text:
    if isinstance(value, str):
        return Text(value, value)
    if isinstance(value, Mapping) and {"en", "ja"} <= set(value):
        return Text(str(value["en"]), str(value["ja"]))
    raise _bad(where, "reason", "give a text or {en, ja}", "文字列か {en, ja} で指定してください")


def _bad(where: str, entry: str, en: str, ja: str) -> BadSetting:
    return BadSetting(
        "triggers.file",
        Text(en, ja),
        Text("mend inventory/policies/triggers.yml", "inventory/policies/triggers.yml を直す"),
        target=f"{where} {entry}".strip(),
    )
