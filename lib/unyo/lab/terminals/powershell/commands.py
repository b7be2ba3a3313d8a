"""The registry of cmdlets and programs, and what one call of them sees.

A cmdlet:

    @command("Get-Service", positional=("Name",), named=("DisplayName",), aliases=("gsv",))
    def get_service(call: Call) -> Iterable[Any]:
        for name in call.each("Name"):
            ...
            yield Item("System.ServiceProcess.ServiceController", {...})

It returns or yields its output objects (None: no output). A program returns its exit code:

    @program("auditpol.exe")
    def auditpol(call: ProgramCall) -> int:
        call.write("line")
        return 0
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import ScriptBlock

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.powershell.frames import Frame
    from unyo.lab.terminals.powershell.shell import Shell

Work = Callable[["Call"], "Iterable[Any] | None"]
MISSING: Any = object()


@dataclass(frozen=True)
class Command:
    """A cmdlet: what it is called, which parameters it knows, what it does."""

    name: str
    work: Work
    positional: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    rest: str | None = None
    """Takes all positional arguments that are left, as a list."""
    pipeline: str | None = None
    """The parameter that pipeline objects stand for (`call.each` reads both)."""
    parameter_aliases: tuple[tuple[str, str], ...] = ()
    should_process: bool = False
    """Knows -WhatIf and -Confirm."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter's canonical name but the common ones."""
        rest = () if self.rest is None else (self.rest,)
        return (*self.positional, *self.named, *rest, *self.switches)


@dataclass
class Call:
    """One call of a cmdlet: its machine, its bound arguments and its pipeline input."""

    command: Command
    frame: Frame
    arguments: dict[str, Any]
    """By canonical names; switches are bools and stand only where they were given."""
    pipeline: Iterator[Any]
    has_input: bool
    error_action: str
    line: int
    common: dict[str, Any] = field(default_factory=dict)

    @property
    def machine(self) -> Machine:
        return self.frame.session.machine

    @property
    def shell(self) -> Shell:
        return self.frame.session.shell

    @property
    def name(self) -> str:
        return self.command.name

    def get(self, name: str, default: Any = None) -> Any:
        """The argument, or `default` where it was not given."""
        return self.arguments.get(name, default)

    def given(self, name: str) -> bool:
        """Whether the argument stands in the call."""
        return name in self.arguments

    def values(self, name: str) -> list[Any]:
        """The argument as a list: nothing for an absent one, one element for a single value."""
        value = self.arguments.get(name)
        if value is None:
            return []
        return list(value) if isinstance(value, list) else [value]

    def each(self, name: str) -> Iterator[Any]:
        """The argument's elements, or the pipeline's objects where the argument was not given."""
        return iter(self.values(name)) if name in self.arguments else self.pipeline

    def write_error(self, error: PowerShellError) -> None:
        """Report an error and go on, unless -ErrorAction or $ErrorActionPreference says Stop."""
        error.line = error.line or self.line
        error.command = error.command or self.name
        self.frame.session.report(self.frame, error, self.error_action)

    def write_warning(self, text: str) -> None:
        """To the warning stream."""
        self.frame.session.warnings.append(text)

    def write_verbose(self, text: str) -> None:
        """To the verbose stream, whether it is shown or not."""
        self.frame.session.verbose.append(text)

    def should_process(self, target: str, action: str = "") -> bool:
        """False under -WhatIf (or $WhatIfPreference): say what would be done and do not do it."""
        return self.frame.should_process(target, action or self.name, self.common.get("WhatIf"))

    def invoke(self, block: ScriptBlock, item: Any = MISSING, arguments: Iterable[Any] = ()) -> list[Any]:
        """Run a script block in the caller's scope; `item` is its $_."""
        return self.frame.invoke_here(block, item, list(arguments))

    def unsupported(self, what: str) -> NoReturn:
        """Refuse what this cmdlet cannot simulate."""
        unsupported(self.machine, f"{self.name}: {what} (line {self.line})")


@dataclass
class ProgramCall:
    """One call of an external program."""

    frame: Frame
    name: str
    arguments: list[str]
    stdin: str = ""
    output: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    line: int = 0

    @property
    def machine(self) -> Machine:
        return self.frame.session.machine

    @property
    def shell(self) -> Shell:
        return self.frame.session.shell

    def write(self, text: str = "") -> None:
        """One or more lines to standard output."""
        self.output.extend(text.split("\n"))

    def write_error(self, text: str) -> None:
        """One or more lines to standard error."""
        self.errors.extend(text.split("\n"))

    def unsupported(self, what: str) -> NoReturn:
        """Refuse what this program cannot simulate."""
        unsupported(self.machine, f"{self.name}: {what}")


COMMANDS: dict[str, Command] = {}
ALIASES: dict[str, str] = {}
PROGRAMS: dict[str, Callable[[ProgramCall], int]] = {}


def command(
    name: str,
    *,
    positional: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
    switches: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    rest: str | None = None,
    pipeline: str | None = None,
    parameter_aliases: tuple[tuple[str, str], ...] = (),
    should_process: bool = False,
) -> Callable[[Work], Work]:
    """Register a cmdlet; `parameter_aliases` are pairs of (alias, canonical name)."""

    def register(work: Work) -> Work:
        if name.lower() in COMMANDS:
            raise ValueError(f"{name} is registered twice")
        COMMANDS[name.lower()] = Command(
            name, work, positional, named, switches, rest, pipeline, parameter_aliases, should_process
        )
        ALIASES.update({alias.lower(): name.lower() for alias in aliases})
        return work

    return register


def program(*names: str) -> Callable[[Callable[[ProgramCall], int]], Callable[[ProgramCall], int]]:
    """Register an external program, "auditpol.exe"; it is also found without ".exe" and by a full path."""

    def register(work: Callable[[ProgramCall], int]) -> Callable[[ProgramCall], int]:
        for name in names:
            if name.lower() in PROGRAMS:
                raise ValueError(f"{name} is registered twice")
            PROGRAMS[name.lower()] = work
        return work

    return register


def find_program(name: str) -> Callable[[ProgramCall], int] | None:
    """The program that a command word names."""
    bare = name.replace("/", "\\").rsplit("\\", 1)[-1].lower()
    return PROGRAMS.get(bare) or PROGRAMS.get(f"{bare}.exe")


def find_command(name: str) -> Command | None:
    """The cmdlet of that name or alias."""
    folded = name.lower()
    return COMMANDS.get(folded) or COMMANDS.get(ALIASES.get(folded, ""))


def unsupported(machine: Machine, text: str) -> NoReturn:
    """Let the machine record and refuse it."""
    machine.unsupported(text)
    raise AssertionError("machine.unsupported() returned")


@cache
def load() -> None:
    """Import every module that registers something: builtin_*.py here, and all of terminals/commands."""
    from unyo.lab.terminals import commands as windows
    from unyo.lab.terminals import powershell

    for module in pkgutil.iter_modules(powershell.__path__):
        if module.name.startswith("builtin_"):
            importlib.import_module(f"{powershell.__name__}.{module.name}")
    for module in pkgutil.walk_packages(windows.__path__, f"{windows.__name__}."):
        importlib.import_module(module.name)
