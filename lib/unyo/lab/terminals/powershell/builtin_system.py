"""System statics that scripts name: paths, script blocks, exceptions, versions, enumerations, StringBuilder."""

from __future__ import annotations

import ntpath
from collections.abc import Callable
from typing import Any

from unyo.lab.terminals.powershell.builtin_collections import Comparer
from unyo.lab.terminals.powershell.conversion import to_text
from unyo.lab.terminals.powershell.dotnet import (
    constructor,
    known_type,
    static,
    static_property,
)
from unyo.lab.terminals.powershell.errors import PowerShellError, method_error
from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.records import BASES, ErrorRecord, new_exception
from unyo.lab.terminals.powershell.surroundings import version
from unyo.lab.terminals.powershell.values import Enum, Item, ScriptBlock

PATH_METHODS: dict[str, Callable[..., Any]] = {
    "GetFileName": ntpath.basename,
    "GetFileNameWithoutExtension": lambda path: ntpath.splitext(ntpath.basename(path))[0],
    "GetExtension": lambda path: ntpath.splitext(path)[1],
    "GetDirectoryName": ntpath.dirname,
    "IsPathRooted": lambda path: bool(ntpath.splitdrive(path)[0]) or path.startswith(("\\", "/")),
    "GetTempPath": lambda: "C:\\Windows\\Temp\\",
}
for _name, _work in PATH_METHODS.items():
    static("System.IO.Path", _name)(_work)


@static("System.IO.Path", "Combine")
def combine(*parts: Any) -> str:
    return ntpath.join(*[to_text(each) for each in parts])


@static("System.Management.Automation.ScriptBlock", "Create", session=True)
def create_block(session: Session, text: Any) -> ScriptBlock:
    from unyo.lab.terminals.powershell.compiling import compile_script
    from unyo.lab.terminals.powershell.errors import OutsideSubset

    try:
        code = compile_script(to_text(text))
    except OutsideSubset as problem:
        session.unsupported(problem.message.removeprefix("SIMULATOR: unsupported "), problem.line)
    return ScriptBlock(code.text, code, session.globals)


for _exception in BASES:
    constructor(_exception)(
        lambda message=None, inner=None, kind=_exception: new_exception(
            kind,
            to_text(message) if message is not None else f"Exception of type '{kind}' was thrown.",
            inner=inner,
        )
    )


@constructor("System.Management.Automation.ErrorRecord")
def new_error_record(exception: Any, identity: Any, category: Any, target: Any) -> ErrorRecord:
    error = PowerShellError(
        to_text(exception.get("Message")),
        to_text(category),
        target,
        to_text(identity),
        exception=exception.type_name,
        value=exception,
    )
    return error_record(error)


def error_record(error: PowerShellError) -> ErrorRecord:
    """The record of an error."""
    from unyo.lab.terminals.powershell.records import record_of

    return record_of(error)


@constructor("System.Version")
def new_version(*parts: Any) -> Item:
    try:
        return version(to_text(parts[0]) if len(parts) == 1 else ".".join(to_text(each) for each in parts))
    except ValueError:
        raise method_error(
            "Parse", 1, "Version string portion was too short or too long.", "System.ArgumentException"
        ) from None


known_type("System.Version", "version")
known_type("System.Text.RegularExpressions.Regex", "regex")
known_type("System.Management.Automation.ErrorRecord")
static_property("System.StringComparer", "OrdinalIgnoreCase")(lambda: Comparer(True))
static_property("System.StringComparer", "InvariantCultureIgnoreCase")(lambda: Comparer(True))
static_property("System.StringComparer", "CurrentCultureIgnoreCase")(lambda: Comparer(True))
static_property("System.StringComparer", "Ordinal")(lambda: Comparer(False))


def enumeration(type_name: str, *names: str, first: int = 0) -> None:
    """Let scripts name the values of an enumeration: [type]::Name."""
    for number, name in enumerate(names, first):
        static_property(type_name, name)(lambda name=name, number=number: Enum(name, number, type_name))


enumeration(
    "System.StringComparison",
    "CurrentCulture",
    "CurrentCultureIgnoreCase",
    "InvariantCulture",
    "InvariantCultureIgnoreCase",
    "Ordinal",
    "OrdinalIgnoreCase",
)
enumeration("System.StringSplitOptions", "None", "RemoveEmptyEntries")
enumeration("System.MidpointRounding", "ToEven", "AwayFromZero")
enumeration("System.DateTimeKind", "Unspecified", "Utc", "Local")
enumeration("System.Text.NormalizationForm", "FormC", "FormD", first=1)
enumeration("System.Globalization.DateTimeStyles", "None", "AllowLeadingWhite", "AllowTrailingWhite")
enumeration("System.Text.RegularExpressions.RegexOptions", "None", "IgnoreCase", "Multiline")
static_property("System.Globalization.DateTimeStyles", "AdjustToUniversal")(
    lambda: Enum("AdjustToUniversal", 16)
)
static_property("System.Globalization.DateTimeStyles", "AssumeUniversal")(lambda: Enum("AssumeUniversal", 64))
static_property("System.Globalization.DateTimeStyles", "RoundtripKind")(lambda: Enum("RoundtripKind", 128))
static_property("System.Text.RegularExpressions.RegexOptions", "Singleline")(lambda: Enum("Singleline", 16))
static_property("System.EnvironmentVariableTarget", "Machine")(lambda: Enum("Machine", 2))
static_property("System.EnvironmentVariableTarget", "Process")(lambda: Enum("Process", 0))
static_property("System.Globalization.CultureInfo", "InvariantCulture")(
    lambda: Item("System.Globalization.CultureInfo", {"Name": "", "LCID": 127}, text="")
)


@constructor("System.Text.StringBuilder")
def new_builder(text: Any = "") -> Item:
    pieces: list[str] = [to_text(text)] if isinstance(text, str) else []
    item = Item("System.Text.StringBuilder")

    def append(more: Any = "") -> Item:
        pieces.append(to_text(more))
        return item

    item.methods["Append"] = append
    item.methods["AppendLine"] = lambda more="": append(f"{to_text(more)}\r\n")
    item.methods["ToString"] = lambda: "".join(pieces)
    return item
