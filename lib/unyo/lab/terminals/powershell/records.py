"""ErrorRecords: what $_ is in a catch block and what $Error holds; which catch takes which exception."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.powershell.conversion import to_text, type_name_of
from unyo.lab.terminals.powershell.errors import RUNTIME_EXCEPTION, PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item, NetType

CATEGORIES = [
    "NotSpecified",
    "OpenError",
    "CloseError",
    "DeviceError",
    "DeadlockDetected",
    "InvalidArgument",
    "InvalidData",
    "InvalidOperation",
    "InvalidResult",
    "InvalidType",
    "MetadataError",
    "NotImplemented",
    "NotInstalled",
    "ObjectNotFound",
    "OperationStopped",
    "OperationTimeout",
    "SyntaxError",
    "ParserError",
    "PermissionDenied",
    "ResourceBusy",
    "ResourceExists",
    "ResourceUnavailable",
    "ReadError",
    "WriteError",
    "FromStdErr",
    "SecurityError",
    "ProtocolError",
    "ConnectionError",
    "AuthenticationError",
    "LimitsExceeded",
    "QuotaExceeded",
    "NotEnabled",
]
BASES: dict[str, str] = {
    "System.Exception": "System.Object",
    "System.SystemException": "System.Exception",
    RUNTIME_EXCEPTION: "System.SystemException",
    "System.Management.Automation.SessionStateException": RUNTIME_EXCEPTION,
    "System.Management.Automation.ItemNotFoundException": "System.Management.Automation.SessionStateException",
    "System.Management.Automation.DriveNotFoundException": "System.Management.Automation.SessionStateException",
    "System.Management.Automation.CommandNotFoundException": RUNTIME_EXCEPTION,
    "System.Management.Automation.ParameterBindingException": RUNTIME_EXCEPTION,
    "System.Management.Automation.MethodInvocationException": RUNTIME_EXCEPTION,
    "System.Management.Automation.RemoteException": RUNTIME_EXCEPTION,
    "System.Management.Automation.ParseException": RUNTIME_EXCEPTION,
    "System.Management.Automation.PSInvalidCastException": "System.InvalidCastException",
    "System.Management.Automation.PropertyNotFoundException": RUNTIME_EXCEPTION,
    "Microsoft.PowerShell.Commands.ServiceCommandException": "System.SystemException",
    "Microsoft.PowerShell.Commands.WriteErrorException": "System.SystemException",
    "Microsoft.Management.Infrastructure.CimException": "System.Exception",
    "System.UnauthorizedAccessException": "System.SystemException",
    "System.Security.SecurityException": "System.SystemException",
    "System.ArgumentException": "System.SystemException",
    "System.ArgumentNullException": "System.ArgumentException",
    "System.ArgumentOutOfRangeException": "System.ArgumentException",
    "System.InvalidOperationException": "System.SystemException",
    "System.InvalidCastException": "System.SystemException",
    "System.FormatException": "System.SystemException",
    "System.OverflowException": "System.ArithmeticException",
    "System.DivideByZeroException": "System.ArithmeticException",
    "System.ArithmeticException": "System.SystemException",
    "System.NotSupportedException": "System.SystemException",
    "System.TimeoutException": "System.SystemException",
    "System.IndexOutOfRangeException": "System.SystemException",
    "System.IO.IOException": "System.SystemException",
    "System.IO.FileNotFoundException": "System.IO.IOException",
    "System.IO.DirectoryNotFoundException": "System.IO.IOException",
    "System.Security.Principal.IdentityNotMappedException": "System.SystemException",
    "System.Runtime.InteropServices.COMException": "System.Runtime.InteropServices.ExternalException",
    "System.Runtime.InteropServices.ExternalException": "System.SystemException",
    "System.ComponentModel.Win32Exception": "System.Runtime.InteropServices.ExternalException",
    "System.Net.Sockets.SocketException": "System.ComponentModel.Win32Exception",
}


def ancestors(exception: str) -> list[str]:
    """The exception's type and the types that it derives from, down to System.Exception."""
    chain = [exception]
    while chain[-1] not in ("System.Exception", "System.Object"):
        chain.append(BASES.get(chain[-1], "System.Exception"))
    return chain


def catches(error: PowerShellError, types: tuple[str, ...]) -> bool:
    """Whether a catch of these types takes the error."""
    if not types:
        return True
    wanted = {name.lower() for name in types} | {f"system.{name.lower()}" for name in types}
    chain = ancestors(error.exception)
    if error.inner:
        chain += ancestors("System.Management.Automation.MethodInvocationException")
    return any(each.lower() in wanted for each in chain)


class ErrorRecord(Item):
    """An error as a value; `error` is where it came from."""

    __slots__ = ("error",)

    def __init__(self, error: PowerShellError) -> None:
        number = CATEGORIES.index(error.category) if error.category in CATEGORIES else 0
        category = Enum(error.category, number, "System.Management.Automation.ErrorCategory")
        target = to_text(error.target) if error.target is not None else ""
        super().__init__(
            "System.Management.Automation.ErrorRecord",
            {
                "Exception": exception_item(error),
                "TargetObject": error.target,
                "CategoryInfo": Item(
                    "System.Management.Automation.ErrorCategoryInfo",
                    {
                        "Category": category,
                        "Activity": error.command,
                        "Reason": error.exception.rsplit(".", 1)[-1],
                        "TargetName": target,
                        "TargetType": type_name_of(error.target).rsplit(".", 1)[-1]
                        if error.target is not None
                        else "",
                    },
                    text=f"{error.category}: ({target}:{type_name_of(error.target).rsplit('.', 1)[-1] if target else ''})"
                    f" [{error.command}], {error.exception.rsplit('.', 1)[-1]}",
                ),
                "FullyQualifiedErrorId": error.fully_qualified_id or error.exception.rsplit(".", 1)[-1],
                "ErrorDetails": None,
                "InvocationInfo": Item(
                    "System.Management.Automation.InvocationInfo",
                    {
                        "ScriptLineNumber": error.line,
                        "MyCommand": error.command or None,
                        "InvocationName": error.command,
                        "PositionMessage": f"At line:{error.line} char:1",
                        "Line": "",
                    },
                ),
                "ScriptStackTrace": f"at <ScriptBlock>, <No file>: line {error.line}",
            },
            text=error.message,
        )
        self.error = error


def exception_item(error: PowerShellError) -> Item:
    """The .Exception of an error."""
    if isinstance(error.value, Item) and error.value.type_name == error.exception:
        return error.value
    if error.inner:
        inner = new_exception(error.exception, error.inner, error.hresult)
        return new_exception(
            "System.Management.Automation.MethodInvocationException", error.message, inner=inner
        )
    return new_exception(error.exception, error.message, error.hresult)


def new_exception(type_name: str, message: str, hresult: int = -2146233088, inner: Any = None) -> Item:
    """An exception as an object."""
    item = Item(
        type_name,
        {
            "Message": message,
            "Data": None,
            "InnerException": inner,
            "StackTrace": None,
            "HResult": hresult,
            "Source": None,
        },
        {"GetType": lambda: NetType(type_name), "ToString": lambda: f"{type_name}: {message}"},
        text=f"{type_name}: {message}",
    )
    item.type_names = ancestors(type_name)
    return item


def record_of(error: PowerShellError) -> ErrorRecord:
    """The one record of an error."""
    if error.record is None:
        error.record = ErrorRecord(error)
    record: ErrorRecord = error.record
    return record


def thrown(value: Any, line: int) -> PowerShellError:
    """What `throw value` raises."""
    if isinstance(value, ErrorRecord):
        error = value.error
    elif isinstance(value, Item) and "System.Exception" in value.type_names:
        message = to_text(value.get("Message"))
        error = PowerShellError(
            message,
            "OperationStopped",
            value,
            message,
            exception=value.type_name,
            hresult=value.get("HResult", -2146233088),
            value=value,
        )
    else:
        text = "ScriptHalted" if value is None else to_text(value)
        error = PowerShellError(text, "OperationStopped", value, text)
    error.ends_script = True
    error.line = error.line or line
    return error
