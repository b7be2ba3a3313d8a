"""Which compiler handles which construct, and the two shapes of compiled code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unyo.lab.terminals.powershell.conversion import is_list
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.parsing.tree import Expression, Node, Pipeline
from unyo.lab.terminals.powershell.values import NOTHING

Evaluate = Callable[[Frame], Any]
"""An expression: gives its value."""
Run = Callable[[Frame, list[Any]], None]
"""A statement: adds its output to the list."""

EXPRESSIONS: dict[type[Node], Callable[[Any], Evaluate]] = {}
STATEMENTS: dict[type[Node], Callable[[Any], Run]] = {}


def expression(node: Node) -> Evaluate:
    """Compile an expression; a statement in its place gives what it puts out."""
    compiler = EXPRESSIONS.get(type(node))
    return compiler(node) if compiler is not None else captured(statement(node))


def value_of(node: Node) -> Evaluate:
    """What an assignment or an entry of a hash literal takes: an expression's value as it is, any other statement's output."""
    only = plain(node)
    return expression(node if only is None else only)


def plain(node: Node) -> Node | None:
    """The expression that is all there is in a pipeline: no command, no redirection; else None."""
    if not isinstance(node, Pipeline) or len(node.elements) != 1:
        return None
    only = node.elements[0]
    return only.value if isinstance(only, Expression) and not only.redirections else None


def statement(node: Node) -> Run:
    """Compile a statement."""
    return STATEMENTS[type(node)](node)


def captured(run: Run) -> Evaluate:
    """What a statement puts out, as a value: nothing, the one object, or an array."""

    def evaluate(frame: Frame) -> Any:
        out: list[Any] = []
        run(frame, out)
        if len(out) == 1:
            return out[0]
        return out if out else NOTHING

    return evaluate


def emit(out: list[Any], value: Any) -> None:
    """Put an expression's value out: collections by their elements."""
    if value is NOTHING:
        return
    if isinstance(value, list) or is_list(value):
        out.extend(value)
    else:
        out.append(value)
