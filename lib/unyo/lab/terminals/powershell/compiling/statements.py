"""Statements: sequences with their error handling, assignments, conditions, loops, switch, try, jumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unyo.lab.terminals.powershell.commands import MISSING
from unyo.lab.terminals.powershell.compiling.registry import (
    EXPRESSIONS,
    STATEMENTS,
    Evaluate,
    Run,
    emit,
    expression,
    plain,
    statement,
    value_of,
)
from unyo.lab.terminals.powershell.compiling.variables import store
from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_number
from unyo.lab.terminals.powershell.errors import Break, Continue, Exit, Labelled, PowerShellError, Return
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.operators import OPERATORS
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.records import ErrorRecord, catches, record_of, thrown
from unyo.lab.terminals.powershell.values import NOTHING


def compile_statements(node: tree.Statements) -> Run:
    """Statements in a row; an error that ends one of them may leave the next ones to run."""
    steps = [(statement(each), each.line) for each in node.statements]

    def run(frame: Frame, out: list[Any]) -> None:
        for step, line in steps:
            try:
                step(frame, out)
            except PowerShellError as error:
                frame.session.statement_failed(frame, error, line)

    return run


def compile_assignment(node: tree.Assignment) -> Evaluate:
    """An assignment as an expression: gives the value that was assigned."""
    put, value = store(node.target), value_of(node.value)
    if node.operator == "=":

        def assign(frame: Frame) -> Any:
            found = value(frame)
            put(frame, found)
            return found

        return assign
    old, work = expression(node.target), OPERATORS[node.operator[0]]

    def change(frame: Frame) -> Any:
        before = old(frame)
        added = value(frame)
        new = work(before, None if added is NOTHING else added)
        put(frame, new)
        return new

    return change


def run_assignment(node: tree.Assignment) -> Run:
    evaluate = compile_assignment(node)
    no_command = plain(node.value) is not None

    def run(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
        evaluate(frame)
        if no_command:
            frame.session.success = True

    return run


def compile_if(node: tree.If) -> Run:
    branches = [(value_of(condition), statement(body)) for condition, body in node.branches]
    otherwise = statement(node.otherwise) if node.otherwise is not None else None

    def run(frame: Frame, out: list[Any]) -> None:
        for condition, body in branches:
            if to_bool(condition(frame)):
                body(frame, out)
                return
        if otherwise is not None:
            otherwise(frame, out)

    return run


def compile_foreach(node: tree.ForEach) -> Run:
    values, put, body, label = (
        _enumerated(node.values),
        store(node.variable),
        statement(node.body),
        node.label,
    )

    def run(frame: Frame, out: list[Any]) -> None:
        for each in values(frame):
            put(frame, each)
            try:
                body(frame, out)
            except Continue as jump:
                _for_me(jump, label)
            except Break as jump:
                _for_me(jump, label)
                return

    return run


def _enumerated(node: tree.Node) -> Callable[[Frame], list[Any]]:
    """What foreach goes through: $null as an expression is no turn, as a command's output it is one."""
    if plain(node) is None:
        run = statement(node)

        def gather(frame: Frame) -> list[Any]:
            out: list[Any] = []
            run(frame, out)
            return out

        return gather
    value = value_of(node)
    return lambda frame: [] if (found := value(frame)) is None else elements(found)


def _for_me(jump: Labelled, label: str) -> None:
    """Let a jump to another loop's label pass."""
    if jump.label and jump.label != label:
        raise jump


def compile_loop(node: tree.Loop) -> Run:
    first = statement(node.first) if node.first is not None else None
    condition = value_of(node.condition) if node.condition is not None else None
    step = statement(node.step) if node.step is not None else None
    body, label, until, body_first = statement(node.body), node.label, node.until, node.body_first

    def run(frame: Frame, out: list[Any]) -> None:
        if first is not None:
            first(frame, [])
        skip_test = body_first
        while skip_test or condition is None or to_bool(condition(frame)) != until:
            skip_test = False
            try:
                body(frame, out)
            except Continue as jump:
                _for_me(jump, label)
            except Break as jump:
                _for_me(jump, label)
                return
            if step is not None:
                step(frame, [])

    return run


def compile_try(node: tree.Try) -> Run:
    body = statement(node.body)
    handlers = [(types, statement(block)) for types, block in node.catches]
    final = statement(node.final) if node.final is not None else None

    def run(frame: Frame, out: list[Any]) -> None:
        session = frame.session
        session.try_depth += bool(handlers)
        inside = bool(handlers)
        try:
            body(frame, out)
        except PowerShellError as error:
            session.try_depth -= inside
            inside = False
            for types, handler in handlers:
                if catches(error, types):
                    _handle(frame, error, handler, out)
                    return
            raise
        finally:
            session.try_depth -= inside
            if final is not None:
                final(frame, out)

    return run


def _handle(frame: Frame, error: PowerShellError, handler: Run, out: list[Any]) -> None:
    """Run a catch block with $_ = the error."""
    frame.session.remember(error)
    error.ends_script = False
    before = frame.variables.get("_", MISSING)
    frame.variables["_"] = record_of(error)
    try:
        handler(frame, out)
    finally:
        if before is MISSING:
            frame.variables.pop("_", None)
        else:
            frame.variables["_"] = before


def compile_jump(node: tree.Jump) -> Run:
    kind, line, label = node.kind, node.line, node.label
    if kind in ("break", "continue"):
        jump = Break if kind == "break" else Continue

        def leave(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
            raise jump(label)

        return leave
    if kind == "return":
        return _return(node)
    value = value_of(node.value) if node.value is not None else None
    if kind == "exit":

        def leave_script(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
            raise Exit(int(to_number(value(frame))) if value is not None else 0)

        return leave_script

    def throw(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
        found = value(frame) if value is not None else frame.get("_")
        if value is None and not isinstance(found, ErrorRecord):
            found = None
        raise thrown(None if found is NOTHING else found, line)

    return throw


def _return(node: tree.Jump) -> Run:
    if node.value is None:

        def leave(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
            raise Return

        return leave
    body = statement(node.value)

    def leave_with(frame: Frame, out: list[Any]) -> None:
        body(frame, out)
        raise Return

    return leave_with


def compile_expression_statement(node: tree.Expression) -> Run:
    """An expression on its own: its value is output; ++ and -- put out nothing."""
    evaluate = expression(node.value)
    if isinstance(node.value, tree.Increment):

        def count(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
            evaluate(frame)

        return count

    def run(frame: Frame, out: list[Any]) -> None:
        emit(out, evaluate(frame))
        frame.session.success = True

    return run


EXPRESSIONS[tree.Assignment] = compile_assignment
STATEMENTS.update(
    {
        tree.Statements: compile_statements,
        tree.Assignment: run_assignment,
        tree.If: compile_if,
        tree.ForEach: compile_foreach,
        tree.Loop: compile_loop,
        tree.Try: compile_try,
        tree.Jump: compile_jump,
        tree.Expression: compile_expression_statement,
    }
)
