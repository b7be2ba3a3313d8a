"""The cmdlets that take objects one by one: Where-Object, ForEach-Object, Select-Object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from unyo.lab.terminals.powershell import members
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.comparisons import equal
from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_number, to_text, type_name_of
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.operators import OPERATORS
from unyo.lab.terminals.powershell.patterns import is_wildcard, like
from unyo.lab.terminals.powershell.values import NOTHING, Item, ScriptBlock, Table

COMPARISONS = [
    "EQ",
    "NE",
    "GT",
    "GE",
    "LT",
    "LE",
    "Like",
    "NotLike",
    "Match",
    "NotMatch",
    "Contains",
    "NotContains",
    "In",
    "NotIn",
    "CEQ",
    "CNE",
    "CGT",
    "CGE",
    "CLT",
    "CLE",
    "CLike",
    "CNotLike",
    "CMatch",
    "CNotMatch",
    "Is",
    "IsNot",
]


def value_of(call: Call, item: Any, name: str) -> Any:
    """A property as cmdlets read it: nothing where it is not there, also in strict mode."""
    found = members.lookup(item, name, call.frame.session, call.line)
    return None if found is NOTHING else found


def single(values: list[Any]) -> Any:
    """A script block's output as one value."""
    return None if not values else values[0] if len(values) == 1 else values


@command(
    "Where-Object",
    positional=("FilterScript", "Value"),
    named=("Property", "InputObject", *COMPARISONS),
    switches=("Not",),
    aliases=("where", "?"),
)
def where_object(call: Call) -> Iterator[Any]:
    test = call.get("FilterScript")
    if isinstance(test, ScriptBlock):
        for item in call.pipeline:
            if to_bool(single(call.invoke(test, item))):
                yield item
        return
    name = to_text(call.get("Property", test))
    chosen = next((each for each in COMPARISONS if call.given(each)), None)
    for item in call.pipeline:
        found = value_of(call, item, name)
        if chosen is None:
            holds = to_bool(found) != call.given("Not")
        elif chosen.lower().endswith("match"):
            holds = _matches(found, call.get(chosen), chosen.lower())
        else:
            holds = to_bool(OPERATORS[chosen.lower()](found, call.get(chosen)))
        if holds:
            yield item


def _matches(value: Any, pattern: Any, word: str) -> bool:
    from unyo.lab.terminals.powershell.patterns import regex

    found = any(
        regex(to_text(pattern), not word.startswith("c")).search(to_text(each)) for each in elements(value)
    )
    return found != ("not" in word)


@command(
    "ForEach-Object",
    positional=("Process",),
    named=("Begin", "End", "MemberName", "ArgumentList", "InputObject"),
    rest="RemainingScripts",
    aliases=("foreach", "%"),
)
def for_each_object(call: Call) -> Iterator[Any]:
    process, begin, end = call.values("Process"), call.get("Begin"), call.get("End")
    rest = call.values("RemainingScripts")
    if rest and isinstance(rest[0], ScriptBlock):
        scripts = [*process, *rest]
        begin, process, end = (
            scripts[0],
            scripts[1:-1] or scripts[1:],
            scripts[-1] if len(scripts) > 2 else None,
        )
    if isinstance(begin, ScriptBlock):
        yield from call.invoke(begin)
    name = to_text(
        call.get("MemberName", process[0] if process and not isinstance(process[0], ScriptBlock) else "")
    )
    source = iter(call.values("InputObject")) if call.given("InputObject") else call.pipeline
    for item in source:
        if name:
            yield from elements(_member(call, item, name, [*rest, *call.values("ArgumentList")]))
        else:
            for block in process:
                yield from call.invoke(block, item)
    if isinstance(end, ScriptBlock):
        yield from call.invoke(end)


def _member(call: Call, item: Any, name: str, arguments: list[Any]) -> Any:
    session = call.frame.session
    found = members.lookup(item, name, session, call.line) if not arguments else NOTHING
    return found if found is not NOTHING else members.call(item, name, arguments, session, call.line)


@command(
    "Select-Object",
    positional=("Property",),
    named=("First", "Last", "Skip", "ExcludeProperty", "ExpandProperty", "Index", "InputObject"),
    switches=("Unique", "Wait"),
    aliases=("select",),
)
def select_object(call: Call) -> Iterator[Any]:
    """-First stops the pipeline before it, as the real one does since version 3."""
    items: Iterable[Any] = _cut(call)
    if call.given("ExpandProperty"):
        items = _expanded(call, items)
    elif call.given("Property"):
        items = (selected(call, item) for item in items)
    seen: list[Any] = []
    for item in items:
        if call.given("Unique"):
            if any(_same(item, each) for each in seen):
                continue
            seen.append(item)
        yield item


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Item) and isinstance(right, Item) and left.text is None:
        return all(equal(value, right.get(name), True) for name, value in left.properties.items())
    return type(left) is type(right) and equal(left, right, True)


def _cut(call: Call) -> Iterator[Any]:
    source: Iterator[Any] = iter(call.values("InputObject")) if call.given("InputObject") else call.pipeline
    if call.given("Last") or call.given("Index"):
        items = list(source)
        if call.given("Index"):
            wanted = [int(to_number(each)) for each in call.values("Index")]
            return iter([items[at] for at in wanted if at < len(items)])
        skip, last = int(to_number(call.get("Skip", 0))), int(to_number(call.get("Last")))
        end = len(items) - skip
        return iter(items[max(end - last, 0) : end])
    return _first(source, int(to_number(call.get("Skip", 0))), call.get("First"))


def _first(source: Iterator[Any], skip: int, first: Any) -> Iterator[Any]:
    wanted = None if first is None else int(to_number(first))
    if wanted == 0:
        return
    for at, item in enumerate(source):
        if at >= skip:
            yield item
        if wanted is not None and at + 1 >= skip + wanted:
            return


def _expanded(call: Call, items: Iterable[Any]) -> Iterator[Any]:
    name = to_text(call.get("ExpandProperty"))
    for item in items:
        found = members.lookup(item, name, call.frame.session, call.line)
        if found is NOTHING:
            call.write_error(
                PowerShellError(
                    f'Property "{name}" cannot be found.',
                    "InvalidArgument",
                    item,
                    "ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand",
                    exception="System.Management.Automation.PSArgumentException",
                )
            )
        else:
            yield from elements(found)


def property_names(item: Any) -> list[str]:
    """The names of an object's properties; a hashtable as cmdlets see it has only .NET's."""
    return list(item.properties) if isinstance(item, Item) else []


def selected(call: Call, item: Any) -> Item:
    """An object with just the wanted properties."""
    made = Item(f"Selected.{type_name_of(item)}")
    excluded = [to_text(each) for each in call.values("ExcludeProperty")]
    for wanted in call.values("Property"):
        if isinstance(wanted, (Table, ScriptBlock)):
            made[column_name(wanted)] = (
                single(call.invoke(script_of(wanted), item))
                if is_script(wanted)
                else value_of(call, item, to_text(script_of(wanted)))
            )
            continue
        name = to_text(wanted)
        names = [each for each in property_names(item) if like(each, name)] if is_wildcard(name) else [name]
        for each in names:
            if not any(like(each, pattern) for pattern in excluded):
                made[each] = value_of(call, item, each)
    return made


def column_name(wanted: Any) -> str:
    """The name of a calculated property."""
    if isinstance(wanted, ScriptBlock):
        return wanted.text.strip()
    for key in ("Name", "N", "Label", "L"):
        if key in wanted:
            return to_text(wanted[key])
    script = script_of(wanted)
    return script.text.strip() if isinstance(script, ScriptBlock) else to_text(script)


def script_of(wanted: Any) -> Any:
    if isinstance(wanted, ScriptBlock):
        return wanted
    return wanted.get("Expression", wanted.get("E"))


def is_script(wanted: Any) -> bool:
    return isinstance(script_of(wanted), ScriptBlock)
