""".PSObject: the properties of any object as values that can be listed, asked, added and removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.conversion import to_text, type_name_of
from unyo.lab.terminals.powershell.dotnet import constructor, known_type, method, property_of
from unyo.lab.terminals.powershell.patterns import like
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, NOTHING, Collection, Item, NetList, Table

INFO = "System.Management.Automation.PSPropertyInfo"
known_type("System.Management.Automation.PSObject", "psobject")


class PropertyBag(Collection):
    """PSObject.Properties: enumerated, or asked by name."""

    __slots__ = ("kind", "owner")

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.kind = (
            "NoteProperty" if isinstance(owner, Item) and owner.type_name == CUSTOM_OBJECT else "Property"
        )

    def __iter__(self) -> Iterator[Any]:
        entries = self.owner.properties.items() if isinstance(self.owner, Item) else []
        return iter([property_info(name, value, self.kind, self.owner) for name, value in entries])


def property_info(name: str, value: Any, kind: str, owner: Any) -> Item:
    """One property as a value."""
    return Item(
        INFO,
        {
            "Name": name,
            "Value": value,
            "MemberType": kind,
            "IsSettable": True,
            "IsGettable": True,
            "IsInstance": kind == "NoteProperty",
            "TypeNameOfValue": type_name_of(value),
            "_owner": owner,
        },
    )


@property_of(object, "PSObject")
def ps_object(value: Any) -> Item:
    names = value.type_names if isinstance(value, Item) else [type_name_of(value)]
    return Item(
        "System.Management.Automation.PSObject",
        {
            "Properties": PropertyBag(value),
            "TypeNames": NetList([*names, "System.Object"]),
            "BaseObject": value,
            "ImmediateBaseObject": value,
        },
        {"Copy": lambda: copied(value)},
    )


def copied(value: Any) -> Any:
    """A shallow copy."""
    if isinstance(value, Item):
        made = Item(value.type_name, value.properties, value.methods, value.text)
        made.type_names = list(value.type_names)
        return made
    return Table(value, ordered=value.ordered) if isinstance(value, Table) else value


@method(PropertyBag, "get_Item")
def by_name(bag: PropertyBag, name: str) -> Any:
    owner = bag.owner
    if not isinstance(owner, Item) or name not in owner.properties:
        return None
    return property_info(owner.properties.key(name), owner.properties[name], bag.kind, owner)


@method(PropertyBag, "Match")
def match(bag: PropertyBag, pattern: Any) -> Any:
    return NetList([each for each in bag if like(each["Name"], to_text(pattern))])


@method(PropertyBag, "Add")
def add(bag: PropertyBag, info: Item) -> Any:
    bag.owner.properties[info["Name"]] = info["Value"]
    return NOTHING


@method(PropertyBag, "Remove")
def remove(bag: PropertyBag, name: Any) -> Any:
    bag.owner.properties.pop(to_text(name), None)
    return NOTHING


@constructor("System.Management.Automation.PSNoteProperty")
def note_property(name: Any, value: Any) -> Item:
    return property_info(to_text(name), value, "NoteProperty", None)
