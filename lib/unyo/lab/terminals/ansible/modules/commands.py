"""win_shell and win_command."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta, timezone

from unyo.lab.terminals.ansible import disk
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.command_line import pipes_or_redirects, steps
from unyo.lab.terminals.execution import run_command
from unyo.lab.terminals.powershell_process import Encoding, Finished, run_powershell

_UTF8 = 65001
_CLIXML = re.compile(r"#< CLIXML.*?(<Objs.+</Objs>)", re.S)
_ERROR = re.compile(r'<S S="Error">(.*?)</S>', re.S)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}


def _skipped(task: Task) -> str | None:
    creates, removes = task.text("creates"), task.text("removes")
    if creates and disk.matches(task.machine, creates):
        return f"skipped, since {creates} exists"
    if removes and not disk.matches(task.machine, removes):
        return f"skipped, since {removes} does not exist"
    return None


@module("ansible.windows.win_shell")
def win_shell(task: Task) -> None:
    command = task.text("_raw_params").strip()
    if skipped := _skipped(task):
        task.result = {"msg": skipped, "cmd": command, "changed": False, "skipped": True, "rc": 0}
        return
    task.result |= {"changed": True, "cmd": command}
    began = datetime.now(timezone.utc)
    done = _shell(task, command)
    _report(task, done, began)
    task.result["stderr"] = _readable(task.result["stderr"])
    _fail_where_it_failed(task)


def _shell(task: Task, command: str) -> Finished:
    _refuse_unknown(task)
    executable = task.text("executable").lower().removesuffix(".exe")
    if executable in ("", "powershell"):
        if task["chdir"] is not None:
            command = (
                f"Set-Location -LiteralPath '{task.text('chdir').replace(chr(39), chr(39) * 2)}'\n{command}"
            )
        encoded = base64.b64encode(command.encode("utf-16-le")).decode()
        given = ["-noninteractive", "-encodedcommand", encoded]
        return run_powershell(task.machine, task.user, given, _stdin(task), Encoding("utf-8"))
    if executable.rpartition("\\")[2] != "cmd" or task["chdir"] is not None:
        task.unsupported("executable other than powershell and cmd, or chdir with cmd")
    return run_command(task.machine, task.user, "cmd.exe", ("/c", command), _stdin(task), _UTF8)


def _refuse_unknown(task: Task) -> None:
    if task["output_encoding_override"] is not None:
        task.unsupported("output_encoding_override")
    if any(not name.startswith("ANSIBLE_") for name in task.surroundings.extra):
        task.unsupported("environment variables for commands")


def _stdin(task: Task) -> bytes:
    return task.text("stdin").encode()


def _readable(text: str) -> str:
    """Format-Stderr: only the errors of CLIXML."""
    found = _CLIXML.search(text)
    if found is None:
        return text
    errors = "".join(_ERROR.findall(found[1])).replace("_x000D__x000A_", "")
    for entity, sign in _ENTITIES.items():
        errors = errors.replace(entity, sign)
    return errors.strip()


def _report(task: Task, done: Finished, began: datetime) -> None:
    ended = datetime.now(timezone.utc)
    task.result |= {
        "stdout": done.stdout.decode("utf-8", "replace"),
        "stderr": done.stderr.decode("utf-8", "replace"),
        "rc": done.exit_code,
        "start": f"{began:%Y-%m-%d %H:%M:%S.%f}",
        "end": f"{ended:%Y-%m-%d %H:%M:%S.%f}",
        "delta": _duration(ended - began),
    }


def _duration(delta: timedelta) -> str:
    return f"0:{delta.seconds // 60:02}:{delta.seconds % 60:02}.{delta.microseconds:06}"


def _fail_where_it_failed(task: Task) -> None:
    """What the simulation refused has been recorded by the machine, whatever the exit code says."""
    if task.result["rc"]:
        task.fail("non-zero return code")


@module("ansible.windows.win_command")
def win_command(task: Task) -> None:
    command = _command_line(task)
    task.result |= {"cmd": command, "rc": 0}
    if skipped := _skipped(task):
        task.result |= {"msg": skipped, "skipped": True}
        return
    _refuse_unknown(task)
    if task["chdir"] is not None:
        task.unsupported("chdir")
    if len(steps(command)) > 1 or pipes_or_redirects(command):
        task.unsupported("signs that only cmd understands")
    began = datetime.now(timezone.utc)
    done = run_command(task.machine, task.user, command, (), _stdin(task), _UTF8)
    task.changed()
    _report(task, done, began)
    _fail_where_it_failed(task)


def _command_line(task: Task) -> str:
    if task["cmd"]:
        return task.text("cmd")
    if task["_raw_params"]:
        return task.text("_raw_params").strip()
    return " ".join(_escaped(str(each)) for each in task["argv"])


def _escaped(argument: str) -> str:
    """As the C runtime reads it back."""
    if argument and not re.search(r'[\s"]', argument):
        return argument
    doubled = re.sub(r'(\\*)"', r'\1\1\\"', argument)
    return '"' + re.sub(r"(\\+)$", r"\1\1", doubled) + '"'
