"""win_stat, win_file, win_tempfile and slurp."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.files import File


@module("ansible.windows.win_stat")
def win_stat(task: Task) -> None:
    file = task.machine.files.find(task.text("path"))
    task.result["stat"] = {"exists": False} if file is None else _stat(task, file)


def _stat(task: Task, file: File) -> dict[str, Any]:
    flags = disk.attributes(file)
    stat: dict[str, Any] = {
        "exists": True,
        "attributes": ", ".join(flags),
        "isarchive": "Archive" in flags,
        "isdir": file.folder,
        "ishidden": file.hidden,
        "isjunction": False,
        "islnk": False,
        "isreadonly": file.read_only,
        "isreg": not file.folder,
        "isshared": False,
        "nlink": 1,
        "hlnk_targets": [],
        "creationtime": disk.seconds(file.created),
        "lastaccesstime": disk.seconds(file.modified),
        "lastwritetime": disk.seconds(file.modified),
        "path": file.path,
        "filename": file.name,
        "owner": disk.owner(task.machine, file),
    }
    if task["get_size"]:
        stat["size"] = disk.size(task.machine, file)
    if not file.folder:
        stat["extension"] = disk.extension(file.name)
        if task["get_checksum"]:
            stat["checksum"] = file.digest(task.text("checksum_algorithm").lower()).lower()
    return stat


@module("ansible.windows.slurp")
def slurp(task: Task) -> None:
    path = task.text("src")
    file = task.machine.files.find(path)
    if file is None:
        task.fail(f"Path {path} is not found")
    if file.folder:
        task.fail(f"Path {path} is a directory")
    task.result |= {"content": base64.b64encode(file.data()).decode(), "encoding": "base64"}


@module("ansible.windows.win_file")
def win_file(task: Task) -> None:
    path, state = task.text("path"), task.text("state").lower()
    machine = task.machine
    if task["_original_basename"] is not None and disk.is_folder(machine, path):
        path = disk.joined(path, task.text("_original_basename"))
    if state == "touch":
        _touch(task, path)
    file = machine.files.find(path)
    if file is None:
        _make(task, path, state or ("file" if disk.leaf(path) else "directory"))
    elif state == "absent":
        task.changed()
        if task.acts:
            machine.files.remove(path)
    elif state == "directory" and not file.folder:
        task.fail(f"path {path} is not a directory")
    elif state == "file" and file.folder:
        task.fail(f"path {path} is not a file")


def _touch(task: Task, path: str) -> None:
    task.changed()
    if task.check_mode:
        return
    file = task.machine.files.find(path)
    if file is None:
        disk.write(task.machine, path, b"")
    else:
        task.machine.files.put(replace(file, modified=task.machine.now()))


def _make(task: Task, path: str, state: str) -> None:
    if state == "file":
        task.fail(f"path {path} will not be created")
    if state != "directory":
        return
    task.changed()
    if task.acts:
        try:
            task.machine.files.make_folder(path, task.machine.now())
        except FileExistsError:
            task.fail(f"path {path} is not a directory")


@module("ansible.windows.win_tempfile")
def win_tempfile(task: Task) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz012345"
    middle = "".join(secrets.choice(letters) for _ in range(11))
    expand = task.surroundings.expand
    name = f"{expand(task.text('prefix'))}{middle[:8]}.{middle[8:]}{expand(task.text('suffix'))}"
    path = disk.joined(task.text("path"), name)
    task.result |= {"changed": True, "state": task["state"], "path": path}
    if task.check_mode:
        return
    if not disk.is_folder(task.machine, task.text("path")):
        task.fail(
            "No random temporary file worked in 5 attempts. "
            f"Error: Could not find a part of the path '{task['path']}'."
        )
    if task.text("state").lower() == "directory":
        task.machine.files.make_folder(path, task.machine.now())
    else:
        disk.write(task.machine, path, b"")
