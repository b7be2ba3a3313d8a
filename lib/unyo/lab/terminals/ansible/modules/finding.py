"""win_find."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.files import File

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@module("ansible.windows.win_find")
def win_find(task: Task) -> None:
    task.result |= {"examined": 0, "matched": 0, "files": []}
    age = _amount(task, "age", _SECONDS)
    size = _amount(task, "size", _BYTES)
    seen: dict[str, File] = {}
    for path in task["paths"]:
        folder = task.machine.files.find(str(path))
        if folder is None:
            task.warn(f"Argument path '{path}' does not exist or is not accessible, skipping")
        elif not folder.folder:
            task.warn(f"Argument path '{path}' is a file not a directory, skipping")
        else:
            seen |= {file.path.lower(): file for file in _walk(task, folder.path, task["depth"] or 0)}
    found = [file for file in seen.values() if _fits(task, file, age, size)]
    task.result["examined"] = len(seen)
    task.result["matched"] = len(found)
    task.result["files"] = [_info(task, file) for file in sorted(found, key=lambda file: file.path.lower())]


def _walk(task: Task, path: str, depth: int) -> Iterator[File]:
    for child in task.machine.files.children(path):
        if child.folder and task["recurse"] and depth != 1:
            yield from _walk(task, child.path, depth - 1)
        yield child


def _amount(task: Task, name: str, units: dict[str, int]) -> int | None:
    if task[name] is None:
        return None
    found = re.fullmatch(rf"(-?\d+)({'|'.join(units)})?", task.text(name), re.I)
    if found is None:
        task.fail(f"Invalid {name} pattern specified")
    return int(found[1]) * units[(found[2] or next(iter(units))).lower()]


def _fits(task: Task, file: File, age: int | None, size: int | None) -> bool:
    wanted = task.text("file_type").lower()
    return (
        (wanted == "any" or (wanted == "directory") == file.folder)
        and (bool(task["hidden"]) or not file.hidden)
        and _named(task, file)
        and (age is None or _old(task, file, age))
        and (size is None or (file.length >= size if size >= 0 else file.length <= -size))
    )


def _old(task: Task, file: File, age: int) -> bool:
    stamp: datetime = file.created if task.text("age_stamp").lower() == "ctime" else file.modified
    limit = task.machine.now() - timedelta(seconds=abs(age))
    return stamp <= limit if age >= 0 else stamp >= limit


def _named(task: Task, file: File) -> bool:
    patterns = task["patterns"]
    if patterns is None:
        return True
    if not task["use_regex"]:
        return any(fnmatch.fnmatchcase(file.name.lower(), str(each).lower()) for each in patterns)
    flags = 0 if task["case_sensitive"] else re.IGNORECASE
    return any(re.search(str(each), file.name, flags) for each in patterns)


def _info(task: Task, file: File) -> dict[str, Any]:
    flags = disk.attributes(file)
    wants_checksum = task["get_checksum"] and not file.folder
    return {
        "attributes": ", ".join(flags),
        "checksum": file.digest(task.text("checksum_algorithm").lower()).lower() if wants_checksum else None,
        "creationtime": disk.seconds(file.created),
        "exists": True,
        "extension": None if file.folder else disk.extension(file.name),
        "filename": file.name,
        "hlnk_targets": [],
        "isarchive": "Archive" in flags,
        "isdir": file.folder,
        "ishidden": file.hidden,
        "isjunction": False,
        "islnk": False,
        "isreadonly": file.read_only,
        "isreg": not file.folder,
        "isshared": False,
        "lastaccesstime": disk.seconds(file.modified),
        "lastwritetime": disk.seconds(file.modified),
        "lnk_source": None,
        "lnk_target": None,
        "nlink": 1,
        "owner": disk.owner(task.machine, file),
        "path": file.path,
        "sharename": None,
        "size": None if file.folder else file.length,
    }
