"""win_copy in its four modes; win_template is the same on the terminal."""

from __future__ import annotations

import base64
import io
import os
import zipfile
from typing import Any

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.files import File


@module("ansible.windows.win_copy")
def win_copy(task: Task) -> None:
    match task.text("_copy_mode").lower():
        case "query":
            _query(task)
        case "explode":
            _explode(task)
        case "remote":
            _remote(task)
        case _:
            _single(task)


def _sha1(file: File) -> str:
    return file.digest("sha1").lower()


def _query(task: Task) -> None:
    """Which of the controller's files have to be sent."""
    files, folders = [], []
    for wanted in task["files"] or ():
        if _must_send(task, wanted):
            files.append(wanted)
    for wanted in task["directories"] or ():
        path = disk.joined(task.text("dest"), str(wanted["dest"]))
        if disk.is_file(task.machine, disk.parent(path)):
            task.fail(
                f"cannot copy folder to dest '{path}': object at parent directory path is already a file"
            )
        if disk.is_file(task.machine, path):
            task.fail(f"cannot copy folder to dest '{path}': object at path is already a file")
        if not disk.exists(task.machine, path):
            folders.append(wanted)
    task.result |= {"files": files, "directories": folders, "symlinks": []}


def _must_send(task: Task, wanted: dict[str, Any]) -> bool:
    path = disk.joined(task.text("dest"), str(wanted["dest"]))
    if disk.is_folder(task.machine, path):
        path = disk.joined(path, str(wanted["src"]).rpartition("/")[2])
    file = task.machine.files.find(path)
    if file is None:
        return True
    if file.folder:
        task.fail(f"cannot copy file to dest '{path}': object at path is already a directory")
    return bool(task["force"]) and _sha1(file) != wanted.get("checksum")


def _source(task: Task) -> File:
    file = task.machine.files.find(task.text("src"))
    if file is None or file.folder:
        task.fail(f"Cannot copy src file: '{task['src']}' as it does not exist")
    return file


def _explode(task: Task) -> None:
    file = task.machine.files.find(task.text("src"))
    if file is None or file.folder:
        task.fail(f"Cannot expand src zip file: '{task['src']}' as it does not exist")
    task.changed()
    if task.check_mode:
        return
    with zipfile.ZipFile(io.BytesIO(file.data())) as archive:
        for entry in archive.infolist():
            name = base64.b64decode(entry.filename.rstrip("/\\")).decode()
            path = disk.joined(task.text("dest"), name)
            if entry.is_dir():
                task.machine.files.make_folder(path, task.machine.now())
            else:
                task.machine.files.make_folder(disk.parent(path), task.machine.now())
                disk.write(task.machine, path, archive.read(entry))


def _target(task: Task, name: str) -> str:
    """The path of the copy, made sure that its folder is there."""
    dest = task.text("dest")
    inside = dest.endswith(("/", "\\")) or disk.is_folder(task.machine, dest)
    path = disk.joined(dest, name) if inside else dest
    above = disk.parent(path)
    if disk.is_file(task.machine, above):
        task.fail(f"object at destination parent dir '{above}' is currently a file")
    if not disk.exists(task.machine, above):
        if not inside:
            task.fail(f"Destination directory '{above}' does not exist")
        task.machine.files.make_folder(above, task.machine.now())
    return path


def _single(task: Task) -> None:
    file = _source(task)
    path = _target(task, task.text("_original_basename"))
    if task["backup"]:
        _back_up(task, path)
    disk.write(task.machine, path, file.data())
    task.changed()


def _back_up(task: Task, path: str) -> None:
    kept = task.machine.files.find(path)
    if kept is None:
        task.result["backup_file"] = None
        return
    name = f"{path}.{os.getpid()}.{task.machine.now():%Y%m%d-%H%M%S}.bak"
    task.result["backup_file"] = name
    if task.acts:
        disk.write(task.machine, name, kept.data())


def _remote(task: Task) -> None:
    source, machine = task.text("src"), task.machine
    task.result |= {"src": source, "dest": task["dest"]}
    file = machine.files.find(source)
    if file is None:
        task.fail(f"Cannot copy src file: '{source}' as it does not exist")
    if file.folder:
        path = _remote_folder(task, file)
    else:
        task.result |= {"operation": "file_copy", "original_basename": file.name}
        path = _target(task, file.name)
        task.result |= {"dest": path, "checksum": _sha1(file) if task["force"] else None}
        task.diff["prepared"] = _copy_file(task, file, path)
    copied = machine.files.find(path)
    task.result["size"] = None if copied is None else disk.size(machine, copied)


def _remote_folder(task: Task, folder: File) -> str:
    task.result["operation"] = "folder_copy"
    path = task.text("dest")
    if task.text("src").endswith(("/", "\\")):
        task.diff["prepared"] = "".join(
            _copy(task, child, disk.joined(path, child.name))
            for child in task.machine.files.children(folder.path)
        )
        return path
    path = disk.joined(path, folder.name)
    task.result["dest"] = path
    task.diff["prepared"] = _copy(task, folder, path)
    return path


def _copy(task: Task, file: File, path: str) -> str:
    """Copy a file or a folder with what is in it; gives the lines of the diff."""
    if not file.folder:
        return _copy_file(task, file, path)
    lines = ""
    if disk.is_file(task.machine, path):
        task.fail(f"cannot copy folder from '{file.path}' to '{path}': dest is already a file")
    if not disk.exists(task.machine, path):
        task.changed()
        lines = f"+{path}\\\n"
        if task.acts:
            task.machine.files.make_folder(path, task.machine.now())
    for child in task.machine.files.children(file.path):
        lines += _copy(task, child, disk.joined(path, child.name))
    return lines


def _copy_file(task: Task, file: File, path: str) -> str:
    kept = task.machine.files.find(path)
    if kept is not None and kept.folder:
        task.fail(f"cannot copy file from '{file.path}' to '{path}': dest is already a folder")
    if kept is not None and (not task["force"] or _sha1(kept) == _sha1(file)):
        return ""
    lines, above = "", disk.parent(path)
    if not disk.exists(task.machine, above):
        lines += f"+{above}\\\n"
        if task.acts:
            task.machine.files.make_folder(above, task.machine.now())
    if task["backup"]:
        _back_up(task, path)
    if kept is not None:
        lines += f"-{path}\n"
    task.changed()
    if task.acts:
        disk.write(task.machine, path, file.data())
    return f"{lines}+{path}\n"
