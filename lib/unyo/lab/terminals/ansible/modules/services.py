"""win_service."""

from __future__ import annotations

from dataclasses import replace

from unyo.lab.terminals.ansible.modules.service_words import account_name, dependents, fields_of, start_mode
from unyo.lab.terminals.ansible.principals import full_name
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.services import Service, StartMode
from unyo.lab.terminals.powershell.errors import PowerShellError, method_error

_MODES: dict[str, tuple[StartMode, bool]] = {
    "auto": ("Auto", False),
    "delayed": ("Auto", True),
    "manual": ("Manual", False),
    "disabled": ("Disabled", False),
}
_UNKNOWN_TO_THE_MACHINE = [
    "error_control",
    "failure_actions",
    "failure_actions_on_non_crash_failure",
    "failure_command",
    "failure_reboot_msg",
    "failure_reset_period_sec",
    "load_order_group",
    "pre_shutdown_timeout_ms",
    "required_privileges",
    "service_type",
    "sid_info",
]
_NOT_MAPPED = "System.Security.Principal.IdentityNotMappedException"
_ANY_CHANGE = (
    "description",
    "display_name",
    "dependencies",
    "path",
    "start_mode",
    "state",
    "username",
    "password",
)


def _find(task: Task, name: str) -> Service | None:
    found = task.machine.services.find(name)
    if found is not None:
        return found
    named = task.machine.services.table.where(lambda s: s.display_name.lower() == name.lower())
    return named[0] if named else None


@module("ansible.windows.win_service")
def win_service(task: Task) -> None:
    name = task.text("name")
    task.result["exists"] = False
    for odd in _UNKNOWN_TO_THE_MACHINE:
        if task[odd] is not None:
            task.unsupported(odd)
    if task["desktop_interact"]:
        task.unsupported("desktop_interact")
    service = _find(task, name)
    task.diff["before"] = fields_of(task, service) if service else ""
    if task.text("state").lower() == "absent":
        _remove(task, service)
        return
    wants = any(task[each] is not None for each in _ANY_CHANGE) or task.text("dependency_action") != "set"
    if service is None and not wants:
        task.diff["after"] = ""
        return
    created = service is None
    if service is None:
        service = _create(task, name)
    wanted = _configured(task, service, created)
    if wanted != service:
        task.changed()
        if task.acts:
            task.machine.services.put(wanted)
    final = _moved(task, wanted)
    task.diff["after"] = fields_of(task, final) | _said_password(task)
    _report(task, final)


def _said_password(task: Task) -> dict[str, str]:
    changed = task["password"] is not None and task.text("update_password") == "always"
    return {"password": "CHANGED REDACTED"} if changed else {}


def _remove(task: Task, service: Service | None) -> None:
    task.diff["after"] = ""
    if service is None:
        return
    task.changed()
    if task.acts:
        if service.running:
            _stop(task, service)
        del task.machine.services.table[service.name]


def _create(task: Task, name: str) -> Service:
    if task["path"] is None:
        task.fail(f"Service '{name}' is not installed, need to set 'path' to create a new service")
    service = Service(name, name, "Auto", running=False, path=task.surroundings.expand(task.text("path")))
    task.changed()
    if task.acts:
        task.machine.services.put(service)
    return service


def _configured(task: Task, service: Service, created: bool) -> Service:
    """The service with everything set but its state."""
    if task["username"] is not None:
        service = _with_account(task, service)
    if task["password"] is not None and (created or task.text("update_password") == "always"):
        task.changed()
    if task["dependencies"] is not None:
        service = replace(service, needs=_needs(task, service))
    if task["description"] is not None:
        service = replace(service, description=task.text("description"))
    if task["display_name"]:
        service = replace(service, display_name=task.text("display_name"))
    if task["path"] is not None:
        service = replace(service, path=task.surroundings.expand(task.text("path")))
    if task["start_mode"]:
        mode, delayed = _MODES[task.text("start_mode").lower()]
        service = replace(service, mode=mode, delayed=delayed)
    return service


def _with_account(task: Task, service: Service) -> Service:
    sid = task.surroundings.sid_of(task.text("username"))
    if sid is None:
        raise method_error(
            "Translate", 1, "Some or all identity references could not be translated.", _NOT_MAPPED
        )
    if sid == task.surroundings.sid_of(service.account):
        return service
    return replace(service, account="LocalSystem" if sid == "S-1-5-18" else full_name(task.machine, sid))


def _needs(task: Task, service: Service) -> tuple[str, ...]:
    wanted = [str(each) for each in task["dependencies"]]
    match task.text("dependency_action").lower():
        case "add":
            return tuple(dict.fromkeys((*service.needs, *wanted)))
        case "remove":
            return tuple(each for each in service.needs if each not in wanted)
        case _:
            return service.needs if set(wanted) == set(service.needs) else tuple(wanted)


def _moved(task: Task, service: Service) -> Service:
    """Start, stop or restart as asked; gives the service as it is afterwards (or would be)."""
    state = task.text("state").lower()
    match state:
        case "started" if not service.running:
            _start(task, service)
        case "stopped" if service.running:
            _stop(task, service)
        case "restarted":
            if service.running:
                _stop(task, service)
            _start(task, service)
        case "paused":
            task.fail(f"failed to pause service {service.name}: The service does not support pausing")
        case _:
            return service
    task.changed()
    return replace(service, running=state != "stopped")


def _start(task: Task, service: Service) -> None:
    if not task.acts:
        return
    if service.mode == "Disabled":
        raise _cannot(service, "started", "start")
    for need in service.needs:
        if (needed := task.machine.services.find(need)) and not needed.running:
            _start(task, needed)
    task.machine.services.change(service.name, running=True)


def _stop(task: Task, service: Service) -> None:
    if not task.acts:
        return
    dependents = task.machine.services.dependents(service.name)
    if dependents and not task["force_dependent_services"]:
        raise PowerShellError(
            f"Cannot stop service '{service.display_name} ({service.name})' because it has dependent services. "
            "It can only be stopped if the Force flag is set."
        )
    if not service.may_stop:
        raise _cannot(service, "stopped", "stop")
    for dependent in dependents:
        _stop(task, dependent)
    task.machine.services.change(service.name, running=False)


def _cannot(service: Service, done: str, verb: str) -> PowerShellError:
    return PowerShellError(
        f"Service '{service.display_name} ({service.name})' cannot be {done} due to the following error: "
        f"Cannot {verb} service {service.name} on computer '.'."
    )


def _report(task: Task, service: Service) -> None:
    account = account_name(task, service)
    system = task.surroundings.sid_of(service.account) == "S-1-5-18"
    task.result |= {
        "exists": True,
        "dependencies": list(service.needs),
        "description": service.description or None,
        "desktop_interact": False,
        "display_name": service.display_name,
        "name": service.name,
        "path": service.path,
        "start_mode": start_mode(service),
        "username": "LocalSystem" if system else account,
        "state": "running" if service.running else "stopped",
        "can_pause_and_continue": False,
        "depended_by": dependents(task, service.name),
    }
