"""Local users: Get-, New-, Set-, Remove-, Enable- and Disable-LocalUser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from unyo.lab.terminals.commands.whose import sid_item
from unyo.lab.terminals.machine.accounts import User
from unyo.lab.terminals.machine.passwords import meets_policy, with_password
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.dates import JST
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item, SecureString

USER_TYPE = "Microsoft.PowerShell.Commands.LocalUser"
_COMMANDS = "Microsoft.PowerShell.Commands."
_BAD = frozenset('"/\\[]:;|=,+*?<>@')


def user_item(user: User) -> Item:
    local = {
        name: moment.astimezone(JST) if moment else None
        for name, moment in (
            ("LastLogon", user.last_logon),
            ("PasswordLastSet", user.password_set),
            ("AccountExpires", user.expires),
        )
    }
    return Item(
        USER_TYPE,
        {
            "Name": user.name,
            "SID": sid_item(user.sid),
            "Enabled": user.enabled,
            "FullName": user.full_name,
            "Description": user.description,
            "PasswordRequired": user.password_required,
            "UserMayChangePassword": user.may_change_password,
            "PasswordExpires": None,
            "PasswordChangeableDate": local["PasswordLastSet"],
            **local,
            "ObjectClass": "User",
            "PrincipalSource": Enum("Local", 1, "Microsoft.PowerShell.Commands.PrincipalSource"),
        },
        text=user.name,
    )


def not_found(name: str, call: Call) -> PowerShellError:
    return PowerShellError(
        f"User {name} was not found.",
        "ObjectNotFound",
        name,
        f"UserNotFound,{_COMMANDS}{call.name.replace('-', '')}Command",
        exception="Microsoft.PowerShell.Commands.UserNotFoundException",
    )


def users_of(call: Call) -> Iterator[User]:
    """The users that a call names by SID, name or object; an error for each that is not there."""
    accounts = call.machine.accounts
    given = call.values("SID") or call.values("InputObject") or list(call.each("Name"))
    for each in given:
        text = _text(each)
        if "*" in text and call.name == "Get-LocalUser":
            yield from (u for u in accounts.users.values() if fnmatchcase(u.name.lower(), text.lower()))
            continue
        user = accounts.user(text)
        if user is None:
            call.write_error(not_found(text, call))
        else:
            yield user


def _text(value: Any) -> str:
    if isinstance(value, Item):
        if value.type_name == USER_TYPE:
            return str(value["SID"]["Value"])
        return str(value["Value"]) if "Value" in value else str(value.get("Name", ""))
    return str(value)


@command("Get-LocalUser", positional=("Name",), named=("SID",), aliases=("glu",), pipeline="Name")
def get_user(call: Call) -> Iterator[Any]:
    if call.given("Name") or call.given("SID") or call.has_input:
        yield from (user_item(user) for user in users_of(call))
    else:
        yield from (
            user_item(u) for u in sorted(call.machine.accounts.users.values(), key=lambda u: u.name.lower())
        )


def plain_password(call: Call, user: str) -> str:
    """The text of -Password, held against the password policy."""
    value = call.get("Password")
    if not isinstance(value, SecureString):
        call.unsupported("-Password that is no secure string")
    text = value.reveal()
    if not meets_policy(call.machine, user, text):
        raise PowerShellError(
            "Unable to update the password. The value provided for the new password does not meet the length, "
            "complexity, or history requirements of the domain.",
            "InvalidArgument",
            None,
            f"InvalidPassword,{_COMMANDS}{call.name.replace('-', '')}Command",
            exception="Microsoft.PowerShell.Commands.InvalidPasswordException",
        )
    return text


_SETTINGS = ("FullName", "Description", "Password", "AccountExpires")
_SWITCHES = ("PasswordNeverExpires", "UserMayChangePassword", "AccountNeverExpires")


def _changed(call: Call, user: User) -> User:
    fields: dict[str, Any] = {}
    for name, field in (("FullName", "full_name"), ("Description", "description")):
        if call.given(name):
            fields[field] = str(call.get(name))
    if call.given("Password"):
        user = with_password(call.machine, user, plain_password(call, user.name))
    if call.given("PasswordNeverExpires"):
        fields["password_expires"] = not call.get("PasswordNeverExpires")
    if call.given("UserMayChangePassword"):
        fields["may_change_password"] = bool(call.get("UserMayChangePassword"))
    if call.given("AccountExpires"):
        moment: datetime = call.get("AccountExpires")
        fields["expires"] = moment if moment.tzinfo else moment.replace(tzinfo=JST)
    if call.get("AccountNeverExpires"):
        fields["expires"] = None
    return replace(user, **fields)


@command(
    "New-LocalUser",
    positional=("Name",),
    named=_SETTINGS,
    switches=(
        "NoPassword",
        "PasswordNeverExpires",
        "UserMayNotChangePassword",
        "AccountNeverExpires",
        "Disabled",
    ),
    aliases=("nlu",),
    should_process=True,
)
def new_user(call: Call) -> Iterator[Any]:
    accounts, name = call.machine.accounts, str(call.get("Name"))
    if accounts.user(name) is not None or accounts.group(name) is not None:
        raise PowerShellError(
            f"User {name} already exists.",
            "ResourceExists",
            name,
            f"UserExists,{_COMMANDS}NewLocalUserCommand",
            exception="Microsoft.PowerShell.Commands.UserExistsException",
        )
    if not 0 < len(name) <= 20 or not _BAD.isdisjoint(name):
        raise PowerShellError(
            f"The name {name} is invalid.",
            "InvalidArgument",
            name,
            f"InvalidName,{_COMMANDS}NewLocalUserCommand",
            exception="Microsoft.PowerShell.Commands.InvalidNameException",
        )
    if not (call.given("Password") or call.get("NoPassword")):
        call.unsupported("asking for a password: give -Password or -NoPassword")
    user = _changed(call, User(name, accounts.new_sid(), enabled=not call.get("Disabled")))
    user = replace(user, may_change_password=not call.get("UserMayNotChangePassword"))
    if call.should_process(name, "Create new local user"):
        accounts.put_user(user)
        yield user_item(user)


@command(
    "Set-LocalUser",
    positional=("Name",),
    named=("SID", "InputObject", *_SETTINGS, "PasswordNeverExpires", "UserMayChangePassword"),
    switches=("AccountNeverExpires",),
    aliases=("slu",),
    pipeline="Name",
    should_process=True,
)
def set_user(call: Call) -> None:
    for user in users_of(call):
        if call.should_process(user.name, "Modify local user"):
            call.machine.accounts.put_user(_changed(call, user))


@command(
    "Remove-LocalUser",
    positional=("Name",),
    named=("SID", "InputObject"),
    aliases=("rlu",),
    pipeline="Name",
    should_process=True,
)
def remove_user(call: Call) -> None:
    for user in users_of(call):
        if int(user.sid.rpartition("-")[2]) < 1000:
            raise PowerShellError(
                "Cannot perform this operation on built-in accounts.", "PermissionDenied", user.name
            )
        if call.should_process(user.name, "Remove local user"):
            call.machine.accounts.remove_user(user)


def _enable(call: Call, on: bool) -> None:
    for user in users_of(call):
        if call.should_process(user.name, "Enable local user" if on else "Disable local user"):
            call.machine.accounts.put_user(replace(user, enabled=on))


@command(
    "Enable-LocalUser",
    positional=("Name",),
    named=("SID", "InputObject"),
    aliases=("elu",),
    pipeline="Name",
    should_process=True,
)
def enable_user(call: Call) -> None:
    _enable(call, True)


@command(
    "Disable-LocalUser",
    positional=("Name",),
    named=("SID", "InputObject"),
    aliases=("dlu",),
    pipeline="Name",
    should_process=True,
)
def disable_user(call: Call) -> None:
    _enable(call, False)
