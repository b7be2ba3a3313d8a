"""Add-Member and Get-Member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.conversion import to_text, type_name_of
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.patterns import like
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, Item, Table


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
    wanted = [to_text(each) for each in call.values("Name")]
    for item in call.each("InputObject"):
        if type_name_of(item) in seen:
            continue
        seen.add(type_name_of(item))
        if not isinstance(item, Item):
            call.unsupported(f"members of {type_name_of(item)}")
        kind = "NoteProperty" if item.type_name == CUSTOM_OBJECT else "Property"
        for name in sorted(item.properties, key=str.lower):
            if not wanted or any(like(name, pattern) for pattern in wanted):
                yield Item(
                    "Microsoft.PowerShell.Commands.MemberDefinition",
                    {"TypeName": item.type_name, "Name": name, "MemberType": kind, "Definition": name},
                )
