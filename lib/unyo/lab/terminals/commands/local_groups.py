"""Local groups: Get-LocalGroup, and Get-, Add- and Remove-LocalGroupMember."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.commands.whose import find_sid, name_of, sid_item
from unyo.lab.terminals.machine.accounts import Group
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item

GROUP_TYPE = "Microsoft.PowerShell.Commands.LocalGroup"
_COMMANDS = "Microsoft.PowerShell.Commands."
_SOURCE = f"{_COMMANDS}PrincipalSource"


def group_item(group: Group) -> Item:
    shown = {
        "Name": group.name,
        "SID": sid_item(group.sid),
        "Description": group.description,
        "ObjectClass": "Group",
    }
    return Item(GROUP_TYPE, shown | {"PrincipalSource": Enum("Local", 1, _SOURCE)}, text=group.name)


def _text(value: Any) -> str:
    if isinstance(value, Item):
        inner = value.get("SID", value)
        return (
            str(inner["Value"])
            if isinstance(inner, Item) and "Value" in inner
            else str(value.get("Name", value.text))
        )
    return str(value)


def _error(call: Call, text: str, category: str, target: str, identifier: str) -> PowerShellError:
    return PowerShellError(
        text,
        category,
        target,
        f"{identifier},{_COMMANDS}{call.name.replace('-', '')}Command",
        exception=f"{_COMMANDS}{identifier}Exception",
    )


def groups_of(call: Call) -> Iterator[Group]:
    for each in call.values("SID") or call.values("Group") or list(call.each("Name")):
        group = call.machine.accounts.group(_text(each))
        if group is None:
            text = _text(each)
            call.write_error(
                _error(call, f"Group {text} was not found.", "ObjectNotFound", text, "GroupNotFound")
            )
        else:
            yield group


@command("Get-LocalGroup", positional=("Name",), named=("SID",), aliases=("glg",), pipeline="Name")
def get_group(call: Call) -> Iterator[Any]:
    if call.given("Name") or call.given("SID") or call.has_input:
        yield from (group_item(group) for group in groups_of(call))
    else:
        yield from (
            group_item(g) for g in sorted(call.machine.accounts.groups.values(), key=lambda g: g.name.lower())
        )


@command(
    "Get-LocalGroupMember",
    positional=("Name", "Member"),
    named=("SID", "Group"),
    aliases=("glgm",),
    pipeline="Name",
)
def get_member(call: Call) -> Iterator[Any]:
    machine = call.machine
    for group in groups_of(call):
        for sid in group.members:
            local = sid.startswith(machine.identity.machine_sid) or sid.startswith("S-1-5-32-")
            known = name_of(machine, sid)
            is_user = sid in machine.accounts.users or any(profile.sid == sid for profile in machine.profiles)
            yield Item(
                f"{_COMMANDS}LocalPrincipal",
                {
                    "Name": known or sid,
                    "SID": sid_item(sid),
                    "ObjectClass": "User" if is_user else "Group",
                    "PrincipalSource": Enum("Local", 1, _SOURCE)
                    if local
                    else Enum("ActiveDirectory", 2, _SOURCE),
                },
                text=known or sid,
            )


def _members(call: Call) -> Iterator[str]:
    for each in call.values("Member"):
        text = _text(each)
        sid = find_sid(call.machine, text)
        if sid is None:
            call.write_error(
                _error(call, f"Principal {text} was not found.", "ObjectNotFound", text, "PrincipalNotFound")
            )
        else:
            yield sid


@command(
    "Add-LocalGroupMember",
    positional=("Name", "Member"),
    named=("SID", "Group"),
    aliases=("algm",),
    should_process=True,
)
def add_member(call: Call) -> None:
    for group in groups_of(call):
        for sid in _members(call):
            kept = call.machine.accounts.groups[group.sid]
            if sid in kept.members:
                text = f"{name_of(call.machine, sid) or sid} is already a member of group {group.name}."
                call.write_error(_error(call, text, "ResourceExists", group.name, "MemberExists"))
            elif call.should_process(group.name, f"Add member {sid}"):
                call.machine.accounts.set_members(kept, (*kept.members, sid))


@command(
    "Remove-LocalGroupMember",
    positional=("Name", "Member"),
    named=("SID", "Group"),
    aliases=("rlgm",),
    should_process=True,
)
def remove_member(call: Call) -> None:
    for group in groups_of(call):
        for sid in _members(call):
            kept = call.machine.accounts.groups[group.sid]
            if sid not in kept.members:
                text = f"Member {name_of(call.machine, sid) or sid} was not found in group {group.name}."
                call.write_error(_error(call, text, "ObjectNotFound", group.name, "MemberNotFound"))
            elif call.should_process(group.name, f"Remove member {sid}"):
                call.machine.accounts.set_members(kept, tuple(m for m in kept.members if m != sid))
