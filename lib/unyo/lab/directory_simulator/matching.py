"""Turning a filter into a test of entries, and into the few entries worth testing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from unyo.core.dn import split_dn
from unyo.lab.directory_simulator.comparing import fold
from unyo.lab.directory_simulator.computed import values_of
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Values
from unyo.lab.directory_simulator.filters import (
    BITS_ALL,
    BITS_ANY,
    IN_CHAIN,
    And,
    Equal,
    Extensible,
    Filter,
    Not,
    Or,
    Ordered,
    Present,
    Substring,
    all_of,
    any_of,
)
from unyo.lab.directory_simulator.refusal import Code, Refusal, Unsupported
from unyo.lab.directory_simulator.schema import KINDS, attributes
from unyo.lab.directory_simulator.tree import INDEXED
from unyo.lab.directory_simulator.values import comparable

Test = Callable[[Entry], bool | None]


def test_of(node: Filter, domain: Domain) -> Test:
    """True, false, or None where the filter is undefined for an entry ([MS-ADTS] 3.1.1.3.1.3)."""
    if isinstance(node, And):
        tests = [test_of(part, domain) for part in node.parts]
        return lambda entry: all_of(test(entry) for test in tests)
    if isinstance(node, Or):
        tests = [test_of(part, domain) for part in node.parts]
        return lambda entry: any_of(test(entry) for test in tests)
    if isinstance(node, Not):
        inner = test_of(node.part, domain)
        return lambda entry: None if (found := inner(entry)) is None else not found
    return _test_of_item(node, domain)


def _test_of_item(node: Equal | Ordered | Present | Substring | Extensible, domain: Domain) -> Test:
    if node.name == "anr":
        raise Unsupported("ambiguous name resolution (anr)")
    known = attributes().get(node.name)
    if known is None or known.constructed:
        return lambda _: None
    name = node.name

    def read(entry: Entry) -> Values:
        return values_of(domain, entry, name)

    if isinstance(node, Present):
        return lambda entry: bool(read(entry))
    if isinstance(node, Equal):
        return _equal(node, known.syntax, read, domain)
    if isinstance(node, Ordered):
        return _ordered(node, known.syntax, read)
    if isinstance(node, Substring):
        return _substring(node, known.syntax, read)
    return _extensible(node, known.syntax, read, domain)


def _equal(node: Equal, syntax: str, read: Callable[[Entry], Values], domain: Domain) -> Test:
    key = comparable(syntax)
    wanted = key(_category(node.value, domain) if node.name == "objectcategory" else node.value)
    if node.name in ("member", "memberof", "manager", "directreports", "managedby", "managedobjects"):
        target = _found(domain, node.value)
        return lambda entry: target in entry.linked(node.name)
    return lambda entry: any(key(value) == wanted for value in read(entry))


def _category(value: bytes, domain: Domain) -> bytes:
    """``objectCategory=person`` stands for the category's whole name."""
    kind = KINDS.get(value.decode("utf-8", "replace").lower())
    if kind is not None:
        return domain.category(kind.category)
    return domain.category("Person") if value.lower() == b"person" else value


def _ordered(node: Ordered, syntax: str, read: Callable[[Entry], Values]) -> Test:
    if syntax in ("integer", "integer64"):
        try:
            limit = int(node.value)
        except ValueError:
            return lambda _: None
        if node.least:
            return lambda entry: any(int(value) >= limit for value in read(entry))
        return lambda entry: any(int(value) <= limit for value in read(entry))
    key = comparable(syntax)
    bound = key(node.value)
    if node.least:
        return lambda entry: any(key(value) >= bound for value in read(entry))
    return lambda entry: any(key(value) <= bound for value in read(entry))


def _substring(node: Substring, syntax: str, read: Callable[[Entry], Values]) -> Test:
    if syntax == "dn":
        # Active Directory has no substring match on names: it is undefined.
        return lambda _: None

    def folded(value: bytes | None) -> str:
        return fold(value.decode("utf-8", "surrogateescape")) if value else ""

    start, middle, end = folded(node.start), [folded(part) for part in node.middle], folded(node.end)

    def holds(text: str) -> bool:
        if not text.startswith(start):
            return False
        at = len(start)
        for part in middle:
            at = text.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return len(text) - at >= len(end) and text.endswith(end)

    return lambda entry: any(holds(folded(value)) for value in read(entry))


def _extensible(node: Extensible, syntax: str, read: Callable[[Entry], Values], domain: Domain) -> Test:
    if node.rule == IN_CHAIN and node.name in ("member", "memberof"):
        target = _found(domain, node.value)
        return lambda entry: target is not None and _reaches(entry, node.name, target)
    if node.rule not in (BITS_ALL, BITS_ANY):
        raise Unsupported(f"matching rule {node.rule} on {node.name}")
    if syntax not in ("integer", "integer64"):
        return lambda _: None
    try:
        bits = int(node.value)
    except ValueError:
        return lambda _: None
    if node.rule == BITS_ALL:
        return lambda entry: any(int(value) & bits == bits for value in read(entry))
    return lambda entry: any(int(value) & bits != 0 for value in read(entry))


def _reaches(entry: Entry, name: str, target: Entry) -> bool:
    seen: set[Entry] = set()
    waiting = list(entry.linked(name))
    while waiting:
        at = waiting.pop()
        if at is target:
            return True
        if at not in seen:
            seen.add(at)
            waiting.extend(at.linked(name))
    return False


def candidates(node: Filter, domain: Domain) -> Iterable[Entry] | None:
    """A superset of the entries that can match, by the indexes, or None where all must be tried."""
    if isinstance(node, Equal):
        if node.name in INDEXED:
            return domain.tree.having(node.name, comparable(attributes()[node.name].syntax)(node.value))
        if node.name == "distinguishedname" and split_dn(node.value.decode("utf-8", "replace")):
            return _present(_found(domain, node.value))
        if node.name in ("member", "memberof"):
            other = _found(domain, node.value)
            return list(other.linked("memberof" if node.name == "member" else "member")) if other else []
        return None
    if isinstance(node, And):
        known = (candidates(part, domain) for part in node.parts)
        return next((found for found in known if found is not None), None)
    if isinstance(node, Or):
        found = [candidates(part, domain) for part in node.parts]
        if not found or any(part is None for part in found):
            return None
        return dict.fromkeys(entry for part in found if part is not None for entry in part)
    return None


def _found(domain: Domain, value: bytes) -> Entry | None:
    try:
        return domain.tree.find(value.decode("utf-8", "replace"))
    except Refusal as refusal:
        if refusal.code == Code.DN_SYNTAX:
            return None
        raise


def _present(entry: Entry | None) -> list[Entry]:
    return [] if entry is None else [entry]
