"""Distinguished names and filters: escaping, joining and taking apart."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r'[,+"\\<>;=\x00]')


def escape_rdn(value: str) -> str:
    """The value of a relative name, escaped after RFC 4514; Japanese letters stay as they are."""
    escaped = _SPECIAL.sub(lambda found: "\\00" if found[0] == "\x00" else "\\" + found[0], value)
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and not escaped.endswith("\\ "):
        escaped = escaped[:-1] + "\\ "
    return escaped


def unescape_rdn(value: str) -> str:
    """The plain text of an escaped relative name's value."""
    parts = re.split(r"((?:\\[0-9A-Fa-f]{2})+)", value)
    plain = []
    for part in parts:
        if re.fullmatch(r"(?:\\[0-9A-Fa-f]{2})+", part):
            plain.append(bytes.fromhex(part.replace("\\", "")).decode("utf-8", "replace"))
        else:
            plain.append(re.sub(r"\\(.)", r"\1", part))
    return "".join(plain)


def escape_filter(value: str) -> str:
    """A value inside a search filter, escaped after RFC 4515."""
    return re.sub(r"[\\*()\x00]", lambda found: f"\\{ord(found[0]):02x}", value)


def split_dn(dn: str) -> list[str]:
    """The relative names of a DN, innermost first, escapes kept."""
    return [part.strip() for part in re.split(r"(?<!\\),", dn) if part.strip()]


def rdn_of(dn: str) -> str:
    """``CN=…``: the first relative name, escapes kept."""
    return split_dn(dn)[0]


def rdn_value(dn: str) -> str:
    """The plain value of the first relative name."""
    return unescape_rdn(rdn_of(dn).partition("=")[2])


def parent_of(dn: str) -> str:
    """The DN without its first relative name."""
    return ",".join(split_dn(dn)[1:])


def join_dn(attribute: str, value: str, parent: str) -> str:
    """``CN=value,parent`` with the value escaped."""
    return f"{attribute}={escape_rdn(value)},{parent}"


def same_dn(one: str, other: str) -> bool:
    """Equal but for case and blanks around commas."""
    return normal_dn(one) == normal_dn(other)


def normal_dn(dn: str) -> str:
    """A form in which equal DNs are equal texts."""
    return ",".join(
        f"{p.partition('=')[0].strip()}={unescape_rdn(p.partition('=')[2])}" for p in split_dn(dn)
    ).lower()


def is_below(dn: str, base: str) -> bool:
    """Whether ``dn`` is ``base`` or lies anywhere below it."""
    return normal_dn(dn) == normal_dn(base) or normal_dn(dn).endswith("," + normal_dn(base))
