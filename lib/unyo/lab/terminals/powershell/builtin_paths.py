"""Split-Path, Join-Path, Test-Path (every provider through providers.py)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.commands import MISSING, Call, command
from unyo.lab.terminals.powershell.conversion import to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.providers import find_test


@command(
    "Join-Path",
    positional=("Path", "ChildPath"),
    named=("AdditionalChildPath",),
    switches=("Resolve",),
    pipeline="Path",
)
def join_path(call: Call) -> Iterator[Any]:
    child = to_text(call.get("ChildPath"))
    for path in call.each("Path"):
        yield to_text(path).rstrip("\\/") + "\\" + child.lstrip("\\/")


@command(
    "Split-Path",
    positional=("Path",),
    named=("LiteralPath",),
    switches=("Leaf", "Parent", "Qualifier", "NoQualifier", "IsAbsolute"),
    pipeline="Path",
)
def split_path(call: Call) -> Iterator[Any]:
    for each in call.each("LiteralPath" if call.given("LiteralPath") else "Path"):
        path = to_text(each).replace("/", "\\").rstrip("\\")
        qualifier, colon, rest = path.partition(":")
        if call.given("Leaf"):
            yield path.rsplit("\\", 1)[-1]
        elif call.given("Qualifier"):
            yield qualifier + colon
        elif call.given("NoQualifier"):
            yield rest if colon else path
        elif call.given("IsAbsolute"):
            yield bool(colon)
        else:
            yield ntpath.dirname(path) if "\\" in path else ""


@command(
    "Test-Path",
    positional=("Path",),
    named=("LiteralPath", "PathType"),
    switches=("IsValid",),
    pipeline="Path",
)
def test_path(call: Call) -> Iterator[Any]:
    kind = to_text(call.get("PathType", "Any")).lower()
    for path in call.each("LiteralPath" if call.given("LiteralPath") else "Path"):
        if path is None:
            raise PowerShellError(
                "Cannot bind argument to parameter 'Path' because it is null.",
                "InvalidData",
                None,
                "ParameterArgumentValidationErrorNullNotAllowed,Microsoft.PowerShell.Commands.TestPathCommand",
                exception="System.Management.Automation.ParameterBindingException",
                terminating=True,
            )
        yield exists(call, to_text(path), kind)


def exists(call: Call, path: str, kind: str) -> bool:
    """Whether a path is there: env:, variable: and function: here, all others by their provider."""
    drive, colon, name = path.partition(":")
    drive, name = drive.lower(), name.lstrip("\\/")
    if colon and drive == "env":
        return name in call.frame.session.environment
    if colon and drive == "variable":
        return call.frame.get(name.lower(), MISSING) is not MISSING
    if colon and drive == "function":
        return call.frame.function(name.lower()) is not None
    test = find_test(path)
    if test is None:
        call.unsupported(f"path {path}")
    return test(call.machine, path, kind)
