"""A PowerShell session on one machine for one user: run a script's text, get its output and its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.powershell import commands
from unyo.lab.terminals.powershell.binding import Bound, Plan, bind, unknown_parameter
from unyo.lab.terminals.powershell.compiling import compile_script
from unyo.lab.terminals.powershell.errors import (
    Beyond,
    Exit,
    Flow,
    OutsideSubset,
    ParseError,
    PowerShellError,
    Return,
)
from unyo.lab.terminals.powershell.frames import Frame, Session
from unyo.lab.terminals.powershell.functions import Code
from unyo.lab.terminals.powershell.surroundings import surround
from unyo.lab.terminals.powershell.values import Table

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine


@dataclass
class Ran:
    """What a script left: its output objects, its streams, how it ended."""

    output: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    """The PowerShellErrors of the error stream, in order; the fatal one is the last."""
    warnings: list[str] = field(default_factory=list)
    verbose: list[str] = field(default_factory=list)
    debug: list[str] = field(default_factory=list)
    host: list[str] = field(default_factory=list)
    """Lines of Write-Host."""
    stderr: list[str] = field(default_factory=list)
    """What programs wrote to standard error."""
    exit_code: int = 0
    """As `powershell.exe -Command` gives it: `exit N`, else 1 where the last command failed, else 0."""
    fatal: PowerShellError | None = None
    """The error that ended the script."""
    exited: bool = False
    """The script said `exit`."""
    succeeded: bool = True
    """$? at the end."""


class Shell:
    """Runs scripts on `machine` as `user`; every run has fresh variables."""

    def __init__(self, machine: Machine, user: str) -> None:
        self.machine = machine
        self.user = user
        commands.load()

    def run(
        self,
        text: str,
        arguments: Mapping[str, Any] | Sequence[Any] = (),
        input: Sequence[Any] | None = None,
        *,
        variables: Mapping[str, Any] | None = None,
        stdin: str = "",
    ) -> Ran:
        """Run a script: named or positional arguments, pipeline input, ready variables, the text on standard input.

        Errors of the script, also of its syntax, are in the answer; only Unsupported is raised.
        """
        ran = Ran()
        session = Session(self, ran, stdin)
        surround(session, variables or {})
        try:
            code = compile_script(text)
        except OutsideSubset as problem:
            session.unsupported(problem.message.removeprefix("SIMULATOR: unsupported "), problem.line)
        except ParseError as problem:
            _ended(session, problem)
            return ran
        try:
            self._run(code, session, arguments, input)
        except RecursionError:
            session.unsupported("recursion as deep as this", 0)
        except Beyond as limit:
            session.unsupported(str(limit), 0)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
            session.unsupported(f"evaluation, which failed: {problem!r}", 0)
        ran.succeeded = session.success and ran.fatal is None
        if not ran.exited:
            ran.exit_code = 0 if ran.succeeded else 1
        return ran

    def _run(
        self,
        code: Code,
        session: Session,
        arguments: Mapping[str, Any] | Sequence[Any],
        input: Sequence[Any] | None,
    ) -> None:
        frame = Frame(session, session.globals, is_script=True)
        try:
            bound = ready_arguments(code, arguments)
            code.run_in(frame, bound, iter(input or ()), input is not None, "", session.ran.output)
        except Exit as leaving:
            session.ran.exited = True
            session.ran.exit_code = leaving.code
        except (Return, Flow):
            pass
        except PowerShellError as error:
            _ended(session, error)


def _ended(session: Session, error: PowerShellError) -> None:
    """A terminating error reached the top."""
    session.remember(error)
    session.ran.errors.append(error)
    session.ran.fatal = error
    session.ran.exit_code = 1
    session.ran.succeeded = False


def ready_arguments(code: Code, arguments: Mapping[str, Any] | Sequence[Any]) -> Bound:
    """Ready values bound to a script's or a script block's parameters."""

    def fail(name: str) -> Any:
        raise unknown_parameter(name)

    ready: Any = Table(arguments) if isinstance(arguments, Mapping) else list(arguments)
    return bind(Plan((), (), (lambda frame: ready,)), code.signature, None, fail)
