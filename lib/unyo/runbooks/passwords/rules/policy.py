"""The site's rules for passwords of accounts, as values, checked when they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import BadSetting
from unyo.core.passwords import CLASSES, EXCLUSIONS, PasswordRules, bits_of
from unyo.core.secret_state import HISTORY
from unyo.core.text import Text
from unyo.core.tools import Tools

FEWEST_BITS = 40
"""Below this a password could be guessed in an afternoon, whatever a device can take."""

_FILE = "inventory/policies/passwords.yml"
_SECTIONS = {"windows", "history", "rules", "kinds", "groups", "roles", "reset", "own", "checkout"}
"""``reset`` is read by desk_policy, ``own`` by own_policy."""
_LONGEST = 127
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class AccountRules:
    """How an account's password is made, and how old it may become (None: of any age)."""

    password: PasswordRules
    max_age: timedelta | None


@dataclass(frozen=True, slots=True)
class AccountsPolicy:
    """The whole file. An account's kind, then its groups in their order, then its role replace single values."""

    rules: Mapping[str, Any]
    kinds: Mapping[str, Mapping[str, Any]]
    groups: Mapping[str, Mapping[str, Any]]
    roles: Mapping[str, Mapping[str, Any]]
    history: int

    def of(self, credential: Credential) -> AccountRules:
        """The rules for one account. Its own name must not stand in its password: Windows refuses that."""
        layers = [self.kinds.get(credential.kind), *map(self.groups.get, credential.groups)]
        made = self._rules([*layers, self.roles.get(credential.role)], credential.label)
        return replace(made, password=replace(made.password, names=(credential.account,)))

    def _rules(self, layers: list[Mapping[str, Any] | None], where: str) -> AccountRules:
        merged = dict(self.rules)
        for layer in layers:
            merged |= layer or {}
        password = PasswordRules(
            merged["length"],
            readable=False,
            classes=tuple(merged["classes"]),
            exclude="".join(EXCLUSIONS.get(each, each) for each in merged["exclude"]),
            words=merged["words"],
        )
        try:
            bits = bits_of(password)
        except ValueError as error:
            raise _bad(where, str(error), f"作成できません: {error}") from None
        if bits < FEWEST_BITS:
            raise _bad(
                where,
                f"such passwords have only {bits:.0f} bits; {FEWEST_BITS} are the least",
                f"強度が {bits:.0f} ビットしかありません(下限 {FEWEST_BITS} ビット)",
            )
        days = merged["max_age_days"]
        return AccountRules(password, None if days is None else timedelta(days=days))


def accounts_policy(tools: Tools) -> AccountsPolicy:
    """Read passwords.yml; BadSetting names the key that is wrong."""
    return policy_from(tools.policies.load("passwords"))


def policy_from(loaded: Mapping[str, Any]) -> AccountsPolicy:
    """The policy as it stands in the file; every single layer is tried on its own as well."""
    _only(loaded, _SECTIONS, "")
    rules = _checked(loaded.get("rules"), "rules")
    for key in _CHECKS:
        if key not in rules:
            raise _bad(f"rules.{key}", "a value is missing", "値がありません")
    layers = {
        section: {
            str(name): _checked(layer, f"{section}.{name}")
            for name, layer in _mapping(loaded.get(section) or {}, section).items()
        }
        for section in ("kinds", "groups", "roles")
    }
    _only(layers["kinds"], set(AccountKind), "kinds.")
    _check_windows(loaded.get("windows"))
    history = loaded.get("history", HISTORY)
    if not _is_whole(history, HISTORY, 1000):
        raise _bad(
            "history", f"not a number from {HISTORY} to 1000", f"{HISTORY}〜1000 の数で指定してください"
        )
    policy = AccountsPolicy(rules, layers["kinds"], layers["groups"], layers["roles"], history)
    for section, named in layers.items():
        for name, layer in named.items():
            policy._rules([layer], f"{section}.{name}")
    policy._rules([], "rules")
    return policy


def _checked(layer: Any, where: str) -> Mapping[str, Any]:
    values = _mapping(layer, where)
    _only(values, set(_CHECKS), f"{where}.")
    for key, value in values.items():
        check, en, ja = _CHECKS[key]
        if not check(value):
            raise _bad(f"{where}.{key}", en, ja, repr(value))
    return values


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _are_classes(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(each in CLASSES for each in value)


def _are_exclusions(value: Any) -> bool:
    """Names of sets, or the characters themselves: a longer word that is no set's name is a slip."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        return False
    return all(each in EXCLUSIONS or len(each) == 1 or not each.isidentifier() for each in value)


_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str, str]] = {
    "length": (
        partial(_is_whole, least=8, most=_LONGEST),
        f"not a number from 8 to {_LONGEST}",
        f"8〜{_LONGEST} の数で指定してください",
    ),
    "classes": (
        _are_classes,
        f"give some of: {', '.join(CLASSES)}",
        f"次から選んでください: {', '.join(CLASSES)}",
    ),
    "words": (
        partial(_is_whole, least=0, most=20),
        "not a number from 0 to 20",
        "0〜20 の数で指定してください",
    ),
    "exclude": (
        _are_exclusions,
        f"give characters, or names of: {', '.join(EXCLUSIONS)}",
        f"文字そのものか、次の名前で指定してください: {', '.join(EXCLUSIONS)}",
    ),
    "max_age_days": (
        lambda value: value is None or _is_whole(value, 1, _MOST_DAYS),
        f"not a number from 1 to {_MOST_DAYS}, nor null",
        f"1〜{_MOST_DAYS} の数か null で指定してください",
    ),
}


def _check_windows(value: Any) -> None:
    windows = _mapping(value, "windows")
    _only(windows, {"accounts", "initial"}, "windows.")
    accounts, initial = windows.get("accounts"), windows.get("initial")
    if not isinstance(accounts, list) or not all(isinstance(each, str) and each for each in accounts):
        raise _bad("windows.accounts", "not a list of account names", "アカウント名の一覧で指定してください")
    if initial is not None and not (isinstance(initial, str) and initial):
        raise _bad("windows.initial", "not a name in the vault", "保管庫での名前を指定してください")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _bad(where, "not a mapping", "キーと値の形式ではありません")
    return value


def _only(values: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in values:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise _bad(f"{where}{name}", f"unknown; known are: {listed}", f"使えません。使える項目: {listed}")


def _bad(where: str, en: str, ja: str, detail: str | None = None) -> BadSetting:
    return BadSetting(
        "passwords.policy",
        Text(f"{where}: {en}", f"{where}: {ja}"),
        Text(
            f"mend {_FILE}, or remove it to use the shipped one",
            f"{_FILE} を直すか、削除して標準のものを使う",
        ),
        target="passwords.yml",
        detail=detail,
    )
