"""The scripts that Ansible's connections and shell run beside modules: temporary folders and files."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.powershell_process import Finished

SideScript = Callable[[Surroundings, Mapping[str, Any], Sequence[str]], Finished]


def _said(text: str) -> Finished:
    return Finished(f"{text}\r\n".encode(), b"", 0)


def _failed(message: str) -> Finished:
    answer = {"failed": True, "msg": f"failure during exec_wrapper: {message}"}
    return Finished(json.dumps(answer).encode() + b"\r\n", b"", 1)


def make_temporary(surroundings: Surroundings, params: Mapping[str, Any], _: Sequence[str]) -> Finished:
    """powershell_mkdtemp.ps1."""
    path = f"{surroundings.expand(str(params['Directory']))}\\{params['Name']}"
    machine = surroundings.machine
    if machine.files.find(path) is not None:
        return _failed(f"An item with the specified name {path} already exists.")
    return _said(machine.files.make_folder(path, machine.now()).path)


def expand_user(surroundings: Surroundings, params: Mapping[str, Any], _: Sequence[str]) -> Finished:
    """powershell_expand_user.ps1."""
    path = str(params["Path"])
    if path == "~":
        return _said(surroundings.profile)
    if path.startswith("~\\"):
        return _said(f"{surroundings.profile}\\{path[2:]}")
    return _said(path)


def put_file(surroundings: Surroundings, params: Mapping[str, Any], extra: Sequence[str]) -> Finished:
    """winrm_put_file.ps1 and psrp_put_file.ps1: lines of Base64 become the file."""
    content = b"".join(base64.b64decode(line) for line in extra)
    machine, path = surroundings.machine, str(params["Path"])
    try:
        machine.files.write(path, content, machine.now())
    except FileNotFoundError:
        return _failed(
            f'Exception calling "Create" with "1" argument(s): "Could not find a part of the path \'{path}\'."'
        )
    except IsADirectoryError:
        return _failed(
            f'Exception calling "Create" with "1" argument(s): "Access to the path \'{path}\' is denied."'
        )
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return _said(json.dumps({"sha1": digest}))


def fetch_winrm(surroundings: Surroundings, params: Mapping[str, Any], _: Sequence[str]) -> Finished:
    """winrm_fetch_file.ps1: one piece of the file."""
    file = _wanted(surroundings, params)
    if file is None:
        return Finished(b"", f"{params['Path']} does not exist\r\n".encode(), 1)
    if file.folder:
        return _said("[DIR]")
    start = int(params["Offset"])
    piece = file.data()[start : start + int(params["BufferSize"])]
    return _said(base64.b64encode(piece).decode()) if piece else Finished(b"", b"", 0)


def fetch_psrp(surroundings: Surroundings, params: Mapping[str, Any], _: Sequence[str]) -> Finished:
    """psrp_fetch_file.ps1: the whole file in pieces."""
    file = _wanted(surroundings, params)
    if file is None:
        return Finished(b"", f"{params['Path']} does not exist\r\n".encode(), 0)
    if file.folder:
        return _said("[DIR]")
    data, size = file.data(), int(params["BufferSize"])
    pieces = [base64.b64encode(data[at : at + size]).decode() for at in range(0, len(data), size)]
    return _said("\r\n".join(["[FILE]", *pieces]))


def _wanted(surroundings: Surroundings, params: Mapping[str, Any]) -> File | None:
    return surroundings.machine.files.find(str(params["Path"]))


SIDE_SCRIPTS: Mapping[str, SideScript] = {
    "powershell_mkdtemp.ps1": make_temporary,
    "powershell_expand_user.ps1": expand_user,
    "winrm_put_file.ps1": put_file,
    "psrp_put_file.ps1": put_file,
    "winrm_fetch_file.ps1": fetch_winrm,
    "psrp_fetch_file.ps1": fetch_psrp,
}
