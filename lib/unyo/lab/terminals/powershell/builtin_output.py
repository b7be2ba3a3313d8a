"""Write-*, Out-*, and the cmdlets about the session: variables, commands, modules, strict mode, paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from unyo.lab.terminals.powershell import members
from unyo.lab.terminals.powershell.commands import MISSING, Call, command, find_command, find_program
from unyo.lab.terminals.powershell.conversion import elements, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.frames import error_action
from unyo.lab.terminals.powershell.patterns import is_wildcard
from unyo.lab.terminals.powershell.records import ErrorRecord
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, Item, Table

MODULES = frozenset(
    [
        "microsoft.powershell.management",
        "microsoft.powershell.utility",
        "microsoft.powershell.security",
        "microsoft.powershell.localaccounts",
        "cimcmdlets",
        "netsecurity",
        "nettcpip",
        "netadapter",
        "dnsclient",
        "scheduledtasks",
        "printmanagement",
        "defender",
        "storage",
        "bitlocker",
        "smbshare",
        "smbwitness",
        "dism",
        "secureboot",
        "trustedplatformmodule",
        "netconnection",
        "international",
        "appx",
    ]
)


@command("Write-Output", rest="InputObject", switches=("NoEnumerate",), aliases=("echo", "write"))
def write_output(call: Call) -> Iterator[Any]:
    for value in _all(call, "InputObject"):
        if call.given("NoEnumerate"):
            yield value
        else:
            yield from elements(value)


def _all(call: Call, name: str) -> Iterable[Any]:
    return call.pipeline if call.has_input and not call.given(name) else [call.get(name)]


@command("Out-Null", named=("InputObject",))
def out_null(call: Call) -> None:
    for _ in call.pipeline:
        pass


@command("Out-Default", named=("InputObject",))
def out_default(call: Call) -> Iterator[Any]:
    return call.pipeline


@command(
    "Write-Error",
    positional=("Message",),
    named=(
        "Exception",
        "Category",
        "ErrorId",
        "TargetObject",
        "ErrorRecord",
        "RecommendedAction",
        "CategoryActivity",
    ),
)
def write_error(call: Call) -> None:
    record = call.get("ErrorRecord")
    if isinstance(record, ErrorRecord):
        call.write_error(record.error)
        return
    exception = call.get("Exception")
    kind = "Microsoft.PowerShell.Commands.WriteErrorException"
    message = to_text(call.get("Message"))
    if isinstance(exception, Item):
        kind, message = exception.type_name, message or to_text(exception.get("Message"))
    error = PowerShellError(
        message,
        to_text(call.get("Category", "NotSpecified")),
        call.get("TargetObject"),
        to_text(call.get("ErrorId", kind)),
        exception=kind,
    )
    call.write_error(error)


@command("Write-Warning", positional=("Message",), pipeline="Message")
def write_warning(call: Call) -> None:
    for text in call.each("Message"):
        action = error_action(call.common.get("WarningAction") or call.frame.get("warningpreference"))
        if action == "stop":
            raise PowerShellError(f"{to_text(text)}", "OperationStopped", terminating=True)
        if action in ("continue", "inquire"):
            call.write_warning(to_text(text))


@command("Write-Verbose", positional=("Message",), pipeline="Message")
def write_verbose(call: Call) -> None:
    for text in call.each("Message"):
        if call.common.get("Verbose") or error_action(call.frame.get("verbosepreference")) == "continue":
            call.write_verbose(to_text(text))


@command("Write-Debug", positional=("Message",), pipeline="Message")
def write_debug(call: Call) -> None:
    for text in call.each("Message"):
        if call.common.get("Debug") or error_action(call.frame.get("debugpreference")) == "continue":
            call.frame.session.ran.debug.append(to_text(text))


@command("Write-Information", positional=("MessageData", "Tags"), pipeline="MessageData")
def write_information(call: Call) -> None:
    for text in call.each("MessageData"):
        if error_action(call.frame.get("informationpreference")) == "continue":
            call.frame.session.ran.host.append(to_text(text))


@command(
    "Write-Progress",
    positional=("Activity", "Status", "Id"),
    named=("PercentComplete",),
    switches=("Completed",),
)
def write_progress(call: Call) -> None:
    """Progress is not shown in a session without a window."""


@command(
    "Write-Host",
    rest="Object",
    named=("ForegroundColor", "BackgroundColor", "Separator"),
    switches=("NoNewline",),
    pipeline="Object",
)
def write_host(call: Call) -> None:
    for value in _all(call, "Object"):
        separator = to_text(call.get("Separator", " "))
        call.frame.session.ran.host.append(to_text(value, separator))


@command("Set-StrictMode", named=("Version",), switches=("Off",))
def set_strict_mode(call: Call) -> None:
    version = to_text(call.get("Version", "Latest")).lower()
    call.frame.session.strict = 0 if call.given("Off") else 3 if version == "latest" else int(float(version))


@command(
    "Import-Module", positional=("Name",), switches=("Force", "PassThru", "DisableNameChecking", "Global")
)
def import_module(call: Call) -> None:
    for name in call.values("Name"):
        if to_text(name).lower() not in MODULES:
            call.unsupported(f"module {to_text(name)}")


@command("Get-Command", positional=("Name",), named=("CommandType", "Module"), aliases=("gcm",))
def get_command(call: Call) -> Iterator[Any]:
    for name in [to_text(each) for each in call.values("Name")]:
        if is_wildcard(name):
            call.unsupported("wildcards")
        function = call.frame.function(name.lower())
        known = find_command(name)
        if function is not None:
            yield _command_info("Function", name)
        elif known is not None:
            yield _command_info("Cmdlet", known.name)
        elif find_program(name) is not None:
            yield _command_info("Application", name)
        else:
            call.unsupported(f"whether there is a command {name}")


def _command_info(kind: str, name: str) -> Item:
    return Item(
        "System.Management.Automation.CommandInfo",
        {"CommandType": kind, "Name": name, "Source": name if kind == "Application" else ""},
        text=name,
    )


@command("Get-Variable", positional=("Name",), named=("Scope",), switches=("ValueOnly",), aliases=("gv",))
def get_variable(call: Call) -> Iterator[Any]:
    for name in [to_text(each) for each in call.values("Name")]:
        value = _frame(call).get(name.lower(), MISSING)
        if value is MISSING:
            call.write_error(_no_variable(name, "GetVariableCommand"))
        elif call.given("ValueOnly"):
            yield value
        else:
            yield Item("System.Management.Automation.PSVariable", {"Name": name, "Value": value})


def _no_variable(name: str, command_name: str) -> PowerShellError:
    return PowerShellError(
        f"Cannot find a variable with the name '{name}'.",
        "ObjectNotFound",
        name,
        f"VariableNotFound,Microsoft.PowerShell.Commands.{command_name}",
        exception="System.Management.Automation.ItemNotFoundException",
    )


def _frame(call: Call) -> Any:
    scope = to_text(call.get("Scope", "")).lower()
    if scope.isdigit():
        frame: Any = call.frame
        for _ in range(int(scope)):
            frame = frame.parent or frame
        return frame
    return call.frame.scope(scope)


@command(
    "Set-Variable",
    positional=("Name", "Value"),
    named=("Scope", "Option", "Visibility"),
    switches=("Force", "PassThru"),
    aliases=("sv", "set"),
)
def set_variable(call: Call) -> None:
    for name in call.values("Name"):
        _frame(call).set(to_text(name).lower(), call.get("Value"))


@command(
    "New-Variable",
    positional=("Name", "Value"),
    named=("Scope", "Option"),
    switches=("Force",),
    aliases=("nv",),
)
def new_variable(call: Call) -> None:
    set_variable(call)


@command("Remove-Variable", positional=("Name",), named=("Scope",), switches=("Force",), aliases=("rv",))
def remove_variable(call: Call) -> None:
    for name in [to_text(each) for each in call.values("Name")]:
        if _frame(call).variables.pop(name.lower(), MISSING) is MISSING:
            call.write_error(_no_variable(name, "RemoveVariableCommand"))


@command(
    "New-Object",
    positional=("TypeName", "ArgumentList"),
    named=("Property", "ComObject"),
    switches=("Strict",),
)
def new_object(call: Call) -> Iterator[Any]:
    if call.given("ComObject"):
        yield com_object(call)
        return
    name = to_text(call.get("TypeName"))
    if name.lower() in ("psobject", "pscustomobject", "system.management.automation.psobject", "object"):
        properties = call.get("Property")
        facts = (
            {to_text(key): value for key, value in properties.items()}
            if isinstance(properties, Table)
            else {}
        )
        yield Item(CUSTOM_OBJECT, facts)
        return
    made = members.construct(name, call.values("ArgumentList"), call.frame.session, call.line)
    for key, value in (call.get("Property") or {}).items():
        members.write(made, to_text(key), value)
    yield made


def com_object(call: Call) -> Any:
    """A COM object by its ProgID, where a domain has registered one as the constructor of "COM:ProgID"."""
    return members.construct(f"COM:{to_text(call.get('ComObject'))}", [], call.frame.session, call.line)


@command(
    "Invoke-Command", positional=("ScriptBlock",), named=("ArgumentList", "ComputerName"), aliases=("icm",)
)
def invoke_command(call: Call) -> Iterator[Any]:
    if call.given("ComputerName"):
        call.unsupported("-ComputerName")
    from unyo.lab.terminals.powershell.shell import ready_arguments

    code = call.get("ScriptBlock").code
    bound = ready_arguments(code, call.values("ArgumentList"))
    yield from code.invoke(call.frame, bound, call.pipeline, call.has_input, "")


@command("Get-Host")
def get_host(call: Call) -> Iterator[Any]:
    call.unsupported("the host")


@command("Tee-Object", named=("Variable",), positional=("FilePath",), aliases=("tee",))
def tee_object(call: Call) -> Iterator[Any]:
    if not call.given("Variable"):
        call.unsupported("files")
    items = list(call.pipeline)
    call.frame.set(to_text(call.get("Variable")).lower(), items if len(items) != 1 else items[0])
    yield from items
