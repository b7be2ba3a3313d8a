"""Command lines on a simulated terminal: cmd's own commands, PowerShell, programs, Ansible's manifests."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.command_line import Step, pipes_or_redirects, steps, words
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.powershell_process import (
    Encoding,
    Finished,
    encoding_of,
    is_powershell,
    run_powershell,
)

__all__ = ["Finished", "run_command", "starts_powershell"]


@dataclass(frozen=True, slots=True)
class _Session:
    machine: Machine
    user: str
    encoding: Encoding


def run_command(
    machine: Machine,
    user: str,
    command: str,
    arguments: tuple[str, ...],
    stdin: bytes,
    codepage: int | None,
    *,
    through_cmd: bool = True,
) -> Finished:
    """Run a command line as ``cmd /c`` does, or straight as a program; bytes are in the code page.

    What lies beyond the simulation is remembered by the fleet and says so on stderr, with exit code 1.
    """
    session = _Session(machine, user, encoding_of(machine, codepage))
    line = " ".join((command, *arguments))
    try:
        return _run_line(session, line, stdin) if through_cmd else _run_straight(session, line, stdin)
    except Unsupported as error:
        return Finished(b"", session.encoding.encode(f"{error}\r\n"), 1)


def starts_powershell(command: str, arguments: tuple[str, ...] = ()) -> bool:
    """Whether a command line begins by starting PowerShell."""
    first = words(" ".join((command, *arguments)))[:3]
    while first and first[0].lower() in ("cmd", "cmd.exe", "/c"):
        first = first[1:]
    return bool(first) and is_powershell(first[0])


def _run_line(session: _Session, line: str, stdin: bytes) -> Finished:
    stdout, stderr, code = b"", b"", 0
    for step in steps(line):
        if (step.joined == "&&" and code) or (step.joined == "||" and not code) or not step.text:
            continue
        done = _run_step(session, step, stdin)
        stdout, stderr, code = stdout + done.stdout, stderr + done.stderr, done.exit_code
        if step.text.lower().split()[0] == "exit":
            break
    return Finished(stdout, stderr, code)


def _run_step(session: _Session, step: Step, stdin: bytes) -> Finished:
    first = (words(step.text) or [""])[0].lower()
    if pipes_or_redirects(step.text):
        session.machine.unsupported("cmd: a pipe or a redirection")
    own = _own_command(session, first, step.text)
    return own if own is not None else _run_straight(session, step.text, stdin)


def _run_straight(session: _Session, line: str, stdin: bytes) -> Finished:
    """One program with its arguments."""
    first, *rest = words(line) or [""]
    if is_powershell(first):
        return run_powershell(session.machine, session.user, rest, stdin, session.encoding)
    if first.lower() in ("cmd", "cmd.exe"):
        return _run_cmd(session, line, stdin)
    return _run_program(session, first, rest, stdin)


def _run_cmd(session: _Session, text: str, stdin: bytes) -> Finished:
    inner = text.split(None, 1)[1] if " " in text else ""
    switch, _, line = inner.partition(" ")
    if switch.lower() not in ("/c", "/s", "/d", "/q"):
        session.machine.unsupported(f"cmd {switch or 'without /c'}")
    if switch.lower() != "/c":
        return _run_cmd(session, f"cmd {line}", stdin)
    line = line.strip()
    if line.count('"') == 2 and line.startswith('"') and line.endswith('"'):
        line = line[1:-1]
    return _run_line(session, line, stdin)


def _own_command(session: _Session, name: str, text: str) -> Finished | None:
    """The commands that cmd carries out by itself; None for all others."""
    rest = Surroundings(session.machine, session.user).expand(text[len(name) :].lstrip())
    match name:
        case "echo":
            return Finished(session.encoding.encode(f"{rest}\r\n"), b"", 0)
        case "exit":
            code = rest.removeprefix("/b").removeprefix("/B").strip()
            return Finished(b"", b"", int(code) if code.lstrip("-").isdigit() else 0)
        case "ver":
            windows = session.machine.identity.windows
            said = f"\r\nMicrosoft Windows [Version {windows.version}.{windows.revision}]\r\n"
            return Finished(session.encoding.encode(said), b"", 0)
        case "rem" | "chcp" | "cd" | "set" | "type" | "dir" | "copy" | "del" | "md" | "rd" if name != "rem":
            session.machine.unsupported(f"cmd: {name}")
        case "rem":
            return Finished(b"", b"", 0)
    return None


def _run_program(session: _Session, name: str, arguments: list[str], stdin: bytes) -> Finished:
    """A program, called as PowerShell calls it, for that is where the simulated programs are known."""
    quoted = " ".join("'" + word.replace("'", "''") + "'" for word in (name, *arguments))
    script = f"& {quoted}\nexit $LASTEXITCODE"
    given = ["-NonInteractive", "-Command", script]
    return run_powershell(session.machine, session.user, given, stdin, session.encoding)
