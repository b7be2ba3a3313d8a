"""Get-, Set-, New- and Remove-ItemProperty on registry values."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from unyo.lab.terminals.commands.items import item_of, things_at
from unyo.lab.terminals.commands.locations import has_wildcard, long_name, paths_of
from unyo.lab.terminals.commands.registry_data import guess_kind, kind_named, to_data, to_net
from unyo.lab.terminals.commands.registry_provider import ps_properties
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.machine.registry import Key, Value
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item

_LITERAL = (("PSPath", "LiteralPath"), ("LP", "LiteralPath"))


@command(
    "Get-ItemProperty",
    positional=("Path", "Name"),
    named=("LiteralPath",),
    aliases=("gp",),
    pipeline="Path",
    parameter_aliases=_LITERAL,
)
def get_item_property(call: Call) -> Iterator[Any]:
    for path, literal in paths_of(call):
        for thing in things_at(call, path, literal):
            if isinstance(thing, File):
                yield item_of(call, thing)
            else:
                values = _chosen(call, thing)
                if values is not None:
                    shown = {value.name or "(default)": to_net(value) for value in values}
                    yield Item(properties=shown | ps_properties(thing))


def _chosen(call: Call, key: Key) -> list[Value] | None:
    """The values that -Name chooses; None after an error."""
    names = [str(name) for name in call.values("Name")]
    if not names:
        return list(key.values.values())
    chosen: list[Value] = []
    for name in names:
        folded = "" if name.lower() == "(default)" else name.lower()
        found = [
            v for n, v in key.values.items() if n == folded or (has_wildcard(name) and fnmatchcase(n, folded))
        ]
        if not found and not has_wildcard(name):
            call.write_error(no_property(call, name, key))
            return None
        chosen += found
    return chosen


def no_property(call: Call, name: str, key: Key) -> PowerShellError:
    return PowerShellError(
        f"Property {name} does not exist at path {long_name(key.path)}.",
        "InvalidArgument",
        name,
        f"System.Management.Automation.PSArgumentException,Microsoft.PowerShell.Commands.{call.name.replace('-', '')}Command",
        exception="System.Management.Automation.PSArgumentException",
    )


@command(
    "Get-ItemPropertyValue",
    positional=("Path", "Name"),
    named=("LiteralPath",),
    aliases=("gpv",),
    pipeline="Path",
    parameter_aliases=_LITERAL,
)
def get_item_property_value(call: Call) -> Iterator[Any]:
    for path, literal in paths_of(call):
        for thing in things_at(call, path, literal):
            if isinstance(thing, File):
                call.unsupported("a property of a file")
            yield from [to_net(value) for value in _chosen(call, thing) or ()]


@command(
    "Set-ItemProperty",
    positional=("Path", "Name", "Value"),
    named=("LiteralPath", "Type"),
    switches=("Force", "PassThru"),
    aliases=("sp",),
    pipeline="Path",
    parameter_aliases=(*_LITERAL, ("PropertyType", "Type")),
    should_process=True,
)
def set_item_property(call: Call) -> None:
    for key in _keys(call):
        name = str(call.get("Name"))
        if call.should_process(f"Item: {long_name(key.path)} Property: {name}", "Set Property"):
            kept = key.values.get(name.lower())
            kind = kept.kind if kept is not None else guess_kind(call.get("Value"))
            if call.given("Type"):
                kind = kind_named(call.get("Type"))
            call.machine.registry.put(key.path, _name(name), kind, to_data(kind, call.get("Value")))


@command(
    "New-ItemProperty",
    positional=("Path", "Name"),
    named=("LiteralPath", "PropertyType", "Value"),
    switches=("Force",),
    pipeline="Path",
    parameter_aliases=(*_LITERAL, ("Type", "PropertyType")),
    should_process=True,
)
def new_item_property(call: Call) -> Iterator[Any]:
    for key in _keys(call):
        name, value = str(call.get("Name")), call.get("Value")
        if name.lower() in key.values and not call.get("Force"):
            call.write_error(
                PowerShellError(
                    "The property already exists.",
                    "ResourceExists",
                    name,
                    "System.IO.IOException,Microsoft.PowerShell.Commands.NewItemPropertyCommand",
                    exception="System.IO.IOException",
                )
            )
            continue
        if not call.should_process(f"Item: {long_name(key.path)} Property: {name}", "New Property"):
            continue
        kind = kind_named(call.get("PropertyType")) if call.given("PropertyType") else guess_kind(value)
        value = 0 if value is None and kind in ("DWord", "QWord") else value
        call.machine.registry.put(key.path, _name(name), kind, to_data(kind, value))
        written = call.machine.registry.value(key.path, _name(name))
        if written is not None:
            yield Item(properties={name: to_net(written)} | ps_properties(key))


@command(
    "Remove-ItemProperty",
    positional=("Path", "Name"),
    named=("LiteralPath",),
    switches=("Force",),
    aliases=("rp",),
    pipeline="Path",
    parameter_aliases=_LITERAL,
    should_process=True,
)
def remove_item_property(call: Call) -> None:
    for key in _keys(call):
        for given in call.values("Name"):
            name = str(given)
            if has_wildcard(name):
                call.unsupported(f"a wildcard in -Name {name}")
            if _name(name).lower() not in key.values:
                call.write_error(no_property(call, name, key))
            elif call.should_process(f"Item: {long_name(key.path)} Property: {name}", "Remove Property"):
                call.machine.registry.drop(key.path, _name(name))


def _keys(call: Call) -> Iterator[Key]:
    for path, literal in paths_of(call):
        for thing in things_at(call, path, literal):
            if isinstance(thing, File):
                call.unsupported(f"a property of the file {thing.path}")
            yield thing


def _name(name: str) -> str:
    return "" if name.lower() == "(default)" else name
