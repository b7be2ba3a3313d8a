"""win_wait_for and async_status."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@module("ansible.windows.win_wait_for")
def win_wait_for(task: Task) -> None:
    path, port, state = task["path"], task["port"], task.text("state").lower()
    _refuse_contradictions(task, state)
    task.result["elapsed"] = 0
    began = time.monotonic()
    time.sleep(task["delay"] or 0)
    if path is None and port is None:
        if state == "drained":
            task.unsupported("state drained")
        time.sleep(task["timeout"])
    else:
        wanted = state in ("present", "started")
        test = _path_test(task) if path is not None else _port_test(task)
        _wait(task, lambda: test() is wanted, _late(task, wanted), began)
    task.result["elapsed"] = time.monotonic() - began


def _refuse_contradictions(task: Task, state: str) -> None:
    if task["port"] is not None and task["path"] is not None:
        task.fail("port and path parameter can not both be passed to win_wait_for")
    if task["exclude_hosts"] is not None and state != "drained":
        task.fail("exclude_hosts should only be with state=drained")
    if task["path"] is not None and state in ("stopped", "drained"):
        task.fail(f"state={state} should only be used for checking a port in the win_wait_for module")
    if task["port"] is not None and task["regex"] is not None:
        task.fail("regex should by used when checking a string in a file in the win_wait_for module")
    if state == "drained":
        task.unsupported("state drained")


def _path_test(task: Task) -> Callable[[], bool]:
    def present() -> bool:
        file = task.machine.files.find(task.text("path"))
        if file is None or task["regex"] is None:
            return file is not None
        return re.search(task.text("regex"), file.data().decode("utf-8", "replace"), re.I) is not None

    return present


def _port_test(task: Task) -> Callable[[], bool]:
    host, port = task.text("host"), int(task["port"])
    if host.lower() not in (*_LOOPBACK, task.machine.address, task.machine.name.lower(), task.machine.fqdn):
        task.unsupported("ports of other hosts")
    if port not in (5985, 5986):
        task.unsupported("ports other than those of WinRM")
    return lambda: task.machine.services.running("WinRM")


def _late(task: Task, wanted: bool) -> str:
    if task["port"] is not None:
        doing = "start" if wanted else "stop"
        return f"timeout while waiting for {task['host']}:{task['port']} to {doing} listening"
    if task["regex"] is not None:
        how = "match" if wanted else "not match"
        return f"timeout while waiting for string regex {task['regex']} in file {task['path']} to {how}"
    return f"timeout while waiting for file {task['path']} to be {'present' if wanted else 'absent'}"


def _wait(task: Task, done: Callable[[], bool], late: str, began: float) -> None:
    attempts, end = 0, time.monotonic() + task["timeout"]
    while time.monotonic() < end:
        attempts += 1
        task.machine.tick()
        if done():
            task.result["wait_attempts"] = attempts
            return
        time.sleep(min(task["sleep"], max(end - time.monotonic(), 0)))
    task.fail(late, elapsed=time.monotonic() - began, wait_attempts=attempts)


@module("ansible.windows.async_status")
def async_status(task: Task) -> None:
    job = task.text("jid")
    path = disk.joined(task.text("_async_dir"), job)
    file = task.machine.files.find(path)
    if file is None:
        task.fail(f"could not find job at '{task['_async_dir']}'", ansible_job_id=job, started=1, finished=1)
    if task.text("mode").lower() == "cleanup":
        task.machine.files.remove(path)
        task.result |= {"ansible_job_id": job, "erased": path}
        return
    task.result = {"changed": False, **json.loads(file.data())}
