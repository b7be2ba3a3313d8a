"""What an address and a value of each kind of setting look like; checks say what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from unyo.core.baseline import Kind
from unyo.core.windows_names import FIREWALL_VALUES, PRIVILEGES, SECURITY_KEYS

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.REGISTRY: ("key", "name", "type"),
    Kind.SECURITY: ("section", "name"),
    Kind.USER_RIGHT: ("name",),
    Kind.AUDIT: ("guid",),
    Kind.SERVICE: ("name",),
    Kind.FIREWALL: ("profile", "name"),
    Kind.FEATURE: ("name",),
    Kind.SCRIPT: ("read",),
}

REGISTRY_TYPES = ("dword", "qword", "string", "expand", "multi", "binary")
AUDIT_VALUES = ("none", "success", "failure", "both")
START_MODES = ("disabled", "manual", "automatic")
FEATURE_VALUES = ("enabled", "disabled")
FIREWALL_PROFILES = ("domain", "private", "public")

_KEY = re.compile(r"HK(LM|U):(\\[^\\]+)+")
_GUID = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")
_SID = re.compile(r"S-1-\d+(-\d+)+")
_PLAIN = re.compile(r"[A-Za-z0-9_.\-]+")


def wrong_address(kind: Kind, address: Mapping[str, str]) -> tuple[str, str] | None:
    """The first wrong field and what would be right there, or None."""
    fields = FIELDS[kind]
    for name in fields:
        if not isinstance(address.get(name), str):
            return name, f"a text; a {kind} setting has the fields {', '.join(fields)}"
    for name in sorted(set(address) - set(fields)):
        return name, f"no such field; a {kind} setting has {', '.join(fields)}"
    return _ADDRESS_CHECKS[kind](address)


def wrong_value(kind: Kind, address: Mapping[str, str], value: Any) -> str | None:
    """What would be right where ``value`` cannot be the setting's value, or None."""
    if value is None:
        allowed = (Kind.REGISTRY, Kind.SECURITY)
        return None if kind in allowed else f"a value; only {' and '.join(allowed)} settings can be absent"
    return _VALUE_CHECKS[kind](address, value)


def _registry(address: Mapping[str, str]) -> tuple[str, str] | None:
    if not _KEY.fullmatch(address["key"]):
        return "key", r"a path such as HKLM:\SOFTWARE\Policies\…"
    if address["type"] not in REGISTRY_TYPES:
        return "type", f"one of {', '.join(REGISTRY_TYPES)}"
    return None


def _security(address: Mapping[str, str]) -> tuple[str, str] | None:
    known = SECURITY_KEYS.get(address["section"])
    if known is None:
        return "section", f"one of {', '.join(SECURITY_KEYS)}"
    return None if address["name"] in known else ("name", f"one of {', '.join(sorted(known))}")


def _user_right(address: Mapping[str, str]) -> tuple[str, str] | None:
    return None if address["name"] in PRIVILEGES else ("name", "a Windows privilege or log-on right (Se…)")


def _audit(address: Mapping[str, str]) -> tuple[str, str] | None:
    if _GUID.fullmatch(address["guid"]):
        return None
    return "guid", "a subcategory's GUID in capitals and braces, {0CCE9215-69AE-11D9-BED3-505054503030}"


def _firewall(address: Mapping[str, str]) -> tuple[str, str] | None:
    if address["profile"] not in FIREWALL_PROFILES:
        return "profile", f"one of {', '.join(FIREWALL_PROFILES)}"
    return None if address["name"] in FIREWALL_VALUES else ("name", f"one of {', '.join(FIREWALL_VALUES)}")


def _named(field: str) -> Callable[[Mapping[str, str]], tuple[str, str] | None]:
    def check(address: Mapping[str, str]) -> tuple[str, str] | None:
        return None if _PLAIN.fullmatch(address[field]) else (field, "letters, digits, _ . and - only")

    return check


def _one_of(*allowed: str) -> Callable[[Mapping[str, str], Any], str | None]:
    def check(_: Mapping[str, str], value: Any) -> str | None:
        return None if value in allowed else f"one of {', '.join(allowed)}"

    return check


def _registry_value(address: Mapping[str, str], value: Any) -> str | None:
    kind = address["type"]
    if kind in ("dword", "qword"):
        top = 2**32 if kind == "dword" else 2**64
        right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < top
        return None if right else f"a whole number below {top}"
    if kind == "multi":
        return None if _texts(value) else "a list of texts"
    if kind == "binary":
        right = isinstance(value, str) and re.fullmatch(r"([0-9a-f]{2})*", value) is not None
        return None if right else "hexadecimal digits in lower case"
    return None if isinstance(value, str) else "a text in quotation marks"


def _security_value(_: Mapping[str, str], value: Any) -> str | None:
    right = isinstance(value, (int, str)) and not isinstance(value, bool)
    return None if right else "a whole number or a text"


def _sids(_: Mapping[str, str], value: Any) -> str | None:
    if _texts(value) and all(_SID.fullmatch(sid) for sid in value) and list(value) == sorted(set(value)):
        return None
    return "a sorted list of SIDs such as S-1-5-32-544, none twice"


def _firewall_value(address: Mapping[str, str], value: Any) -> str | None:
    allowed = FIREWALL_VALUES[address["name"]]
    if not allowed:
        return None if isinstance(value, str) and value else "a text in quotation marks"
    return None if value in allowed else f"one of {', '.join(allowed)} (in quotation marks)"


def _anything(*_: Any) -> str | None:
    return None


def _texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


_ADDRESS_CHECKS: Mapping[Kind, Callable[[Mapping[str, str]], tuple[str, str] | None]] = {
    Kind.REGISTRY: _registry,
    Kind.SECURITY: _security,
    Kind.USER_RIGHT: _user_right,
    Kind.AUDIT: _audit,
    Kind.SERVICE: _named("name"),
    Kind.FIREWALL: _firewall,
    Kind.FEATURE: _named("name"),
    Kind.SCRIPT: _named("read"),
}

_VALUE_CHECKS: Mapping[Kind, Callable[[Mapping[str, str], Any], str | None]] = {
    Kind.REGISTRY: _registry_value,
    Kind.SECURITY: _security_value,
    Kind.USER_RIGHT: _sids,
    Kind.AUDIT: _one_of(*AUDIT_VALUES),
    Kind.SERVICE: _one_of(*START_MODES),
    Kind.FIREWALL: _firewall_value,
    Kind.FEATURE: _one_of(*FEATURE_VALUES),
    Kind.SCRIPT: _anything,
}
