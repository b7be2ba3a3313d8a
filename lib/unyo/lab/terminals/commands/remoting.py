"""What remote clients wrap scripts in: Invoke-Expression and Out-String."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.compiling import compile_script
from unyo.lab.terminals.powershell.values import ScriptBlock
from unyo.lab.terminals.powershell_process import output_lines


@command("Invoke-Expression", positional=("Command",), pipeline="Command", aliases=("iex",))
def invoke_expression(call: Call) -> Iterator[Any]:
    for text in call.each("Command"):
        yield from call.invoke(ScriptBlock(str(text), compile_script(str(text))))


@command("Out-String", named=("InputObject", "Width"), switches=("Stream",), pipeline="InputObject")
def out_string(call: Call) -> Iterator[str]:
    """What the console would show; only what has a text of its own."""
    lines = output_lines(call.machine, list(call.each("InputObject")))
    if call.given("Stream"):
        yield from lines
    else:
        yield "".join(f"{line}\r\n" for line in lines)
