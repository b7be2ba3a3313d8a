"""Variables: reading by scope, $env:, automatic ones; assignment to variables, members, indexes and lists of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unyo.lab.terminals.powershell import members
from unyo.lab.terminals.powershell.casting import find_caster
from unyo.lab.terminals.powershell.commands import MISSING
from unyo.lab.terminals.powershell.compiling.registry import EXPRESSIONS, Evaluate, expression
from unyo.lab.terminals.powershell.conversion import elements, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.values import NOTHING, ScriptBlock

Store = Callable[[Frame, Any], None]
CONSTANTS = {"true": True, "false": False, "null": None}
SCOPES = ("local", "private", "script", "global")
UNKNOWN_HERE = frozenset(
    [
        "host",
        "pshome",
        "profile",
        "shellid",
        "nestedpromptlevel",
        "psculture",
        "psuiculture",
        "stacktrace",
        "sender",
        "event",
        "eventargs",
        "eventsubscriber",
        "foreach",
        "switch",
        "consolefilename",
        "executioncontext",
        "psdefaultparametervalues",
        "isps",
        "maximumhistorycount",
        "outputencoding",
        "iswindows",
        "islinux",
        "ismacos",
        "iscoreclr",
    ]
)
"""Automatic variables of a real session that the simulation does not have."""


def undefined(name: str) -> PowerShellError:
    """Strict mode's error for a variable that was never set."""
    return PowerShellError(
        f"The variable '${name}' cannot be retrieved because it has not been set.",
        "InvalidOperation",
        name,
        "VariableIsUndefined",
        terminating=True,
    )


def raw_variable(node: tree.Variable) -> Evaluate:
    """A variable as it is stored: NOTHING stays NOTHING, so that a pipeline sees no element."""
    name, line = node.name, node.line

    def read(frame: Frame) -> Any:
        at: Frame | None = frame
        while at is not None:
            value = at.variables.get(name, MISSING)
            if value is not MISSING:
                return value
            at = at.parent
        if name in UNKNOWN_HERE:
            frame.session.unsupported(f"variable ${name}", line)
        if frame.session.strict:
            raise undefined(name)
        return None

    return read


def compile_variable(node: tree.Variable) -> Evaluate:
    """$name."""
    name, line = node.name, node.line
    if node.scope in SCOPES:
        return _scoped(node)
    if node.scope == "env":
        return lambda frame: frame.session.environment.get(name)
    if node.scope == "variable":
        return raw_variable(node)
    if node.scope == "function":
        return lambda frame: _function_block(frame, name)
    if node.scope:
        return lambda frame: frame.session.unsupported(f"variable ${node.scope}:{name}", line)
    if name in CONSTANTS:
        constant = CONSTANTS[name]
        return lambda frame: constant
    if name == "?":
        return lambda frame: frame.session.success
    if name == "error":
        return lambda frame: frame.session.errors
    raw = raw_variable(node)

    def read(frame: Frame) -> Any:
        value = frame.variables.get(name, MISSING)
        if value is MISSING:
            value = raw(frame)
        return None if value is NOTHING else value

    return read


def _scoped(node: tree.Variable) -> Evaluate:
    name, scope = node.name, node.scope

    def read(frame: Frame) -> Any:
        value = frame.scope(scope).variables.get(name, MISSING)
        if value is MISSING:
            if frame.session.strict:
                raise undefined(f"{scope}:{name}")
            return None
        return None if value is NOTHING else value

    return read


def _function_block(frame: Frame, name: str) -> Any:
    code = frame.function(name)
    return None if code is None else ScriptBlock(code.text, code, frame)


EXPRESSIONS[tree.Variable] = compile_variable


def store(node: tree.Node) -> Store:
    """What an assignment to this target does."""
    if isinstance(node, tree.Variable):
        return _store_variable(node)
    if isinstance(node, tree.Cast):
        return _store_typed(node)
    if isinstance(node, tree.Member):
        return _store_member(node)
    if isinstance(node, tree.Index):
        return _store_index(node)
    if isinstance(node, tree.ArrayLiteral):
        return _store_many(node)
    if isinstance(node, tree.Paren) and isinstance(node.value, tree.Pipeline):
        only = node.value.elements[0]
        if isinstance(only, tree.Expression) and len(node.value.elements) == 1:
            return store(only.value)
    line = node.line
    return lambda frame, value: frame.session.unsupported("assignment to this expression", line)


def _store_variable(node: tree.Variable) -> Store:
    name, scope, line = node.name, node.scope, node.line
    if scope == "" and name in CONSTANTS and name != "null":

        def refuse(frame: Frame, value: Any) -> None:  # noqa: ARG001
            raise PowerShellError(
                f"Cannot overwrite variable {name} because it is read-only or constant.",
                "WriteError",
                name,
                "VariableNotWritable",
                exception="System.Management.Automation.SessionStateException",
                terminating=True,
            )

        return refuse
    if scope == "" and name == "null":
        return lambda frame, value: None
    if scope == "":
        return lambda frame, value: frame.set(name, value)
    if scope in SCOPES:
        return lambda frame, value: frame.scope(scope).set(name, value)
    if scope == "env":

        def set_environment(frame: Frame, value: Any) -> None:
            if value is None or value == "":
                frame.session.environment.pop(name, None)
            else:
                frame.session.environment[name] = to_text(value)

        return set_environment
    return lambda frame, value: frame.session.unsupported(f"assignment to ${scope}:{name}", line)


def _store_typed(node: tree.Cast) -> Store:
    cast, inner, line = find_caster(node.type_name), node.value, node.line
    if cast is None:
        return lambda frame, value: frame.session.unsupported(f"type [{node.type_name}]", line)
    if isinstance(inner, tree.Variable) and inner.scope in ("", *SCOPES):
        name, scope = inner.name, inner.scope

        def typed(frame: Frame, value: Any) -> None:
            target = frame.scope(scope)
            converted = cast(None if value is NOTHING else value)
            target.types[name] = cast
            target.variables[name] = converted

        return typed
    put = store(inner)
    return lambda frame, value: put(frame, cast(value))


def _store_member(node: tree.Member) -> Store:
    if node.static:
        line = node.line
        return _store_static(node, line)
    value, name = expression(node.value), expression(node.name)

    def put(frame: Frame, new: Any) -> None:
        members.write(value(frame), to_text(name(frame)), None if new is NOTHING else new)

    return put


def _store_static(node: tree.Member, line: int) -> Store:
    if not isinstance(node.value, tree.TypeName):
        return lambda frame, value: frame.session.unsupported("assignment to a static member", line)
    type_name, name = node.value.name, expression(node.name)
    return lambda frame, value: members.write_static(
        type_name, to_text(name(frame)), value, frame.session, line
    )


def _store_index(node: tree.Index) -> Store:
    value, key = expression(node.value), expression(node.index)

    def put(frame: Frame, new: Any) -> None:
        members.write_index(value(frame), key(frame), None if new is NOTHING else new)

    return put


def _store_many(node: tree.ArrayLiteral) -> Store:
    """$a, $b = values: the last one takes all that is left."""
    stores = [store(each) for each in node.values]

    def put(frame: Frame, value: Any) -> None:
        values = elements(value)
        for each in stores[:-1]:
            each(frame, values.pop(0) if values else None)
        stores[-1](frame, None if not values else values[0] if len(values) == 1 else values)

    return put
