"""A pipeline of commands from a remote client, written as a script that the simulated PowerShell runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.shell import Ran, Shell
from unyo.lab.terminals.powershell.values import Table
from unyo.lab.terminals.pypsrp_files import transfer_of

_MANIFEST_MARK = "\0\0\0\0"


@dataclass(frozen=True, slots=True)
class Part:
    """One command of a pipeline: a script's text or a command's name, and its arguments."""

    text: str
    is_script: bool
    positional: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    ends_statement: bool = False


@dataclass
class Written:
    """A script that stands for a pipeline, and the variables that hold its arguments."""

    text: str
    arguments: list[Any] | dict[str, Any]
    variables: dict[str, Any] = field(default_factory=dict)


def run_pipeline(machine: Machine, user: str, parts: Sequence[Part], given: Sequence[Any] | None) -> Ran:
    """Run a pipeline with its input objects (None: it takes no input).

    Ansible's manifests go to the simulated modules, pypsrp's own scripts to their simulated effect.
    """
    try:
        if given is not None and _MANIFEST_MARK in given:
            return _run_manifest(machine, user, given)
        transfer = transfer_of(parts[0].text)
        if transfer is not None:
            return transfer(machine, user, parts[0].positional, given or ())
        written = written_out(parts)
        return Shell(machine, user).run(written.text, written.arguments, given, variables=written.variables)
    except Unsupported as beyond:
        error = PowerShellError(str(beyond), "NotImplemented", terminating=True)
        return Ran(errors=[error], exit_code=1, fatal=error)


def written_out(parts: Sequence[Part]) -> Written:
    """The script; a single script stands for itself and gets its arguments directly."""
    if len(parts) == 1 and parts[0].is_script and not (parts[0].positional and parts[0].named):
        only = parts[0]
        return Written(only.text, dict(only.named) if only.named else list(only.positional))
    text, begins = "", True
    variables: dict[str, Any] = {}
    for number, part in enumerate(parts):
        call = f"& {{ {part.text}\n}}" if part.is_script else part.text
        if part.positional:
            variables[f"__positional{number}"] = list(part.positional)
            call += f" @__positional{number}"
        if part.named:
            variables[f"__named{number}"] = Table(dict(part.named))
            call += f" @__named{number}"
        text += call if begins else f" | {call}"
        begins = part.ends_statement
        if begins:
            text += "\n"
    return Written(text, [], variables)


def _run_manifest(machine: Machine, user: str, given: Sequence[Any]) -> Ran:
    from unyo.lab.terminals.ansible.running import run_manifest

    # Ansible sends the pieces of a file as lists of one text, which a pipeline enumerates.
    lines = (line for each in given for line in (each if isinstance(each, list) else [each]))
    done = run_manifest(machine, user, "\n".join(map(str, lines)).encode())
    ran = Ran(exit_code=done.exit_code, exited=done.exit_code != 0)
    ran.output = list(done.stdout.decode().splitlines())
    ran.errors = [PowerShellError(line) for line in done.stderr.decode().splitlines()]
    return ran
