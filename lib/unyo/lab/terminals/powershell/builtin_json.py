"""ConvertTo-Json, ConvertFrom-Json, ConvertTo-Csv's siblings that scripts use, ConvertTo-SecureString."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.conversion import to_number, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.json import from_json, to_json
from unyo.lab.terminals.powershell.values import SecureString, Wrapped


@command("ConvertTo-Json", positional=("InputObject",), named=("Depth",), switches=("Compress",))
def convert_to_json(call: Call) -> Iterator[Any]:
    """Pipeline objects are gathered: one stands for itself, several become an array, none gives nothing."""
    depth = int(to_number(call.get("Depth", 2)))
    if not 1 <= depth <= 100:
        raise PowerShellError(
            "The maximum depth allowed for serialization is 100.", "InvalidOperation", terminating=True
        )
    if call.given("InputObject"):
        value = call.get("InputObject")
    else:
        items = list(call.pipeline)
        if not items:
            return
        value = items[0] if len(items) == 1 else items
    yield to_json(value, depth, call.given("Compress"))


@command("ConvertFrom-Json", positional=("InputObject",))
def convert_from_json(call: Call) -> Iterator[Any]:
    """Pipeline text is joined by lines and read once, unless each line is a document of its own."""
    texts = [to_text(each) for each in call.each("InputObject")]
    if not texts or not "".join(texts).strip():
        if call.given("InputObject"):
            raise PowerShellError(
                "Cannot bind argument to parameter 'InputObject' because it is an empty string.",
                "InvalidData",
                None,
                "ParameterArgumentValidationErrorEmptyStringNotAllowed,"
                "Microsoft.PowerShell.Commands.ConvertFromJsonCommand",
                exception="System.Management.Automation.ParameterBindingException",
                terminating=True,
            )
        return
    for found in _documents(texts):
        yield Wrapped(found) if isinstance(found, list) and call.frame.session.array_count else found


def _documents(texts: list[str]) -> Iterator[Any]:
    if len(texts) == 1:
        yield from_json(texts[0])
        return
    try:
        first = from_json(texts[0])
    except PowerShellError:
        yield from_json("\r\n".join(texts))
        return
    yield first
    for text in texts[1:]:
        yield from_json(text)


@command(
    "ConvertTo-SecureString",
    positional=("String",),
    named=("Key", "SecureKey"),
    switches=("AsPlainText", "Force"),
)
def convert_to_secure_string(call: Call) -> Iterator[Any]:
    if not call.given("AsPlainText"):
        call.unsupported("encrypted strings")
    for text in call.each("String"):
        yield SecureString(to_text(text))
