"""Distinguished names and filters as text: escaping, splitting and joining (RFC 4514, RFC 4515)."""

from __future__ import annotations

_SPECIAL = frozenset('",+;<>=\\')
_FILTER = {"\\": r"\5c", "*": r"\2a", "(": r"\28", ")": r"\29", "\0": r"\00"}


def escape_filter(value: str) -> str:
    """A value made safe to stand in a search filter; Japanese stays as it is."""
    return "".join(_FILTER.get(character, character) for character in value)


def escape_rdn(value: str) -> str:
    """A value made safe to stand in a relative name, as in ``CN=`` + value; Japanese stays as it is."""
    last = len(value) - 1
    return "".join(_escaped(character, i == 0, i == last) for i, character in enumerate(value))


def _escaped(character: str, first: bool, last: bool) -> str:
    if character in _SPECIAL or (first and character == "#") or ((first or last) and character == " "):
        return "\\" + character
    if character < " " or character == "\x7f":
        return f"\\{ord(character):02X}"
    return character


def unescape_rdn(value: str) -> str:
    """The plain value of an escaped one; undoes both ``\\,`` and ``\\2C``."""
    data = bytearray()
    i = 0
    while i < len(value):
        pair = value[i + 1 : i + 3]
        if value[i] == "\\" and len(pair) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in pair):
            data.append(int(pair, 16))
            i += 3
        elif value[i] == "\\" and pair:
            data += pair[0].encode()
            i += 2
        else:
            data += value[i].encode()
            i += 1
    return data.decode(errors="replace")


def split_dn(dn: str) -> list[str]:
    """The relative names of a name, leaf first, still escaped; the empty name has none."""
    parts, start, i = [], 0, 0
    while i < len(dn):
        if dn[i] == "\\":
            i += 2
            continue
        if dn[i] == ",":
            parts.append(_trimmed(dn[start:i]))
            start = i + 1
        i += 1
    return [*parts, _trimmed(dn[start:])] if dn.strip() else []


def _trimmed(rdn: str) -> str:
    """Blanks around a relative name mean nothing, except an escaped one at its end."""
    rdn = rdn.lstrip(" ")
    bare = rdn.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and len(bare) < len(rdn) else bare


def rdn_of(dn: str) -> str:
    """The first relative name, still escaped: ``CN=A,OU=B`` gives ``CN=A``."""
    return split_dn(dn)[0]


def parent_of(dn: str) -> str:
    """The name without its first relative name; empty for a name of one part."""
    return ",".join(split_dn(dn)[1:])


def rdn_value(dn: str) -> str:
    """The plain value of the first relative name: ``CN=A\\, B,OU=C`` gives ``A, B``."""
    return unescape_rdn(rdn_of(dn).partition("=")[2])


def join_dn(*parts: str) -> str:
    """Relative names and names put together, leaf first; empty parts are left out."""
    return ",".join(part for part in parts if part)


def fold_dn(dn: str) -> str:
    """A spelling in which equal names are equal texts: lower case, one way of escaping."""
    folded = []
    for rdn in split_dn(dn):
        kind, _, value = rdn.partition("=")
        folded.append(f"{kind.strip().lower()}={escape_rdn(unescape_rdn(value)).casefold()}")
    return ",".join(folded)


def same_dn(one: str, other: str) -> bool:
    return fold_dn(one) == fold_dn(other)


def is_below(dn: str, ancestor: str) -> bool:
    """True if ``dn`` lies somewhere below ``ancestor``; no name lies below itself."""
    return fold_dn(dn).endswith("," + fold_dn(ancestor))
