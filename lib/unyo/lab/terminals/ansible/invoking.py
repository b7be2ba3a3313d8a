"""Run one module: arguments against its spec, its effect on the terminal, its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.ansible import registry
from unyo.lab.terminals.ansible.arguments import Checked, Wrong
from unyo.lab.terminals.ansible.legacy import flag
from unyo.lab.terminals.ansible.legacy import read as read_legacy
from unyo.lab.terminals.ansible.payload import Payload
from unyo.lab.terminals.ansible.spec import BasicSpec, LegacySpec, NoSpec, spec_of
from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.ansible.task import ModuleDone, ModuleFailed, Task, without
from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell_process import Finished

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine


def run_module(
    machine: Machine, surroundings: Surroundings, name: str, sent: Payload, arguments: Mapping[str, Any]
) -> Finished:
    """Run the module of this fully qualified name; Unsupported where it is not simulated."""
    work = registry.find(name)
    if work is None:
        machine.unsupported(f"module {name}")
    script = sent.script(str(sent.actions[-1].params["Script"]))
    spec = spec_of(script)
    if isinstance(spec, BasicSpec) and spec.fragment:
        spec = spec.joined("\n".join(sent.script(each) for each in sent.scripts if each.endswith(".psm1")))
    if isinstance(spec, NoSpec):
        machine.unsupported(f"module {name}: its arguments cannot be read from its script: {spec.reason}")
    task = Task(machine, surroundings, name, spec, {}, script=script)
    try:
        _prepare(task, arguments)
        work(task)
    except ModuleDone:
        pass
    except (ModuleFailed, PowerShellError) as error:
        return _failed(task, error)
    except (Unsupported, Wrong):
        raise
    except Exception as error:
        # What the error says could hold an argument, so only its kind is told.
        machine.unsupported(f"module {name}: {type(error).__name__} at {_where(error)}")
    return answered(task.answer(), 0)


def _prepare(task: Task, arguments: Mapping[str, Any]) -> None:
    """Fill in the task's parameters, or end it as Ansible would."""
    task.verbosity = int(arguments.get("_ansible_verbosity", 0))
    task.check_mode, task.diff_mode = flag(arguments, "check_mode"), flag(arguments, "diff")
    try:
        if isinstance(task.spec, BasicSpec):
            _prepare_basic(task, task.spec, arguments)
        elif isinstance(task.spec, LegacySpec):
            if task.check_mode and not task.spec.check_mode:
                _skip(task, "remote module does not support check mode")
            task.params = read_legacy(task.spec, arguments, task.surroundings)
    except Wrong as error:
        raise ModuleFailed(str(error)) from None


def _prepare_basic(task: Task, spec: BasicSpec, arguments: Mapping[str, Any]) -> None:
    checked = Checked(spec.table, arguments, task.surroundings, open_ended=spec.takes_anything)
    task.params, task.no_log = checked.params, checked.no_log
    checked.refuse_unknown()
    if checked.check_mode_unsupported:
        _skip(task, f"remote module ({task.name}) does not support check mode")
    checked.check()


def _skip(task: Task, message: str) -> None:
    task.result |= {"skipped": True, "msg": message}
    task.done()


def _failed(task: Task, error: ModuleFailed | PowerShellError) -> Finished:
    if isinstance(error, PowerShellError):
        message = f"Unhandled exception while executing module: {error.message}"
        return answered({"failed": True, "msg": without(message, task.no_log)}, 1)
    task.result |= error.extra
    task.result |= {"failed": True, "msg": without(error.message, task.no_log)}
    return answered(task.answer(), 1)


def answered(answer: Mapping[str, Any], exit_code: int) -> Finished:
    """The answer as a line of JSON in UTF-8."""
    return Finished(json.dumps(answer, ensure_ascii=False).encode() + b"\r\n", b"", exit_code)


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
