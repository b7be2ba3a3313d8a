"""What powershell.exe is asked to run: its switches, its script, the script's arguments."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from unyo.lab.terminals.machine.machine import Machine

_WITH_VALUE = (
    "executionpolicy",
    "ex",
    "ep",
    "exec",
    "inputformat",
    "outputformat",
    "windowstyle",
    "w",
    "version",
)
_WITHOUT = ("nop", "noprofile", "noni", "noninteractive", "nologo", "nol", "sta", "mta", "noexit")
_ENCODED = ("e", "ec", "enc", "encodedcommand")


@dataclass(frozen=True, slots=True)
class PowerShellCall:
    """A script and how it was given: ``encoded``, as a file, or on standard input (then it is used up)."""

    script: str
    encoded: bool = False
    is_file: bool = False
    used_input: bool = False
    positional: tuple[str, ...] = ()
    named: tuple[tuple[str, Any], ...] = field(default=())


class NoSuchFile(Exception):
    """-File names a script that is not there."""


def understand(machine: Machine, arguments: Sequence[str], stdin: str) -> PowerShellCall:
    """Read the switches; what is not known is not guessed. NoSuchFile where -File names nothing."""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name = word.lstrip("-/").lower() if word[:1] in "-/" and len(word) > 1 else ""
        if name in _WITH_VALUE and rest:
            rest.pop(0)
        elif name in _ENCODED and rest:
            return PowerShellCall(_decoded(machine, rest[0]), encoded=True)
        elif name in ("c", "command") and rest:
            return _command(" ".join(rest), stdin)
        elif name in ("f", "file") and rest:
            return _file(machine, rest[0], rest[1:], stdin)
        elif word == "-" or not name:
            return _command(" ".join((word, *rest)), stdin)
        elif name not in _WITHOUT:
            machine.unsupported(f"powershell.exe {word}")
    return _command("-", stdin)


def _command(text: str, stdin: str) -> PowerShellCall:
    if text == "-":
        return PowerShellCall(stdin, used_input=True)
    return PowerShellCall(text)


def _file(machine: Machine, path: str, arguments: Sequence[str], stdin: str) -> PowerShellCall:
    positional, named = _arguments(arguments)
    if path == "-":
        return PowerShellCall(stdin, is_file=True, used_input=True, positional=positional, named=named)
    found = machine.files.find(path)
    if found is None or found.folder:
        raise NoSuchFile(path)
    return PowerShellCall(_text(machine, found.data()), is_file=True, positional=positional, named=named)


def _arguments(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """Positional words and ``-Name value``, ``-Name:value`` or ``-Switch``."""
    positional: list[str] = []
    named: list[tuple[str, Any]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not (word.startswith("-") and word[1:2].isalpha()):
            positional.append(word)
            continue
        name, colon, value = word[1:].partition(":")
        if colon:
            named.append((name, {"$true": True, "$false": False}.get(value.lower(), value)))
        elif rest and not (rest[0].startswith("-") and rest[0][1:2].isalpha()):
            named.append((name, rest.pop(0)))
        else:
            named.append((name, True))
    return tuple(positional), tuple(named)


def _text(machine: Machine, data: bytes) -> str:
    """A script file's text; without a mark it is read in the machine's own code page, as 5.1 does."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("cp932" if machine.locale == "ja-JP" else "cp1252", "replace")


def _decoded(machine: Machine, text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError):
        machine.unsupported("powershell.exe -EncodedCommand with something that is not Base64 of UTF-16")
