"""The cmdlets that work on any object: Where, ForEach, Select, Sort, Group, Measure, Compare, Get-Member, Add-Member."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cmp_to_key
from typing import Any

from unyo.lab.terminals.powershell import members
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_number, to_text, type_name_of
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.operators import OPERATORS, compare, equal
from unyo.lab.terminals.powershell.patterns import is_wildcard, like
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, NOTHING, Item, ScriptBlock, Table

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
                single(call.invoke(_script(wanted), item))
                if _is_script(wanted)
                else value_of(call, item, to_text(_script(wanted)))
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
    script = _script(wanted)
    return script.text.strip() if isinstance(script, ScriptBlock) else to_text(script)


def _script(wanted: Any) -> Any:
    if isinstance(wanted, ScriptBlock):
        return wanted
    return wanted.get("Expression", wanted.get("E"))


def _is_script(wanted: Any) -> bool:
    return isinstance(_script(wanted), ScriptBlock)


def key_reader(call: Call, wanted: Any) -> Callable[[Any], Any]:
    """How to read a sort or group key: a name, a script block or a calculated property."""
    if isinstance(wanted, (ScriptBlock, Table)):
        script = _script(wanted)
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


@command(
    "Add-Member",
    positional=("MemberType", "Name", "Value"),
    named=("NotePropertyName", "NotePropertyValue", "NotePropertyMembers", "InputObject", "TypeName"),
    switches=("Force", "PassThru"),
)
def add_member(call: Call) -> Iterator[Any]:
    items = list(call.pipeline) if call.has_input else [call.get("InputObject")]
    kind = to_text(call.get("MemberType", "NoteProperty"))
    facts: dict[str, Any] = {}
    if isinstance(call.get("NotePropertyMembers", call.get("MemberType")), Table):
        facts = dict(call.get("NotePropertyMembers", call.get("MemberType")))
    elif call.given("NotePropertyName"):
        facts = {to_text(call.get("NotePropertyName")): call.get("NotePropertyValue")}
    elif kind.lower() == "noteproperty":
        facts = {to_text(call.get("Name")): call.get("Value")}
    elif call.given("MemberType"):
        call.unsupported(f"member type {kind}")
    for item in items:
        _add(call, item, facts)
        if call.given("PassThru"):
            yield item


def _add(call: Call, item: Any, facts: dict[str, Any]) -> None:
    if not isinstance(item, Item):
        call.unsupported(f"members of {type_name_of(item)}")
    for name, value in facts.items():
        if name in item.properties and not call.given("Force"):
            raise PowerShellError(
                f'Cannot add a member with the name "{name}" because a member with that name already exists. To overwrite '
                "the member anyway, add the Force parameter to your command.",
                "InvalidOperation",
                item,
                "MemberAlreadyExists,Microsoft.PowerShell.Commands.AddMemberCommand",
            )
        item.properties[name] = value
    if call.given("TypeName"):
        item.type_names.insert(0, to_text(call.get("TypeName")))


@command(
    "Get-Member",
    positional=("Name",),
    named=("InputObject", "MemberType"),
    switches=("Force",),
    aliases=("gm",),
)
def get_member(call: Call) -> Iterator[Any]:
    seen = set()
    for item in call.each("InputObject"):
        if type_name_of(item) in seen:
            continue
        seen.add(type_name_of(item))
        if not isinstance(item, Item):
            call.unsupported(f"members of {type_name_of(item)}")
        kind = "NoteProperty" if item.type_name == CUSTOM_OBJECT else "Property"
        for name in sorted(item.properties, key=str.lower):
            if all(like(name, to_text(each)) for each in call.values("Name")[:1]):
                yield Item(
                    "Microsoft.PowerShell.Commands.MemberDefinition",
                    {"TypeName": item.type_name, "Name": name, "MemberType": kind, "Definition": name},
                )
