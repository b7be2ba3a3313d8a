"""Members of arrays, lists, sets, hashtables and script blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.comparisons import compare, equal
from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_number, to_text
from unyo.lab.terminals.powershell.dotnet import constructor, known_type, method, property_of, static
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.values import NOTHING, Collection, Item, NetList, ScriptBlock, Table

GENERIC_LIST = "System.Collections.Generic.List"
known_type("System.Collections.ArrayList", "arraylist")


def fixed(name: str, count: int) -> Exception:
    """An array's Add, Remove …"""
    return method_error(name, count, "Collection was of a fixed size.", "System.NotSupportedException")


@static("System.Array", "Sort", session=True)
def sort_array(session: Session, values: list[Any], comparer: Any = None) -> None:
    """In place; only by the ordinal comparers, since the order of a culture is not simulated."""
    if not isinstance(comparer, Comparer):
        session.unsupported("[System.Array]::Sort() without an ordinal comparer", 0)
    values.sort(key=lambda each: to_text(each).lower() if comparer.ignore_case else to_text(each))


@constructor("System.Collections.ArrayList")
def new_array_list(values: Any = None) -> NetList:
    return NetList(() if values is None or isinstance(values, int) else elements(values))


@constructor(GENERIC_LIST)
def new_generic_list(values: Any = None) -> NetList:
    return NetList(() if values is None or isinstance(values, int) else elements(values), GENERIC_LIST)


@constructor("System.Collections.Generic.HashSet")
def new_hash_set(values: Any = None, comparer: Any = None) -> Any:
    return HashSet(values if not isinstance(values, Comparer) else None, comparer or values)


@constructor("System.Collections.Hashtable")
def new_hashtable(values: Any = None) -> Table:
    return Table(values if isinstance(values, Table) else None)


@constructor("System.Collections.Generic.Dictionary")
def new_dictionary(values: Any = None, comparer: Any = None) -> Table:  # noqa: ARG001
    return Table(values if isinstance(values, Table) else None)


@constructor("System.Collections.Specialized.OrderedDictionary")
def new_ordered() -> Table:
    return Table(ordered=True)


class Comparer:
    """[StringComparer]::OrdinalIgnoreCase and its siblings."""

    def __init__(self, ignore_case: bool) -> None:
        self.ignore_case = ignore_case


class HashSet(set[Any]):
    """A HashSet; remembers how its comparer folds."""

    def __init__(self, values: Any, comparer: Any) -> None:
        self.ignore_case = isinstance(comparer, Comparer) and comparer.ignore_case
        self.shown: dict[Any, Any] = {}
        super().__init__()
        for each in elements(values) if values is not None else ():
            add_to_set(self, each)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.shown.values()))

    def fold(self, value: Any) -> Any:
        """A value as the comparer sees it."""
        return value.casefold() if self.ignore_case and isinstance(value, str) else value


@method(HashSet, "Add")
def add_to_set(values: HashSet, value: Any) -> bool:
    folded = values.fold(value)
    if folded in values.shown:
        return False
    values.shown[folded] = value
    values.add(folded)
    return True


@method(HashSet, "Remove")
def remove_from_set(values: HashSet, value: Any) -> bool:
    values.discard(values.fold(value))
    return values.shown.pop(values.fold(value), NOTHING) is not NOTHING


@method(HashSet, "Contains")
def set_contains(values: HashSet, value: Any) -> bool:
    return values.fold(value) in values.shown


@property_of(list, "Count")
@property_of(bytes, "Count")
@property_of(set, "Count")
@property_of(Collection, "Count")
@property_of(Collection, "Length")
@property_of(list, "Length")
@property_of(bytes, "Length")
@property_of(bytes, "LongLength")
@property_of(list, "LongLength")
def count(values: Any) -> int:
    return len(values)


@property_of(list, "Rank")
def rank(values: Any) -> int:  # noqa: ARG001
    return 1


@method(list, "Contains")
def list_contains(values: list[Any], value: Any) -> bool:
    return any(equal(each, value, True) and type(each) is type(value) for each in values)


@method(list, "IndexOf")
def index_of(values: list[Any], value: Any) -> int:
    return next((at for at, each in enumerate(values) if equal(each, value, True)), -1)


@method(NetList, "Add")
def add(values: NetList, value: Any) -> Any:
    values.append(value)
    return NOTHING if values.type_name == GENERIC_LIST else len(values) - 1


@method(NetList, "AddRange")
def add_range(values: NetList, more: Any) -> Any:
    values.extend(elements(more))
    return NOTHING


@method(NetList, "Insert")
def insert(values: NetList, at: int, value: Any) -> Any:
    values.insert(at, value)
    return NOTHING


@method(NetList, "Remove")
def remove(values: NetList, value: Any) -> Any:
    at = index_of(values, value)
    if at >= 0:
        del values[at]
    return (at >= 0) if values.type_name == GENERIC_LIST else NOTHING


@method(NetList, "RemoveAt")
def remove_at(values: NetList, at: int) -> Any:
    del values[at]
    return NOTHING


@method(NetList, "Clear")
def clear(values: NetList) -> Any:
    values.clear()
    return NOTHING


@method(NetList, "Sort")
def sort(values: NetList) -> Any:
    from functools import cmp_to_key

    values.sort(key=cmp_to_key(compare))
    return NOTHING


@method(NetList, "Reverse")
def reverse(values: NetList) -> Any:
    values.reverse()
    return NOTHING


@method(NetList, "ToArray")
@method(set, "ToArray")
def to_array(values: Any) -> list[Any]:
    return list(values)


@method(list, "Add")
def array_add(values: list[Any], value: Any) -> Any:  # noqa: ARG001
    raise fixed("Add", 1)


@method(list, "Remove")
def array_remove(values: list[Any], value: Any) -> Any:  # noqa: ARG001
    raise fixed("Remove", 1)


@method(list, "GetEnumerator")
@method(list, "Clone")
def copied(values: list[Any]) -> list[Any]:
    return list(values)


@method(list, "Where", session=True)
def where(
    session: Session, values: list[Any], block: ScriptBlock, mode: str = "Default", limit: int = 0
) -> list[Any]:
    found = NetList(type_name="System.Collections.ObjectModel.Collection")
    for each in values:
        if to_bool(_one(session.globals.invoke_here(block, each, []))):
            found.append(each)
            if mode.lower() == "first" and len(found) >= max(limit, 1):
                break
    return found


@method(list, "ForEach", session=True)
def for_each(session: Session, values: list[Any], block: ScriptBlock) -> list[Any]:
    out = NetList(type_name="System.Collections.ObjectModel.Collection")
    for each in values:
        out.extend(session.globals.invoke_here(block, each, []))
    return out


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


@property_of(Table, "Count")
def table_count(table: Table) -> int:
    return len(table)


@property_of(Table, "Keys")
def keys(table: Table) -> list[Any]:
    return list(table)


@property_of(Table, "Values")
def values_of(table: Table) -> list[Any]:
    return list(table.values())


@method(Table, "ContainsKey")
@method(Table, "Contains")
def contains_key(table: Table, key: Any) -> bool:
    return key in table


@method(Table, "ContainsValue")
def contains_value(table: Table, value: Any) -> bool:
    return any(equal(each, value, True) for each in table.values())


@method(Table, "Add")
def table_add(table: Table, key: Any, value: Any) -> Any:
    if key in table:
        text = to_text(key)
        raise method_error(
            "Add",
            2,
            f"Item has already been added. Key in dictionary: '{text}'  Key being added: '{text}'",
            "System.ArgumentException",
        )
    table[key] = value
    return NOTHING


@method(Table, "Remove")
def table_remove(table: Table, key: Any) -> Any:
    table.pop(key, None)
    return NOTHING


@method(Table, "Clear")
def table_clear(table: Table) -> Any:
    for key in list(table):
        del table[key]
    return NOTHING


@method(Table, "Clone")
def table_clone(table: Table) -> Table:
    return Table(table, ordered=table.ordered)


@method(Table, "Insert")
def table_insert(table: Table, at: int, key: Any, value: Any) -> Any:
    table.insert(int(to_number(at)), key, value)
    return NOTHING


@method(Table, "get_Item")
def table_item(table: Table, key: Any) -> Any:
    return table.get(key)


@method(Table, "GetEnumerator")
def enumerator(table: Table) -> list[Item]:
    return [
        Item("System.Collections.DictionaryEntry", {"Name": key, "Key": key, "Value": value})
        for key, value in table.items()
    ]


@method(ScriptBlock, "Invoke", session=True)
def invoke(session: Session, block: ScriptBlock, *arguments: Any) -> Any:
    return NetList(_invoked(session, block, arguments), "System.Collections.ObjectModel.Collection")


@method(ScriptBlock, "InvokeReturnAsIs", session=True)
def invoke_as_is(session: Session, block: ScriptBlock, *arguments: Any) -> Any:
    out = _invoked(session, block, arguments)
    return out[0] if len(out) == 1 else out if out else NOTHING


def _invoked(session: Session, block: ScriptBlock, arguments: tuple[Any, ...]) -> list[Any]:
    from unyo.lab.terminals.powershell.shell import ready_arguments

    bound = ready_arguments(block.code, list(arguments))
    out: list[Any] = block.code.invoke(block.home or session.globals, bound, iter(()), False, "")
    return out


@method(ScriptBlock, "GetNewClosure")
def closure(block: ScriptBlock) -> ScriptBlock:
    return block


@method(ScriptBlock, "ToString")
def block_text(block: ScriptBlock) -> str:
    return block.text
