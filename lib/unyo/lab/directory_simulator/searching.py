"""Answering a search: scope, pages, limits, ranges and the choice of attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from unyo.lab.directory_simulator import ber
from unyo.lab.directory_simulator.computed import names_of, values_of
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Values
from unyo.lab.directory_simulator.matching import candidates, test_of
from unyo.lab.directory_simulator.messages import Control, Search, control, found
from unyo.lab.directory_simulator.refusal import Code, Refusal, Unsupported, no_object
from unyo.lab.directory_simulator.schema import attributes

PAGED = "1.2.840.113556.1.4.319"
MOST_ENTRIES = 1000
MOST_VALUES = 1500
_RANGE = re.compile(r"([^;]+);range=(\d+)-(\d+|\*)", re.IGNORECASE)
_BASE, _ONE = 0, 1


@dataclass(slots=True)
class Pages:
    """The rest of the paged searches of one connection, by cookie."""

    waiting: dict[bytes, list[Entry]] = field(default_factory=dict)
    count: int = 0

    def keep(self, rest: list[Entry]) -> bytes:
        self.count += 1
        cookie = self.count.to_bytes(8, "big")
        self.waiting[cookie] = rest
        return cookie

    def take(self, cookie: bytes) -> list[Entry]:
        rest = self.waiting.pop(cookie, None)
        if rest is None:
            raise Refusal(Code.UNWILLING, "00000057: SvcErr: DSID-03140299, problem 5003 (bad page cookie)")
        return rest


@dataclass(frozen=True, slots=True)
class Answer:
    """The entries ready for the wire, the closing code, and the control that goes with it."""

    entries: list[bytes]
    code: int
    controls: bytes = b""


def search(
    domain: Domain, number: int, request: Search, controls: tuple[Control, ...], pages: Pages
) -> Answer:
    """Answer a search below the domain's head."""
    paging = next((each for each in controls if each.oid == PAGED), None)
    if paging is None:
        matching = _matching(domain, request)
        limit = min(request.size_limit or MOST_ENTRIES, MOST_ENTRIES)
        code = Code.SIZE_LIMIT if len(matching) > limit else Code.SUCCESS
        return Answer(_written(domain, number, request, matching[:limit]), code)
    size, cookie = _page_of(paging)
    if size == 0 and cookie:
        pages.take(cookie)
        return Answer([], Code.SUCCESS, _page_control(b""))
    waiting = pages.take(cookie) if cookie else _matching(domain, request)
    size = min(size, MOST_ENTRIES)
    next_cookie = pages.keep(waiting[size:]) if len(waiting) > size else b""
    return Answer(_written(domain, number, request, waiting[:size]), Code.SUCCESS, _page_control(next_cookie))


def _page_of(paging: Control) -> tuple[int, bytes]:
    (_, inside), *_ = ber.parts(paging.value)
    (_, size), (_, cookie) = ber.parts(inside)
    return ber.number(size), cookie


def _page_control(cookie: bytes) -> bytes:
    return control(PAGED, ber.sequence(ber.integer(0), ber.octets(cookie)))


def _matching(domain: Domain, request: Search) -> list[Entry]:
    base = domain.tree.find(request.base)
    if base is None:
        raise _no_base(domain, request.base)
    test = test_of(request.filter, domain)
    if request.scope == _BASE:
        tried: Iterator[Entry] = iter((base,))
    else:
        likely = candidates(request.filter, domain)
        if likely is not None:
            tried = (each for each in likely if _in_scope(each, base, request.scope))
        elif request.scope == _ONE:
            tried = iter(base.children.values())
        else:
            tried = domain.tree.below(base)
    return [entry for entry in tried if test(entry)]


def _in_scope(entry: Entry, base: Entry, scope: int) -> bool:
    return entry.parent is base if scope == _ONE else entry.is_below(base)


def _no_base(domain: Domain, dn: str) -> Refusal:
    if dn.lower().replace(" ", "").endswith(f"cn=configuration,{domain.tree.root.dn.lower()}"):
        return Unsupported("the configuration and schema partitions")
    try:
        domain.tree.get(dn)
    except Refusal as refusal:
        return refusal
    return no_object("")


def _written(domain: Domain, number: int, request: Search, entries: list[Entry]) -> list[bytes]:
    wanted = [_wish(name) for name in request.attributes]
    everything = not wanted or any(name == "*" for name, _ in wanted)
    named = [wish for wish in wanted if wish[0] in attributes()]
    return [
        found(number, entry.dn, _shown(domain, entry, everything, named, request.types_only))
        for entry in entries
        if _is_there(entry)
    ]


def _is_there(entry: Entry) -> bool:
    """Whether the entry was not deleted while its page waited."""
    return entry.parent is None or entry.parent.children.get(entry.key) is entry


def _wish(name: str) -> tuple[str, tuple[int, int | None] | None]:
    """(lower-case name, the range asked for: first and last, None for as far as it goes)."""
    ranged = _RANGE.fullmatch(name)
    if ranged is None:
        if ";" in name:
            raise Unsupported(f"attribute option in {name}")
        return name.lower(), None
    last = None if ranged[3] == "*" else int(ranged[3])
    return ranged[1].lower(), (int(ranged[2]), last)


def _shown(
    domain: Domain,
    entry: Entry,
    everything: bool,
    named: list[tuple[str, tuple[int, int | None] | None]],
    types_only: bool,
) -> list[tuple[str, Values]]:
    wishes = dict.fromkeys(names_of(entry), None) if everything else {}
    shown: list[tuple[str, Values]] = []
    for name, asked in {**wishes, **dict(named)}.items():
        values = values_of(domain, entry, name)
        if values:
            label, part = _part(attributes()[name].name, values, asked)
            if part:
                shown.append((label, () if types_only else part))
    return shown


def _part(name: str, values: Values, asked: tuple[int, int | None] | None) -> tuple[str, Values]:
    """At most 1,500 values a time; the name says which ones, ``*`` that they are the last."""
    if asked is None and len(values) <= MOST_VALUES:
        return name, values
    first, last = asked or (0, None)
    end = min(first + MOST_VALUES, len(values) if last is None else last + 1)
    if end >= len(values):
        return f"{name};range={first}-*", values[first:]
    return f"{name};range={first}-{end - 1}", values[first:end]
