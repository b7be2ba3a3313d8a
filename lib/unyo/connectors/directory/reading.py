"""Turning ldap3's answers into entries, ranged attributes included."""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from unyo.core.directory import Entry

_SIDS = frozenset({"objectsid", "tokengroups"})
_RANGE = re.compile(r"(?P<name>[^;]+);range=(?P<first>\d+)-(?P<last>\d+|\*)", re.IGNORECASE)


def entries_of(response: Sequence[dict[str, Any]] | None, asked: Sequence[str]) -> list[Entry]:
    """The entries of a search answer; references to other partitions are passed over."""
    spelled = {name.lower(): name for name in asked}
    return [
        Entry(str(item["dn"]), _attributes(item["raw_attributes"], spelled))
        for item in response or ()
        if item["type"] == "searchResEntry"
    ]


def _attributes(raw: dict[str, list[bytes]], spelled: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in raw.items():
        ranged = _RANGE.fullmatch(name)
        if not values and ranged is None:
            continue
        plain = ranged["name"] if ranged else name
        shown = spelled.get(plain.lower(), plain)
        texts = tuple(_text(plain.lower(), value) for value in values)
        if ranged is None:
            found.setdefault(shown, texts)
        else:
            found[shown] = texts
            found[f"{shown};last"] = (ranged["last"],)
    return found


def _text(name: str, value: bytes) -> str:
    if name == "objectguid":
        return str(uuid.UUID(bytes_le=value))
    if name in _SIDS:
        count, authority = value[1], int.from_bytes(value[2:8], "big")
        parts = struct.unpack(f"<{count}I", value[8 : 8 + 4 * count])
        return "-".join(["S", str(value[0]), str(authority), *map(str, parts)])
    return value.decode("utf-8", "surrogateescape")


def ranged_attributes(entry: Entry) -> list[tuple[str, int | None]]:
    """The attributes of which only a part came, with the number of the next value (None: all is here)."""
    marks = [name for name in entry.attributes if name.endswith(";last")]
    found: list[tuple[str, int | None]] = []
    for mark in marks:
        last = entry.attributes[mark][0]
        found.append((mark.removesuffix(";last"), None if last == "*" else int(last) + 1))
    return found


def rest_of_range(page: Sequence[Entry], name: str) -> tuple[tuple[str, ...], int | None]:
    """The values of a follow-up range and the number of the next value, None at the end."""
    if not page:
        return (), None
    attributes = {key.lower(): values for key, values in page[0].attributes.items()}
    key = name.lower()
    last = attributes.get(f"{key};last", ("*",))[0]
    return attributes.get(key, ()), None if last == "*" else int(last) + 1


def generalized_time(text: str) -> datetime | None:
    """``20260401000000.0Z`` as an instant; None where it has another form."""
    try:
        return datetime.strptime(text.partition(".")[0].rstrip("Z"), "%Y%m%d%H%M%S").replace(
            tzinfo=timezone.utc
        )
    except ValueError:
        return None
