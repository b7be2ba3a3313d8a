"""powershell.exe as a process: its switches, standard input, and the bytes it leaves on its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.powershell_call import NoSuchFile, understand

_ERROR_MARK = "#< CLIXML\r\n"
_BAD_FILE = -196608


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process left: bytes on its two streams and an exit code."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a console writes and reads text: the code page that the client asked for, or the machine's own."""

    name: str

    def encode(self, text: str) -> bytes:
        """What the code page has no place for becomes a question mark."""
        return text.encode(self.name, "replace")

    def decode(self, data: bytes) -> str:
        return data.decode(self.name, "replace")


def encoding_of(machine: Machine, codepage: int | None) -> Encoding:
    """Shift_JIS where the knob says so, else the wanted code page, else the locale's own."""
    if machine.knobs.answers_in_cp932:
        return Encoding("cp932")
    page = codepage or (932 if machine.locale == "ja-JP" else 437)
    return Encoding("utf-8" if page == 65001 else f"cp{page}")


def is_powershell(word: str) -> bool:
    return word.lower().rpartition("\\")[2] in ("powershell", "powershell.exe")


def run_powershell(
    machine: Machine, user: str, arguments: Sequence[str], stdin: bytes, encoding: Encoding
) -> Finished:
    """Run powershell.exe with its arguments; Ansible's manifests go to the simulated modules."""
    from unyo.lab.terminals.pipeline import Part, written_out
    from unyo.lab.terminals.powershell.shell import Shell

    try:
        call = understand(machine, arguments, encoding.decode(stdin))
    except NoSuchFile as missing:
        return Finished(encoding.encode(_no_such_file(str(missing))), b"", _BAD_FILE)
    if call.encoded and b"\n\0\0\0\0\n" in stdin.replace(b"\r\n", b"\n"):
        from unyo.lab.terminals.ansible.running import run_manifest

        return run_manifest(machine, user, stdin)
    text = "" if call.used_input else encoding.decode(stdin)
    lines = text.splitlines() if text else None
    written = written_out([Part(call.script, True, call.positional, call.named)])
    ran = Shell(machine, user).run(
        written.text, written.arguments, lines, variables=written.variables, stdin=text
    )
    shown = [*ran.host, *output_lines(machine, ran.output)]
    stdout = encoding.encode("".join(f"{line}\r\n" for line in shown))
    # A script file that has reached its end gives 0, whatever its last command did.
    code = 0 if call.is_file and not (ran.exited or ran.fatal) else ran.exit_code
    return Finished(stdout, encoding.encode(_stderr(ran, call.encoded)), code)


def _no_such_file(path: str) -> str:
    return (
        f"The argument '{path}' to the -File parameter does not exist. Provide the path to an existing '.ps1' "
        "file as an argument to the -File parameter.\r\n"
    )


def output_lines(machine: Machine, output: Sequence[Any]) -> list[str]:
    """Output objects as the console shows them; of objects only those that have a text of their own."""
    from unyo.lab.terminals.powershell.conversion import to_text
    from unyo.lab.terminals.powershell.values import Item, Table

    lines: list[str] = []
    for value in output:
        if isinstance(value, Table) or (isinstance(value, Item) and value.text is None):
            kind = value.type_name if isinstance(value, Item) else "a hashtable"
            machine.unsupported(f"powershell.exe: the console's formatting of {kind}")
        if isinstance(value, list):
            lines += output_lines(machine, value)
        elif value is not None:
            lines += to_text(value).split("\n")
    return [line.rstrip("\r") for line in lines]


def _stderr(ran: Any, encoded: bool) -> str:
    """Errors and warnings: plain text, or CLIXML where -EncodedCommand was given, as Windows does it."""
    pairs = [("Error", line) for error in ran.errors for line in _error_lines(error)]
    if not encoded:
        return "".join(f"{line}\r\n" for _, line in pairs)
    pairs += [("warning", line) for line in ran.warnings] + [("verbose", line) for line in ran.verbose]
    if not pairs:
        return ""
    inner = "".join(f'<S S="{stream}">{escape(line)}_x000D__x000A_</S>' for stream, line in pairs)
    schema = "http://schemas.microsoft.com/powershell/2004/04"
    return f'{_ERROR_MARK}<Objs Version="1.1.0.1" xmlns="{schema}">{inner}</Objs>'


def _error_lines(error: Any) -> list[str]:
    """An error as the console formats it."""
    head = f"{error.command} : {error.message}" if error.command else str(error.message)
    exception = error.exception.rpartition(".")[2]
    return [
        *head.splitlines(),
        f"    + CategoryInfo          : {error.category}: (:) [{error.command}], {exception}",
        f"    + FullyQualifiedErrorId : {error.fully_qualified_id or error.message}",
        " ",
    ]
