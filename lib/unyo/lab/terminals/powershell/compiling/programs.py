"""External programs: their argument text, their output lines, $LASTEXITCODE, standard error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from unyo.lab.terminals.powershell.commands import ProgramCall, find_program
from unyo.lab.terminals.powershell.compiling.registry import expression
from unyo.lab.terminals.powershell.conversion import elements, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.values import NOTHING


def run_program(
    name: str,
    arguments: tuple[tree.CommandArgument, ...],
    frame: Frame,
    items: Iterator[Any] | None,
    line: int,
) -> Iterable[Any]:
    """Run a program; its standard output becomes lines, a redirected standard error becomes ErrorRecords."""
    session = frame.session
    work = find_program(name)
    assert work is not None
    stdin = "" if items is None else "".join(f"{to_text(each)}\r\n" for each in items)
    call = ProgramCall(frame, name, [*_texts(arguments, frame)], stdin, line=line)
    code = work(call)
    session.globals.variables["lastexitcode"] = code
    session.success = code == 0
    if call.errors:
        if session.errors_redirected:
            for number, text in enumerate(call.errors):
                session.report(frame, _from_stderr(name, text, number, line))
        else:
            session.ran.stderr.extend(call.errors)
    return call.output


def _from_stderr(name: str, text: str, number: int, line: int) -> PowerShellError:
    error = PowerShellError(
        text,
        "NotSpecified",
        text,
        "NativeCommandError" if number == 0 else "NativeCommandErrorMessage",
        exception="System.Management.Automation.RemoteException",
    )
    error.command, error.line = name, line
    return error


def _texts(arguments: tuple[tree.CommandArgument, ...], frame: Frame) -> Iterator[str]:
    for argument in arguments:
        node = argument.value
        if argument.parameter is not None:
            if node is None:
                yield f"-{argument.parameter}"
            else:
                yield f"-{argument.parameter}:" + " ".join(_values(node, frame))
        elif node is not None:
            yield from _values(node, frame)


def _values(node: tree.Node, frame: Frame) -> list[str]:
    if isinstance(node, tree.Constant) and node.written:
        return [node.written]
    if isinstance(node, tree.Variable) and node.splat:
        node = tree.Variable(node.line, node.scope, node.name)
    elif isinstance(node, tree.ArrayLiteral):
        return [text for each in node.values for text in _values(each, frame)]
    value = expression(node)(frame)
    return [] if value is None or value is NOTHING else [to_text(each) for each in elements(value)]
