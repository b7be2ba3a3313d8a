"""Pipelines: their elements one after the other, each pulling objects from the one before; redirections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from unyo.lab.terminals.powershell.compiling.calls import compile_command
from unyo.lab.terminals.powershell.compiling.registry import STATEMENTS, Run, emit, expression
from unyo.lab.terminals.powershell.compiling.statements import compile_expression_statement
from unyo.lab.terminals.powershell.compiling.variables import raw_variable
from unyo.lab.terminals.powershell.conversion import elements
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.records import record_of

Stage = Callable[[Frame, Iterator[Any] | None], Iterable[Any]]
"""A pipeline's element: takes what comes in (None: it is the first) and gives what goes out."""


class Merged(list[Any]):
    """Where 2>&1 leads errors: among the output, as records."""

    def __init__(self, out: list[Any]) -> None:
        super().__init__()
        self._out = out

    def append(self, error: Any) -> None:
        self._out.append(record_of(error) if isinstance(error, PowerShellError) else error)


def compile_pipeline(node: tree.Pipeline) -> Run:
    first = node.elements[0]
    if len(node.elements) == 1 and isinstance(first, tree.Expression) and not first.redirections:
        return _bare(first)
    stages = [_stage(each) for each in node.elements]
    if len(stages) == 1:
        only = stages[0]

        def run_one(frame: Frame, out: list[Any]) -> None:
            out.extend(only(frame, None))

        return run_one

    def run(frame: Frame, out: list[Any]) -> None:
        flow: Iterable[Any] = stages[0](frame, None)
        for stage in stages[1:]:
            flow = stage(frame, iter(flow))
        out.extend(flow)

    return run


def _bare(node: tree.Expression) -> Run:
    """One expression; a plain variable that holds "nothing" puts out nothing."""
    value = node.value
    if (
        isinstance(value, tree.Variable)
        and not value.scope
        and value.name not in ("true", "false", "null", "?", "error")
    ):
        read = raw_variable(value)

        def run(frame: Frame, out: list[Any]) -> None:
            emit(out, read(frame))
            frame.session.success = True

        return run
    return compile_expression_statement(node)


def _stage(node: tree.Expression | tree.Command) -> Stage:
    if isinstance(node, tree.Command):
        stage = compile_command(node)
    else:
        bare = _bare(tree.Expression(node.line, node.value, ()))

        def stage(frame: Frame, items: Iterator[Any] | None) -> Iterable[Any]:  # noqa: ARG001
            out: list[Any] = []
            bare(frame, out)
            return out

    return _redirected(stage, node.redirections) if node.redirections else stage


def _redirected(stage: Stage, redirections: tuple[tree.Redirection, ...]) -> Stage:
    to_nothing = {each.source for each in redirections if not each.merge and _is_null(each.target)}
    merged = {each.source for each in redirections if each.merge}
    files = [each for each in redirections if not each.merge and not _is_null(each.target)]
    targets = [(each, expression(each.target)) for each in files if each.target is not None]

    def run(frame: Frame, items: Iterator[Any] | None) -> Iterable[Any]:
        session = frame.session
        if targets:
            each, target = targets[0]
            session.unsupported(f"redirection to {'>>' if each.append else '>'} {target(frame)}", each.line)
        out: list[Any] = []
        before, marks = session.sink, _marks(session.ran)
        redirected, session.errors_redirected = (
            session.errors_redirected,
            bool((to_nothing | merged) & {"2", "*"}),
        )
        if merged & {"2", "*"}:
            session.sink = Merged(out)
        elif to_nothing & {"2", "*"}:
            session.sink = []
        try:
            for item in stage(frame, items):
                out.append(item)
        finally:
            session.sink, session.errors_redirected = before, redirected
            _drop(session.ran, marks, to_nothing)
        return [] if to_nothing & {"1", "*"} else elements(out)

    return run


def _is_null(target: tree.Node | None) -> bool:
    return isinstance(target, tree.Variable) and target.name == "null"


STREAMS = {"3": "warnings", "4": "verbose", "5": "debug", "6": "host"}


def _marks(ran: Any) -> dict[str, int]:
    return {number: len(getattr(ran, name)) for number, name in STREAMS.items()}


def _drop(ran: Any, marks: dict[str, int], to_nothing: set[str]) -> None:
    for number, name in STREAMS.items():
        if to_nothing & {number, "*"}:
            del getattr(ran, name)[marks[number] :]


STATEMENTS[tree.Pipeline] = compile_pipeline
