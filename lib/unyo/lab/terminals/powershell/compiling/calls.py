"""Calls: which function, cmdlet, script block or program a name means, and running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from unyo.lab.terminals.powershell.binding import (
    Plan,
    Signature,
    Word,
    bind,
    plan,
    signature_of,
    unknown_parameter,
)
from unyo.lab.terminals.powershell.commands import ALIASES, Call, Command, find_command, find_program
from unyo.lab.terminals.powershell.compiling.programs import run_program
from unyo.lab.terminals.powershell.compiling.registry import Evaluate, expression
from unyo.lab.terminals.powershell.conversion import to_text
from unyo.lab.terminals.powershell.errors import Flow, PowerShellError
from unyo.lab.terminals.powershell.frames import Frame, error_action
from unyo.lab.terminals.powershell.functions import Code
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.values import NOTHING, Item, ScriptBlock

Stage = Callable[[Frame, Iterator[Any] | None], Iterable[Any]]
SIGNATURES: dict[int, tuple[Command, Signature]] = {}


def compile_command(node: tree.Command) -> Stage:
    """A command as a pipeline's element."""
    name, line, dot = expression(node.name), node.line, node.operator == "."
    words = tuple(_word(each) for each in node.arguments)
    plans: dict[int, tuple[Signature, Plan]] = {}
    arguments = node.arguments

    def planned(signature: Signature, fail: Callable[[str], Any]) -> Plan:
        known = plans.get(id(signature))
        if known is None:
            known = (signature, plan(words, signature, fail))
            plans[id(signature)] = known
        return known[1]

    def stage(frame: Frame, items: Iterator[Any] | None) -> Iterable[Any]:
        target = name(frame)
        if isinstance(target, Item):
            target = target.get("Name")
        if isinstance(target, ScriptBlock):
            return call_code(target.code, planned(target.code.signature, _fail), frame, items, "", dot)
        if target is None or target is NOTHING or target == "":
            raise _not_runnable(target)
        spelled = to_text(target)
        folded = (
            spelled.lower().rsplit("\\", 1)[-1] if "\\" in spelled and "-" in spelled else spelled.lower()
        )
        folded = ALIASES.get(folded, folded)
        code = frame.function(folded)
        if code is not None:
            return call_code(code, planned(code.signature, _fail), frame, items, spelled, dot)
        command = find_command(folded)
        if command is not None:
            signature = signature_of_command(command)

            def fail(parameter: str) -> Any:
                frame.session.unsupported(f"parameter -{parameter} of {command.name}", line)

            return run_command(command, signature, planned(signature, fail), frame, items, line, fail)
        if find_program(spelled) is None:
            frame.session.unsupported(f"command {spelled}", line)
        return run_program(spelled, arguments, frame, items, line)

    return stage


def _fail(name: str) -> Any:
    raise unknown_parameter(name)


def _not_runnable(target: Any) -> PowerShellError:
    return PowerShellError(
        "The expression after '&' in a pipeline element produced an object that was not valid. It must result in a "
        "command name, a script block, or a CommandInfo object.",
        "InvalidOperation",
        target,
        "BadExpression",
        terminating=True,
    )


def _word(node: tree.CommandArgument) -> Word:
    if isinstance(node.value, tree.Variable) and node.value.splat:
        return Word(None, _plain_variable(node.value), splat=True)
    value = expression(node.value) if node.value is not None else None
    return Word(node.parameter, value, joined=node.parameter is not None and value is not None)


def _plain_variable(node: tree.Variable) -> Evaluate:
    return expression(tree.Variable(node.line, node.scope, node.name))


def signature_of_command(command: Command) -> Signature:
    """A cmdlet's signature, made once."""
    known = SIGNATURES.get(id(command))
    if known is None:
        signature = signature_of(
            command.parameters,
            command.switches,
            command.positional,
            command.parameter_aliases,
            rest=command.rest,
            should_process=command.should_process,
        )
        known = (command, signature)
        SIGNATURES[id(command)] = known
    return known[1]


def call_code(
    code: Code, plan: Plan, frame: Frame, items: Iterator[Any] | None, name: str, dot: bool = False
) -> list[Any]:
    """Call a function or a script block."""
    bound = bind(plan, code.signature, frame, _fail)
    frame.session.success = True
    return code.invoke(
        frame, bound, items if items is not None else iter(()), items is not None, name, not dot
    )


def run_command(
    command: Command,
    signature: Signature,
    plan: Plan,
    frame: Frame,
    items: Iterator[Any] | None,
    line: int,
    fail: Callable[[str], Any],
) -> Iterable[Any]:
    """Call a cmdlet; its errors go where -ErrorAction says."""
    bound = bind(plan, signature, frame, fail)
    common = bound.common
    session = frame.session
    session.success = True
    action = error_action(common["ErrorAction"]) if "ErrorAction" in common else ""
    if common:
        _check_common(frame, common, line)
    call = Call(
        command,
        frame,
        bound.arguments,
        items if items is not None else iter(()),
        items is not None,
        action,
        line,
        common,
    )
    if "ErrorVariable" in common or "OutVariable" in common:
        return _with_variables(call, frame, common)
    return _produce(call, frame)


def _produce(call: Call, frame: Frame) -> Iterator[Any]:
    try:
        produced = call.command.work(call)
        if produced is not None:
            yield from produced
    except PowerShellError as error:
        error.line = error.line or call.line
        error.command = error.command or call.name
        frame.session.report(frame, error, call.error_action)
    except (Flow, GeneratorExit):
        raise


def _with_variables(call: Call, frame: Frame, common: dict[str, Any]) -> list[Any]:
    """-ErrorVariable and -OutVariable; a + before the name adds."""
    errors = frame.session.errors
    count = len(errors)
    out: list[Any] = []
    try:
        out = list(_produce(call, frame))
    finally:
        for parameter, values in (
            ("ErrorVariable", errors[: len(errors) - count][::-1]),
            ("OutVariable", out),
        ):
            if parameter in common:
                name = to_text(common[parameter])
                before = frame.get(name[1:].lower(), []) if name.startswith("+") else []
                frame.set(name.lstrip("+").lower(), [*before, *values])
    return out


def _check_common(frame: Frame, common: dict[str, Any], line: int) -> None:
    for name in ("PipelineVariable", "WarningVariable", "OutBuffer"):
        if name in common:
            frame.session.unsupported(f"parameter -{name}", line)
