"""Scopes and the state of one run: variables, functions, streams, preferences, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from unyo.lab.terminals.powershell.commands import MISSING, unsupported
from unyo.lab.terminals.powershell.conversion import to_bool, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.records import record_of
from unyo.lab.terminals.powershell.values import NetList, ScriptBlock, Table

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.powershell.shell import Ran, Shell

PREFERENCES = ("continue", "stop", "silentlycontinue", "ignore", "inquire")


class Session:
    """One run of one script."""

    def __init__(self, shell: Shell, ran: Ran, stdin: str) -> None:
        self.shell = shell
        self.machine: Machine = shell.machine
        self.ran = ran
        self.stdin = stdin
        self.strict = 0
        """Set-StrictMode: 1 unset variables, 2 missing properties too, 3 indexes beyond the end too."""
        self.try_depth = 0
        self.success = True
        self.errors = NetList()
        self.sink: list[Any] = ran.errors
        self.errors_redirected = False
        self.array_count = True
        """Whether arrays still have the Count that Remove-TypeData System.Array takes away."""
        self.environment = Table()
        self.function_names: set[str] = set()
        self.globals = Frame(self, None)
        self.depth = 0

    @property
    def warnings(self) -> list[str]:
        return self.ran.warnings

    @property
    def verbose(self) -> list[str]:
        return self.ran.verbose

    def remember(self, error: PowerShellError) -> None:
        """Put the error first into $Error."""
        record = record_of(error)
        if not self.errors or self.errors[0] is not record:
            self.errors.insert(0, record)

    def report(self, frame: Frame, error: PowerShellError, action: str = "") -> None:
        """A command's non-terminating error; raises where the action (or the preference) is Stop."""
        self.success = False
        action = error_action(action or frame.get("erroractionpreference"))
        if error.terminating or error.ends_script:
            raise error
        if action in ("stop", "inquire"):
            error.ends_script = True
            raise error
        if action == "ignore":
            return
        self.remember(error)
        if action == "continue":
            self.show(error)

    def statement_failed(self, frame: Frame, error: PowerShellError, line: int) -> None:
        """A terminating error reached its statement: on to the catch, the script's end, or the next statement."""
        error.line = error.line or line
        self.success = False
        if error.ends_script or self.try_depth:
            raise error
        action = error_action(frame.get("erroractionpreference"))
        if action in ("stop", "inquire"):
            error.ends_script = True
            raise error
        self.remember(error)
        if action == "continue":
            self.show(error)

    def show(self, error: PowerShellError) -> None:
        """To the error stream, or where 2>&1 and 2>$null lead it."""
        self.sink.append(error)

    def unsupported(self, what: str, line: int) -> NoReturn:
        """Refuse something of the language."""
        unsupported(self.machine, f"PowerShell {what} (line {line})")


def error_action(value: Any) -> str:
    """An ActionPreference in lower case; numbers are its enumeration."""
    if isinstance(value, int):
        return ("silentlycontinue", "stop", "continue", "inquire", "ignore")[value]
    text = to_text(value).lower()
    if text not in PREFERENCES:
        raise PowerShellError(
            f'Cannot convert value "{to_text(value)}" to type "System.Management.Automation.ActionPreference".',
            "InvalidArgument",
            terminating=True,
        )
    return text


class Frame:
    """One scope; a variable that is not here is looked for in the scope that called."""

    __slots__ = ("functions", "is_script", "parent", "session", "types", "variables")

    def __init__(self, session: Session, parent: Frame | None, is_script: bool = False) -> None:
        self.session = session
        self.parent = parent
        self.variables: dict[str, Any] = {}
        self.functions: dict[str, Any] = {}
        self.types: dict[str, Callable[[Any], Any]] = {}
        self.is_script = is_script

    def get(self, name: str, default: Any = None) -> Any:
        """A variable by its folded name, in this scope or one above."""
        frame: Frame | None = self
        while frame is not None:
            value = frame.variables.get(name, MISSING)
            if value is not MISSING:
                return value
            frame = frame.parent
        return default

    def set(self, name: str, value: Any) -> None:
        """Set a variable of this scope, converted where the variable has a type."""
        if self.types and name in self.types:
            value = self.types[name](value)
        self.variables[name] = value

    def scope(self, name: str) -> Frame:
        """The frame that local:, private:, script: or global: means."""
        if name in ("", "local", "private"):
            return self
        frame: Frame = self
        while frame.parent is not None and not (name == "script" and frame.is_script):
            frame = frame.parent
        return frame

    def function(self, name: str) -> Any:
        """A function by its folded name, or None."""
        if name not in self.session.function_names:
            return None
        frame: Frame | None = self
        while frame is not None:
            found = frame.functions.get(name)
            if found is not None:
                return found
            frame = frame.parent
        return None

    def define(self, name: str, function: Any) -> None:
        """Define a function; its name may have a scope before it."""
        scope, colon, bare = name.partition(":")
        if not colon:
            scope, bare = "", scope
        self.scope(scope.lower()).functions[bare.lower()] = function
        self.session.function_names.add(bare.lower())

    def invoke_here(self, block: ScriptBlock, item: Any, arguments: list[Any]) -> list[Any]:
        """Run a script block in this scope, as Where-Object and ForEach-Object do."""
        out: list[Any] = []
        block.code.run_here(self, item, arguments, out)
        return out

    def should_process(self, target: str, action: str, what_if: Any) -> bool:
        """ShouldProcess: says what it would do, and False, under -WhatIf."""
        if what_if is None:
            what_if = self.get("whatifpreference", False)
        if to_bool(what_if):
            self.session.ran.host.append(
                f'What if: Performing the operation "{action}" on target "{target}".'
            )
            return False
        return True
