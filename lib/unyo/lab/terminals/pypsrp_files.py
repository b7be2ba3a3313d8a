"""pypsrp's copy and fetch: their scripts are known by their text, and their effect on the files is simulated."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.shell import Ran

Transfer = Callable[[Machine, str, Sequence[Any], Sequence[Any]], Ran]
"""Machine, user, the script's arguments and its input."""


def transfer_of(script: str) -> Transfer | None:
    """What to do instead of the script, if it is one of the two."""
    return {_text("copy.ps1"): _copy, _text("fetch.ps1"): _fetch}.get(script)


@cache
def _text(name: str) -> str:
    from pypsrp._utils import get_pwsh_script

    return str(get_pwsh_script(name))


def _copy(machine: Machine, user: str, arguments: Sequence[Any], given: Sequence[Any]) -> Ran:
    """Lines of Base64 and a checksum become the file."""
    *parts, checksum = [base64.b64decode(line) for line in given]
    content = b"".join(parts)
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if digest != checksum.decode():
        return _failed(
            f"Transport failure, hash mismatch\r\nActual: {digest}\r\nExpected: {checksum.decode()}"
        )
    path = _path(machine, user, arguments)
    try:
        file = machine.files.write(path, content, machine.now())
    except FileNotFoundError:
        return _failed('Exception calling "Move" with "2" argument(s): "Could not find a part of the path."')
    except IsADirectoryError:
        return _failed(
            f'Exception calling "Delete" with "1" argument(s): "Access to the path \'{path}\' is denied."'
        )
    return Ran(output=[file.path])


def _fetch(machine: Machine, user: str, arguments: Sequence[Any], _: Sequence[Any]) -> Ran:
    path = _path(machine, user, arguments)
    file = machine.files.find(path)
    if file is None:
        return _failed(f"The path at '{path}' does not exist")
    if file.folder:
        return _failed(f"The path at '{path}' is a directory, src must be a file")
    data = file.data()
    digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return Ran(output=[base64.b64encode(data).decode(), digest] if data else [digest])


def _path(machine: Machine, user: str, arguments: Sequence[Any]) -> str:
    surroundings = Surroundings(machine, user)
    path, expand = str(arguments[0]), bool(arguments[1]) if len(arguments) > 1 else False
    path = surroundings.expand(path) if expand else path
    return path if path[1:2] == ":" else f"{surroundings.profile}\\Documents\\{path}"


def _failed(message: str) -> Ran:
    error = PowerShellError(message, "OperationStopped", terminating=True)
    return Ran(errors=[error], fatal=error, exit_code=1)
