"""Binding of a call's words to parameters; the names are resolved once per place and signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import NOTHING, Table

Evaluate = Callable[[Any], Any]
COMMON_SWITCHES = {"verbose": "Verbose", "vb": "Verbose", "debug": "Debug", "db": "Debug"}
COMMON_VALUES = {
    "erroraction": "ErrorAction",
    "ea": "ErrorAction",
    "warningaction": "WarningAction",
    "wa": "WarningAction",
    "informationaction": "InformationAction",
    "infa": "InformationAction",
    "errorvariable": "ErrorVariable",
    "ev": "ErrorVariable",
    "warningvariable": "WarningVariable",
    "wv": "WarningVariable",
    "outvariable": "OutVariable",
    "ov": "OutVariable",
    "outbuffer": "OutBuffer",
    "ob": "OutBuffer",
    "pipelinevariable": "PipelineVariable",
    "pv": "PipelineVariable",
}
SHOULD_PROCESS = {"whatif": "WhatIf", "wi": "WhatIf", "confirm": "Confirm", "cf": "Confirm"}


@dataclass(frozen=True)
class Word:
    """One word of a call as compiled: a parameter's name, a value, both, or a splat."""

    name: str | None
    value: Evaluate | None
    splat: bool = False
    joined: bool = False
    """The value stood behind a colon."""


@dataclass(frozen=True)
class Signature:
    """What can be bound: names in any spelling → canonical, which of them are switches, what positions mean."""

    names: dict[str, str]
    switches: frozenset[str]
    positional: tuple[str, ...]
    rest: str | None = None
    common: bool = True
    should_process: bool = False
    loose: bool = False
    """A simple function: unknown names and further values go to $args."""

    def resolve(self, name: str) -> str | None:
        """The canonical name: exact, a common parameter, or an unambiguous beginning."""
        folded = name.lower()
        found = self.names.get(folded)
        if found is not None:
            return found
        extra: dict[str, str] = {}
        if self.common:
            extra = {**COMMON_SWITCHES, **COMMON_VALUES}
            if self.should_process:
                extra |= SHOULD_PROCESS
            if folded in extra:
                return extra[folded]
        candidates = {full for spelled, full in {**extra, **self.names}.items() if spelled.startswith(folded)}
        return candidates.pop() if len(candidates) == 1 else None

    def is_switch(self, canonical: str) -> bool:
        """Whether the parameter takes no value."""
        return canonical in self.switches or canonical in ("Verbose", "Debug", "WhatIf", "Confirm")


def signature_of(
    parameters: tuple[str, ...],
    switches: tuple[str, ...],
    positional: tuple[str, ...],
    aliases: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> Signature:
    """A signature from canonical names and (alias, canonical) pairs."""
    names = {name.lower(): name for name in parameters}
    names.update({alias.lower(): name for alias, name in aliases})
    return Signature(names, frozenset(switches), positional, **more)


@dataclass
class Bound:
    """The outcome of binding one call."""

    arguments: dict[str, Any] = field(default_factory=dict)
    common: dict[str, Any] = field(default_factory=dict)
    unbound: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """A call's words sorted out once: named ones, positional ones, splats."""

    named: tuple[tuple[str, Evaluate | None, bool], ...]
    positional: tuple[Evaluate, ...]
    splats: tuple[Evaluate, ...]


def plan(words: tuple[Word, ...], signature: Signature, fail: Callable[[str], Any]) -> Plan:
    """Sort out a call's words; `fail(message)` is called for a name that the signature does not know."""
    named: list[tuple[str, Evaluate | None, bool]] = []
    positional: list[Evaluate] = []
    splats: list[Evaluate] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.splat:
            assert word.value is not None
            splats.append(word.value)
        elif word.name is None:
            assert word.value is not None
            positional.append(word.value)
        else:
            canonical = signature.resolve(word.name)
            if canonical is None:
                if not signature.loose:
                    fail(word.name)
                positional.append(_constant(f"-{word.name}"))
                if word.value is not None:
                    positional.append(word.value)
            elif signature.is_switch(canonical):
                named.append((canonical, word.value, True))
            elif word.joined:
                named.append((canonical, word.value, False))
            elif at < len(words) and words[at].name is None and not words[at].splat:
                named.append((canonical, words[at].value, False))
                at += 1
            else:
                raise missing_argument(word.name)
    return Plan(tuple(named), tuple(positional), tuple(splats))


def _constant(value: Any) -> Evaluate:
    return lambda frame: value


def bind(plan: Plan, signature: Signature, frame: Any, fail: Callable[[str], Any]) -> Bound:
    """Evaluate a plan's words in a scope."""
    bound = Bound()
    for canonical, evaluate, is_switch in plan.named:
        value = True if evaluate is None else evaluate(frame)
        _put(bound, signature, canonical, to_bool(value) if is_switch else value)
    values = [None if (value := evaluate(frame)) is NOTHING else value for evaluate in plan.positional]
    for evaluate in plan.splats:
        _splat(bound, signature, evaluate(frame), values, fail)
    for name in signature.positional:
        if not values:
            break
        if name not in bound.arguments:
            bound.arguments[name] = values.pop(0)
    if values and signature.rest is not None and signature.rest not in bound.arguments:
        bound.arguments[signature.rest] = values if len(values) > 1 else values[0]
        values = []
    if values and not signature.loose:
        raise binding_error(
            f"A positional parameter cannot be found that accepts argument '{to_text(values[0])}'.",
            "PositionalParameterNotFound",
        )
    bound.unbound = values
    return bound


def _splat(
    bound: Bound, signature: Signature, value: Any, values: list[Any], fail: Callable[[str], Any]
) -> None:
    if not isinstance(value, Table):
        values.extend(elements(value) if value is not None else [])
        return
    for key, each in value.items():
        canonical = signature.resolve(to_text(key))
        if canonical is None:
            fail(to_text(key))
            continue
        _put(bound, signature, canonical, to_bool(each) if signature.is_switch(canonical) else each)


def _put(bound: Bound, signature: Signature, canonical: str, value: Any) -> None:
    is_own = signature.names.get(canonical.lower()) == canonical
    target = bound.arguments if is_own else bound.common
    if canonical in target:
        raise binding_error(
            f"Cannot bind parameter because parameter '{canonical}' is specified more than once. To provide multiple "
            "values to parameters that can accept multiple values, use the array syntax.",
            "ParameterAlreadyBound",
        )
    target[canonical] = None if value is NOTHING else value


def binding_error(message: str, identity: str) -> PowerShellError:
    """An error of parameter binding."""
    return PowerShellError(
        message,
        "InvalidArgument",
        fully_qualified_id=identity,
        exception="System.Management.Automation.ParameterBindingException",
        terminating=True,
    )


def missing_argument(name: str) -> PowerShellError:
    """-Name without a value."""
    return binding_error(
        f"Missing an argument for parameter '{name}'. Specify a parameter and try again.", "MissingArgument"
    )


def unknown_parameter(name: str) -> PowerShellError:
    """A name that a function does not have."""
    return binding_error(
        f"A parameter cannot be found that matches parameter name '{name}'.", "NamedParameterNotFound"
    )
