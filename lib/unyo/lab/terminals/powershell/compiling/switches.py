"""The switch statement: every value against every clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unyo.lab.terminals.powershell.commands import MISSING
from unyo.lab.terminals.powershell.comparisons import equal
from unyo.lab.terminals.powershell.compiling.registry import STATEMENTS, Run, expression, statement, value_of
from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_text
from unyo.lab.terminals.powershell.errors import Break, Continue
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.patterns import matches_of, regex, wildcard
from unyo.lab.terminals.powershell.values import ScriptBlock

Holds = Callable[[Frame, Any, Any], bool]


def compile_switch(node: tree.Switch) -> Run:
    value, label = value_of(node.value), node.label
    holds = _test(node.flags)
    clauses = [
        (expression(condition), statement(body)) for condition, body in node.clauses if condition is not None
    ]
    defaults = [statement(body) for condition, body in node.clauses if condition is None]

    def one(frame: Frame, item: Any, out: list[Any]) -> None:
        matched = False
        for condition, body in clauses:
            if holds(frame, item, condition(frame)):
                matched = True
                body(frame, out)
        if not matched and defaults:
            defaults[0](frame, out)

    def run(frame: Frame, out: list[Any]) -> None:
        before = frame.variables.get("_", MISSING)
        try:
            for item in elements(value(frame)):
                frame.variables["_"] = item
                try:
                    one(frame, item, out)
                except Continue as jump:
                    if jump.label and jump.label != label:
                        raise
        except Break as jump:
            if jump.label and jump.label != label:
                raise
        finally:
            if before is MISSING:
                frame.variables.pop("_", None)
            else:
                frame.variables["_"] = before

    return run


def _test(flags: frozenset[str]) -> Holds:
    cased = "casesensitive" in flags

    def holds(frame: Frame, item: Any, condition: Any) -> bool:
        if isinstance(condition, ScriptBlock):
            return to_bool(frame.invoke_here(condition, item, []))
        if "regex" in flags:
            found = regex(to_text(condition), not cased).search(to_text(item))
            if found is not None:
                frame.variables["matches"] = matches_of(found)
            return found is not None
        if "wildcard" in flags:
            return wildcard(to_text(condition), not cased).match(to_text(item)) is not None
        return equal(item, condition, cased)

    return holds


STATEMENTS[tree.Switch] = compile_switch
