"""The cmdlets that look at objects together: Sort-Object, Group-Object, Measure-Object, Compare-Object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cmp_to_key
from typing import Any

from unyo.lab.terminals.powershell.builtin_objects import script_of, single, value_of
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.comparisons import compare, equal
from unyo.lab.terminals.powershell.conversion import to_bool, to_number, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import NOTHING, Item, ScriptBlock, Table


def key_reader(call: Call, wanted: Any) -> Callable[[Any], Any]:
    """How to read a sort or group key: a name, a script block or a calculated property."""
    if isinstance(wanted, (ScriptBlock, Table)):
        script = script_of(wanted)
        if isinstance(script, ScriptBlock):
            return lambda item: single(call.invoke(script, item))
        return lambda item: value_of(call, item, to_text(script))
    return lambda item: value_of(call, item, to_text(wanted))


@command(
    "Sort-Object",
    positional=("Property",),
    named=("InputObject",),
    switches=("Descending", "Unique", "CaseSensitive"),
    aliases=("sort",),
)
def sort_object(call: Call) -> Iterator[Any]:
    items = list(call.pipeline) if call.has_input else call.values("InputObject")
    cased = call.given("CaseSensitive")
    keys: list[tuple[Callable[[Any], Any], bool]] = []
    for wanted in call.values("Property"):
        down = call.given("Descending")
        if isinstance(wanted, Table) and ("Descending" in wanted or "Ascending" in wanted):
            down = to_bool(wanted.get("Descending", not to_bool(wanted.get("Ascending"))))
        keys.append((key_reader(call, wanted), down))
    if not keys:
        keys = [(lambda item: item, call.given("Descending"))]

    def order(left: Any, right: Any) -> int:
        for read, down in keys:
            found = ordered(read(left), read(right), cased)
            if found:
                return -found if down else found
        return 0

    before: Any = NOTHING
    for item in sorted(items, key=cmp_to_key(order)):
        if call.given("Unique") and before is not NOTHING and order(before, item) == 0:
            continue
        before = item
        yield item


def ordered(left: Any, right: Any, cased: bool = False) -> int:
    """The order of two values of any kind: nothing first, what cannot be compared by its text."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    try:
        return compare(left, right, cased)
    except PowerShellError:
        return compare(to_text(left), to_text(right), cased)


@command(
    "Group-Object",
    positional=("Property",),
    named=("InputObject",),
    switches=("NoElement", "AsHashTable", "AsString", "CaseSensitive"),
    aliases=("group",),
)
def group_object(call: Call) -> Iterator[Any]:
    readers = [key_reader(call, wanted) for wanted in call.values("Property")] or [lambda item: item]
    groups = Table()
    values: dict[Any, list[Any]] = {}
    for item in call.pipeline:
        key = [reader(item) for reader in readers]
        name = ", ".join(to_text(each) for each in key)
        if name not in groups:
            groups[name] = []
            values[name.lower()] = key
        groups[name].append(item)
    if call.given("AsHashTable"):
        yield Table(
            {
                name if call.given("AsString") or len(readers) > 1 else values[name.lower()][0]: found
                for name, found in groups.items()
            }
        )
        return
    for name, found in groups.items():
        facts = {"Values": values[name.lower()], "Count": len(found), "Group": found, "Name": name}
        if call.given("NoElement"):
            facts["Group"] = []
        yield Item("Microsoft.PowerShell.Commands.GroupInfo", facts)


@command(
    "Measure-Object",
    positional=("Property",),
    named=("InputObject",),
    switches=("Sum", "Average", "Maximum", "Minimum", "Line", "Word", "Character"),
    aliases=("measure",),
)
def measure_object(call: Call) -> Iterator[Any]:
    if any(call.given(name) for name in ("Line", "Word", "Character")):
        call.unsupported("counting lines, words or characters")
    items = list(call.pipeline) if call.has_input else call.values("InputObject")
    if call.given("Property"):
        name = to_text(call.get("Property"))
        items = [found for item in items if (found := value_of(call, item, name)) is not None]
    wants = [name for name in ("Sum", "Average", "Maximum", "Minimum") if call.given(name)]
    numbers = [to_number(item) for item in items] if wants else []
    facts: dict[str, Any] = {
        "Count": len(items),
        "Average": None,
        "Sum": None,
        "Maximum": None,
        "Minimum": None,
    }
    if numbers:
        found = {"Sum": float(sum(numbers)), "Maximum": float(max(numbers)), "Minimum": float(min(numbers))}
        found["Average"] = found["Sum"] / len(numbers)
        facts.update({name: found[name] for name in wants})
    facts["Property"] = call.get("Property")
    yield Item("Microsoft.PowerShell.Commands.GenericMeasureInfo", facts)


@command(
    "Compare-Object",
    positional=("ReferenceObject", "DifferenceObject"),
    named=("Property",),
    switches=("IncludeEqual", "ExcludeDifferent", "PassThru", "CaseSensitive"),
    aliases=("compare", "diff"),
)
def compare_object(call: Call) -> Iterator[Any]:
    readers = [(to_text(wanted), key_reader(call, wanted)) for wanted in call.values("Property")]
    cased = call.given("CaseSensitive")

    def same(left: Any, right: Any) -> bool:
        if not readers:
            return equal(left, right, cased)
        return all(equal(read(left), read(right), cased) for _, read in readers)

    def row(item: Any, side: str) -> Any:
        if call.given("PassThru"):
            return item
        facts = {name: read(item) for name, read in readers} if readers else {"InputObject": item}
        return Item(properties={**facts, "SideIndicator": side})

    left, right = call.values("ReferenceObject"), call.values("DifferenceObject")
    missing = []
    for item in left:
        at = next((at for at, other in enumerate(right) if same(item, other)), None)
        if at is None:
            missing.append(item)
        else:
            del right[at]
            if call.given("IncludeEqual"):
                yield row(item, "==")
    if not call.given("ExcludeDifferent"):
        yield from [row(item, "=>") for item in right]
        yield from [row(item, "<=") for item in missing]
