"""A PowerShell session on one machine for one user: run a script's text, get its output and its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.powershell.errors import PowerShellError

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine


@dataclass
class Ran:
    """What a script left: its output objects, its streams, how it ended."""

    output: list[Any] = field(default_factory=list)
    errors: list[PowerShellError] = field(default_factory=list)
    """What was written to the error stream, in order; the fatal one is the last."""
    warnings: list[str] = field(default_factory=list)
    verbose: list[str] = field(default_factory=list)
    debug: list[str] = field(default_factory=list)
    host: list[str] = field(default_factory=list)
    """Lines of Write-Host."""
    exit_code: int = 0
    """As powershell.exe gives it: `exit N`, 1 after a terminating error, else 0."""
    fatal: PowerShellError | None = None
    """The error that ended the script."""
    exited: bool = False
    """The script said `exit`."""


class Shell:
    """Runs scripts on `machine` as `user`; every run has fresh variables."""

    def __init__(self, machine: Machine, user: str) -> None:
        self.machine = machine
        self.user = user

    def run(
        self,
        text: str,
        arguments: Mapping[str, Any] | Sequence[Any] = (),
        input: Sequence[Any] = (),
        *,
        variables: Mapping[str, Any] | None = None,
        stdin: str = "",
        interactive: bool = False,
    ) -> Ran:
        """Run a script: named or positional arguments, pipeline input, ready variables, the text on standard input."""
        return Ran()
