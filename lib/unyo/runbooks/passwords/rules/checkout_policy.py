"""The site's rules for check-outs: who may ask, who approves, how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import BadSetting
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.core.tools import Policies

ROLES = ("operator", "officer")
_LAYERS = ("kinds", "groups", "roles")
_VALUES = {"risk", "longest_minutes", "who"}
_MOST_MINUTES = 7 * 24 * 60
_USUAL: Mapping[str, Any] = {"risk": "GUARDED", "longest_minutes": 480, "who": list(ROLES)}


@dataclass(frozen=True, slots=True)
class CheckoutRules:
    """For one account: ``who`` are the roles of operators that may ask."""

    risk: Risk
    longest: timedelta
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckoutPolicy:
    """An account's kind, then its groups in their order, then its role replace single values."""

    rules: Mapping[str, Any]
    layers: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def of(self, credential: Credential) -> CheckoutRules:
        merged = dict(self.rules)
        names = [
            ("kinds", credential.kind.value),
            *(("groups", group) for group in credential.groups),
            ("roles", credential.role),
        ]
        for layer, name in names:
            merged |= self.layers[layer].get(name, {})
        return CheckoutRules(
            Risk(merged["risk"]), timedelta(minutes=merged["longest_minutes"]), tuple(merged["who"])
        )


def checkout_policy(policies: Policies) -> CheckoutPolicy:
    """The section ``checkout`` of passwords.yml; BadSetting names the key that is wrong."""
    section = _mapping(policies.load("passwords").get("checkout") or {}, "checkout")
    _only(section, {"rules", *_LAYERS}, "checkout.")
    rules = {**_USUAL, **_checked(section.get("rules") or {}, "checkout.rules")}
    layers = {
        layer: {
            str(name): _checked(values, f"checkout.{layer}.{name}")
            for name, values in _mapping(section.get(layer) or {}, f"checkout.{layer}").items()
        }
        for layer in _LAYERS
    }
    _only(layers["kinds"], set(AccountKind), "checkout.kinds.")
    return CheckoutPolicy(rules, layers)


def _checked(loaded: Any, where: str) -> Mapping[str, Any]:
    values = _mapping(loaded, where)
    _only(values, _VALUES, f"{where}.")
    if values.get("risk", "GUARDED") not in Risk.__members__:
        raise _bad(f"{where}.risk", f"give one of: {', '.join(Risk)}", f"次から選択: {', '.join(Risk)}")
    minutes = values.get("longest_minutes", 1)
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= _MOST_MINUTES:
        raise _bad(
            f"{where}.longest_minutes",
            f"not a number from 1 to {_MOST_MINUTES}",
            f"1〜{_MOST_MINUTES} で指定",
        )
    who = values.get("who", [])
    if not isinstance(who, list) or not set(map(str, who)) <= set(ROLES):
        raise _bad(f"{where}.who", f"a list of: {', '.join(ROLES)}", f"次の一覧で指定: {', '.join(ROLES)}")
    return values


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _bad(where, "not a mapping", "キーと値の形式ではありません")
    return value


def _only(values: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in values:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise _bad(f"{where}{name}", f"unknown; known are: {listed}", f"使えません。使える項目: {listed}")


def _bad(where: str, en: str, ja: str) -> BadSetting:
    return BadSetting(
        "checkout.policy",
        Text(f"{where}: {en}", f"{where}: {ja}"),
        Text("mend inventory/policies/passwords.yml", "inventory/policies/passwords.yml を直す"),
        target="passwords.yml",
    )
