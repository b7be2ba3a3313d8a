"""Script blocks and functions as they run: parameters, $args, begin, process and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from unyo.lab.terminals.powershell.binding import Bound, Signature, binding_error
from unyo.lab.terminals.powershell.commands import MISSING
from unyo.lab.terminals.powershell.conversion import elements, is_list, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError, Return
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.patterns import regex
from unyo.lab.terminals.powershell.values import NOTHING, Item, Table

Run = Callable[[Frame, list[Any]], None]
Check = Callable[[str, Any], None]
MAXIMUM_DEPTH = 80


@dataclass(frozen=True)
class Parameter:
    """A parameter of a script, function or script block, ready to bind."""

    name: str
    spelled: str
    default: Callable[[Frame], Any] | None
    cast: Callable[[Any], Any] | None
    empty: Any
    mandatory: bool
    allows: frozenset[str]
    checks: tuple[Check, ...]
    from_pipeline: bool
    from_property: bool
    names: tuple[str, ...]

    @property
    def takes_input(self) -> bool:
        """Whether pipeline objects can bind to it."""
        return self.from_pipeline or self.from_property

    def accept(self, value: Any) -> Any:
        """The value, converted and checked."""
        if self.mandatory:
            self._refuse_nothing(value)
        if self.cast is not None:
            try:
                value = self.cast(value)
            except PowerShellError as error:
                raise binding_error(
                    f"Cannot process argument transformation on parameter '{self.spelled}'. {error.message}",
                    "ParameterArgumentTransformationError",
                ) from None
        for check in self.checks:
            for each in elements(value) if is_list(value) else [value]:
                check(self.spelled, each)
        return value

    def _refuse_nothing(self, value: Any) -> None:
        reason = ""
        if value is None:
            reason = "" if "allownull" in self.allows else "null"
        elif value == "" and isinstance(value, str):
            reason = "" if "allowemptystring" in self.allows else "an empty string"
        elif is_list(value) and not len(value):
            reason = "" if "allowemptycollection" in self.allows else "an empty array"
        if reason:
            kind = {"null": "Null", "an empty string": "EmptyString", "an empty array": "EmptyArray"}[reason]
            raise binding_error(
                f"Cannot bind argument to parameter '{self.spelled}' because it is {reason}.",
                f"ParameterArgumentValidationError{kind}NotAllowed",
            )


@dataclass(frozen=True)
class Code:
    """A compiled script block."""

    text: str
    parameters: tuple[Parameter, ...]
    signature: Signature
    advanced: bool
    begin: Run | None
    process: Run | None
    end: Run | None

    def run_here(self, frame: Frame, item: Any, arguments: list[Any], out: list[Any]) -> None:
        """Run in the scope itself, with $_ = item (a cmdlet's script block)."""
        if self.parameters:
            child = Frame(frame.session, frame)
            if item is not MISSING:
                child.variables["_"] = item
            self.start(child, Bound(unbound=arguments), positional=True)
            self._body(child, out)
            return
        before = frame.variables.get("_", MISSING)
        if item is not MISSING:
            frame.variables["_"] = item
        if arguments:
            frame.variables["args"] = arguments
        try:
            self._body(frame, out)
        finally:
            if item is not MISSING:
                if before is MISSING:
                    frame.variables.pop("_", None)
                else:
                    frame.variables["_"] = before

    def _body(self, frame: Frame, out: list[Any]) -> None:
        for part in (self.begin, self.process, self.end):
            if part is not None:
                with suppress(Return):
                    part(frame, out)

    def start(
        self, frame: Frame, bound: Bound, positional: bool = False, waiting: Sequence[Parameter] = ()
    ) -> None:
        """Put the parameters into a new scope; those that wait for pipeline objects stay empty."""
        arguments = bound.arguments
        if positional:
            values = list(bound.unbound)
            for parameter in self.parameters:
                if values and parameter.spelled not in arguments:
                    arguments[parameter.spelled] = values.pop(0)
            bound.unbound = values
        frame.variables["args"] = bound.unbound
        given = Table()
        for parameter in self.parameters:
            if parameter.cast is not None:
                frame.types[parameter.name] = parameter.cast
            if parameter.spelled in arguments:
                value = parameter.accept(arguments[parameter.spelled])
                given[parameter.spelled] = value
            elif parameter in waiting:
                value = parameter.empty
            elif parameter.mandatory:
                raise binding_error(
                    "Cannot process command because of one or more missing mandatory parameters: "
                    f"{parameter.spelled}.",
                    "MissingMandatoryParameter",
                )
            elif parameter.default is not None:
                value = parameter.default(frame)
                value = None if value is NOTHING else value
                value = parameter.cast(value) if parameter.cast is not None else value
            else:
                value = parameter.empty
            frame.variables[parameter.name] = value
        frame.variables["psboundparameters"] = given
        self._common(frame, bound.common)

    @staticmethod
    def _common(frame: Frame, common: dict[str, Any]) -> None:
        if "ErrorAction" in common:
            frame.variables["erroractionpreference"] = common["ErrorAction"]
        if "WhatIf" in common:
            frame.variables["whatifpreference"] = common["WhatIf"]
        if common.get("Verbose"):
            frame.variables["verbosepreference"] = "Continue"

    def invoke(
        self,
        caller: Frame,
        bound: Bound,
        items: Iterator[Any],
        has_input: bool,
        name: str,
        new_scope: bool = True,
    ) -> list[Any]:
        """Call it in a new scope below the caller's (or, dot-sourced, in the caller's) and gather its output."""
        session = caller.session
        if session.depth >= MAXIMUM_DEPTH:
            raise PowerShellError(
                "The script failed due to call depth overflow.",
                "InvalidOperation",
                fully_qualified_id="CallDepthOverflow",
                exception="System.Management.Automation.ScriptCallDepthException",
                terminating=True,
            )
        frame = Frame(session, caller) if new_scope else caller
        out: list[Any] = []
        session.depth += 1
        try:
            self.run_in(frame, bound, items, has_input, name, out)
        except Return:
            pass
        finally:
            session.depth -= 1
        return out

    def run_in(
        self, frame: Frame, bound: Bound, items: Iterator[Any], has_input: bool, name: str, out: list[Any]
    ) -> None:
        """Run in a scope that is ready: parameters, begin, process for every object, end."""
        waiting = []
        if has_input:
            waiting = [
                each for each in self.parameters if each.takes_input and each.spelled not in bound.arguments
            ]
        self.start(frame, bound, waiting=waiting)
        frame.variables["myinvocation"] = invocation(name)
        frame.variables["pscmdlet"] = cmdlet(frame, name)
        if self.begin is not None:
            self.begin(frame, out)
        if self.process is not None or waiting:
            self._each(frame, waiting, items if has_input else iter([None]), has_input, out)
            if has_input:
                frame.variables["input"] = []
        elif has_input:
            frame.variables["input"] = list(items)
        if self.end is not None:
            self.end(frame, out)

    def _each(
        self, frame: Frame, waiting: list[Parameter], items: Iterator[Any], has_input: bool, out: list[Any]
    ) -> None:
        for item in items:
            if has_input:
                frame.variables["_"] = item
                frame.variables["input"] = [item]
            for parameter in waiting:
                frame.variables[parameter.name] = parameter.accept(_from_item(parameter, item))
            if self.process is not None:
                try:
                    self.process(frame, out)
                except Return:
                    continue


def _from_item(parameter: Parameter, item: Any) -> Any:
    """What a pipeline object gives to a parameter: a property of its name, or the object itself."""
    if parameter.from_property and isinstance(item, Item):
        for name in parameter.names:
            if name in item.properties:
                return item.properties[name]
    return item if parameter.from_pipeline else parameter.empty


def invocation(name: str) -> Item:
    """A minimal $MyInvocation."""
    command = Item("System.Management.Automation.CommandInfo", {"Name": name, "Path": None}, text=name)
    return Item(
        "System.Management.Automation.InvocationInfo",
        {"MyCommand": command, "InvocationName": name, "ScriptName": None, "ScriptLineNumber": 0, "Line": ""},
    )


def cmdlet(frame: Frame, name: str) -> Item:
    """$PSCmdlet: ShouldProcess, ShouldContinue, WriteError, ThrowTerminatingError, WriteObject's siblings."""

    def should_process(target: Any, action: Any = None, caption: Any = None) -> bool:
        if caption is not None:
            return frame.should_process(to_text(target), to_text(action), None)
        return frame.should_process(to_text(target), to_text(action) if action is not None else name, None)

    def write_error(record: Any) -> Any:
        frame.session.report(frame, record.error)
        return NOTHING

    def throw_terminating(record: Any) -> Any:
        record.error.terminating = True
        raise record.error

    def write_verbose(text: Any) -> Any:
        frame.session.verbose.append(to_text(text))
        return NOTHING

    return Item(
        "System.Management.Automation.PSScriptCmdlet",
        {"MyInvocation": frame.variables.get("myinvocation"), "ParameterSetName": "__AllParameterSets"},
        {
            "ShouldProcess": should_process,
            "ShouldContinue": lambda query, caption: True,
            "WriteError": write_error,
            "ThrowTerminatingError": throw_terminating,
            "WriteVerbose": write_verbose,
        },
    )


def check_set(allowed: list[str]) -> Check:
    """[ValidateSet(…)]."""

    def check(name: str, value: Any) -> None:
        if to_text(value).lower() not in [each.lower() for each in allowed]:
            raise binding_error(
                f"Cannot validate argument on parameter '{name}'. The argument \"{to_text(value)}\" does not belong to "
                f'the set "{",".join(allowed)}" specified by the ValidateSet attribute. Supply an argument that is in '
                "the set and then try the command again.",
                "ParameterArgumentValidationError",
            )

    return check


def check_range(low: Any, high: Any) -> Check:
    """[ValidateRange(low, high)]."""

    def check(name: str, value: Any) -> None:
        if not low <= value <= high:
            limit, word, than = (high, "maximum", "greater") if value > high else (low, "minimum", "less")
            raise binding_error(
                f"Cannot validate argument on parameter '{name}'. The {value} argument is {than} than the {word} "
                f"allowed range of {limit}. Supply an argument that is {'less' if value > high else 'greater'} than or "
                f"equal to {limit} and then try the command again.",
                "ParameterArgumentValidationError",
            )

    return check


def check_pattern(pattern: str) -> Check:
    """[ValidatePattern(…)]."""

    def check(name: str, value: Any) -> None:
        if regex(pattern).search(to_text(value)) is None:
            raise binding_error(
                f"Cannot validate argument on parameter '{name}'. The argument \"{to_text(value)}\" does not match the "
                f'"{pattern}" pattern. Supply an argument that matches "{pattern}" and try the command again.',
                "ParameterArgumentValidationError",
            )

    return check


def check_not_empty(name: str, value: Any) -> None:
    """[ValidateNotNullOrEmpty()]."""
    if value is None or value == "" or (is_list(value) and not len(value)):
        raise binding_error(
            f"Cannot validate argument on parameter '{name}'. The argument is null or empty. Provide an argument that is "
            "not null or empty, and then try the command again.",
            "ParameterArgumentValidationError",
        )
