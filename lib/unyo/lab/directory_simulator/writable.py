"""Which attribute of which class a client may write, and with which values."""

from __future__ import annotations

from unyo.lab.directory_simulator.accounts import OWNED, UNSIMULATED
from unyo.lab.directory_simulator.entry import Values
from unyo.lab.directory_simulator.refusal import (
    Code,
    Refusal,
    Unsupported,
    attribute,
    constraint,
    unknown_attribute,
    unwilling,
)
from unyo.lab.directory_simulator.schema import Attribute, Kind, attributes
from unyo.lab.directory_simulator.values import check, comparable

_SINGLE_IN_ACCOUNTS = frozenset({"description"})
_FIXED = frozenset({"objectcategory", "objectclass"})


def writable(kind: Kind, name: str) -> Attribute:
    """The attribute of that name, or a refusal that says why nobody may write it."""
    plain = name.lower()
    known = attributes().get(plain)
    if known is None:
        raise unknown_attribute()
    if plain in UNSIMULATED:
        raise Unsupported(f"attribute {known.name}: its effect is not simulated")
    if plain in OWNED:
        raise unwilling("0000209A")
    if known.link is not None and known.link % 2:
        raise unwilling("00002035")
    if plain in _FIXED:
        raise Unsupported(f"a change of {known.name}")
    if known.system_only or known.constructed or plain == "distinguishedname":
        raise constraint("000020B1", known.name)
    if kind.letter not in known.classes:
        raise attribute(Code.CLASS, "0000207D", "1007 (ATT_NOT_DEF_FOR_CLASS)", known.name)
    if known.syntax == "dn" and known.link is None:
        raise Unsupported(f"attribute {known.name}: names without links are not simulated")
    return known


def is_single(kind: Kind, known: Attribute) -> bool:
    """The account database keeps one description, whatever the schema allows."""
    return known.single or (kind.letter in "UG" and known.name.lower() in _SINGLE_IN_ACCOUNTS)


def changed(
    kind: Kind, known: Attribute, present: Values, change: int, given: Values, permissive: bool
) -> Values:
    """The values after an add (0), delete (1) or replace (2)."""
    key = comparable(known.syntax)
    keys = [key(value) for value in given]
    if len(set(keys)) < len(keys):
        raise attribute(Code.VALUE_EXISTS, "00002083", "1006 (ATT_OR_VALUE_EXISTS)", known.name)
    if change == 1:
        return _without(known, present, given, permissive)
    checked = tuple(check(known, value) for value in given)
    if change == 0:
        there = {key(value) for value in present}
        twice = there.intersection(keys)
        if twice and not permissive:
            raise attribute(Code.VALUE_EXISTS, "00002083", "1006 (ATT_OR_VALUE_EXISTS)", known.name)
        checked = (*present, *(value for value in checked if key(value) not in twice))
    elif change != 2:
        raise Refusal(Code.PROTOCOL_ERROR, f"SIMULATOR: unsupported kind of change {change}")
    if len(checked) > 1 and is_single(kind, known):
        raise constraint("00002081", known.name)
    return checked


def _without(known: Attribute, present: Values, given: Values, permissive: bool) -> Values:
    key = comparable(known.syntax)
    gone = {key(value) for value in given}
    missing = gone - {key(value) for value in present} if given else not present
    if missing and not permissive:
        raise attribute(Code.NO_ATTRIBUTE, "00002085", "1001 (NO_ATTRIBUTE_OR_VAL)", known.name)
    return tuple(value for value in present if given and key(value) not in gone)
