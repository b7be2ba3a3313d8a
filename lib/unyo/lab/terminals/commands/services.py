"""Get-Service, Set-Service, Start-, Stop- and Restart-Service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.locations import has_wildcard
from unyo.lab.terminals.machine.services import Service, StartMode
from unyo.lab.terminals.machine.stored import SERVICE, logs_on
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

CONTROLLER = "System.ServiceProcess.ServiceController"
_START_TYPES = {"Auto": ("Automatic", 2), "Manual": ("Manual", 3), "Disabled": ("Disabled", 4)}
_MODES: dict[str, StartMode] = {
    "automatic": "Auto",
    "auto": "Auto",
    "manual": "Manual",
    "demand": "Manual",
    "disabled": "Disabled",
}
_STATES = {True: ("Running", 4), False: ("Stopped", 1)}


def service_item(machine: Machine, service: Service) -> Item:
    """A ServiceController; Status is what it was when it was got."""
    start, state = _START_TYPES[service.mode], _STATES[service.running]
    return Item(
        CONTROLLER,
        {
            "Name": service.name,
            "ServiceName": service.name,
            "DisplayName": service.display_name,
            "Status": Enum(*state, "System.ServiceProcess.ServiceControllerStatus"),
            "StartType": Enum(*start, "System.ServiceProcess.ServiceStartMode"),
            "CanStop": service.running and service.may_stop,
            "CanPauseAndContinue": False,
            "CanShutdown": service.running,
            "MachineName": ".",
            "RequiredServices": list(service.needs),
            "ServicesDependedOn": list(service.needs),
            "DependentServices": [other.name for other in machine.services.dependents(service.name)],
        },
        text=service.name,
    )


def absent(name: str) -> PowerShellError:
    return PowerShellError(
        f"Cannot find any service with service name '{name}'.",
        "ObjectNotFound",
        name,
        "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand",
        exception="Microsoft.PowerShell.Commands.ServiceCommandException",
    )


def services_of(call: Call) -> list[Service]:
    """The services that a call is about; an error for each that is not there."""
    table = call.machine.services.table
    if call.given("DisplayName"):
        names = [str(name).lower() for name in call.values("DisplayName")]
        return table.where(lambda s: any(fnmatchcase(s.display_name.lower(), name) for name in names))
    given = call.values("InputObject") if call.given("InputObject") else list(call.each("Name"))
    found: list[Service] = []
    for each in given:
        name = str(each["Name"]) if isinstance(each, Item) else str(each)
        if has_wildcard(name):
            hits = [s for s in table.values() if fnmatchcase(s.name.lower(), name.lower())]
            found += sorted(hits, key=lambda s: s.name)
        elif (service := table.get(name)) is not None:
            found.append(service)
        else:
            call.write_error(absent(name))
    return found


@command(
    "Get-Service",
    positional=("Name",),
    named=("DisplayName", "InputObject"),
    switches=("DependentServices", "RequiredServices"),
    aliases=("gsv",),
    pipeline="Name",
    parameter_aliases=(("ServiceName", "Name"), ("DS", "DependentServices"), ("SDO", "RequiredServices")),
)
def get_service(call: Call) -> Iterator[Any]:
    table = call.machine.services.table
    if not (call.given("Name") or call.given("DisplayName") or call.given("InputObject") or call.has_input):
        chosen = sorted(table.values(), key=lambda service: service.name.lower())
    else:
        chosen = services_of(call)
    for service in chosen:
        if call.get("DependentServices"):
            yield from (service_item(call.machine, s) for s in call.machine.services.dependents(service.name))
        elif call.get("RequiredServices"):
            yield from (service_item(call.machine, table[n]) for n in service.needs if n in table)
        else:
            yield service_item(call.machine, service)


@command(
    "Set-Service",
    positional=("Name",),
    named=("StartupType", "Status", "DisplayName", "Description", "InputObject"),
    switches=("PassThru",),
    pipeline="Name",
    parameter_aliases=(("ServiceName", "Name"), ("StartMode", "StartupType"), ("ST", "StartupType")),
    should_process=True,
)
def set_service(call: Call) -> Iterator[Any]:
    for each in call.values("InputObject") or list(call.each("Name")):
        name = str(each["Name"]) if isinstance(each, Item) else str(each)
        service = call.machine.services.find(name)
        if service is None:
            text = f"Service {name} was not found on computer '.'."
            call.write_error(
                PowerShellError(
                    text,
                    "ObjectNotFound",
                    name,
                    "InvalidOperationException,Microsoft.PowerShell.Commands.SetServiceCommand",
                )
            )
            continue
        if not call.should_process(f"{service.display_name} ({service.name})", call.name):
            continue
        _set(call, service)
        if call.get("PassThru"):
            yield service_item(call.machine, call.machine.services.table[name])


def _set(call: Call, service: Service) -> None:
    services = call.machine.services
    if call.given("StartupType"):
        mode = _MODES.get(str(call.get("StartupType")).lower())
        if mode is None:
            call.unsupported(f"-StartupType {call.get('StartupType')}")
        services.change(service.name, mode=mode)
    if call.given("DisplayName") or call.given("Description"):
        service = services.table[service.name]
        texts = {
            "display_name": call.get("DisplayName", service.display_name),
            "description": call.get("Description", service.description),
        }
        services.put(replace(service, **texts))
    if call.given("Status"):
        status = str(call.get("Status")).lower()
        if status == "running":
            start(call, services.table[service.name])
        elif status == "stopped":
            stop(call, services.table[service.name])
        else:
            call.unsupported(f"-Status {status}")


def start(call: Call, service: Service) -> None:
    """Start a service and what it needs."""
    services = call.machine.services
    if service.running:
        return
    if service.mode == "Disabled":
        raise _cannot("start", service, "CouldNotStartService", "StartServiceCommand")
    if not logs_on(call.machine, SERVICE, service.name):
        raise _cannot("start", service, "CouldNotStartService", "StartServiceCommand")
    for need in service.needs:
        needed = services.find(need)
        if needed is not None and not needed.running:
            start(call, needed)
    services.change(service.name, running=True)


def stop(call: Call, service: Service, *, force: bool = False) -> None:
    """Stop a service; with force also those that need it."""
    services = call.machine.services
    if not service.running:
        return
    if not service.may_stop:
        raise _cannot("stop", service, "CouldNotStopService", "StopServiceCommand")
    dependents = services.dependents(service.name)
    if dependents and not force:
        raise PowerShellError(
            f"Cannot stop service '{service.display_name} ({service.name})' because it has dependent services. "
            "It can only be stopped if the Force flag is set.",
            "InvalidOperation",
            service.name,
            "ServiceHasDependentServices,Microsoft.PowerShell.Commands.StopServiceCommand",
        )
    for dependent in dependents:
        stop(call, dependent, force=True)
    services.change(service.name, running=False)


def _cannot(verb: str, service: Service, identifier: str, name: str) -> PowerShellError:
    done = {"start": "started", "stop": "stopped"}[verb]
    return PowerShellError(
        f"Service '{service.display_name} ({service.name})' cannot be {done} due to the following error: "
        f"Cannot {verb} service {service.name} on computer '.'.",
        "OpenError" if verb == "start" else "CloseError",
        service.name,
        f"{identifier},Microsoft.PowerShell.Commands.{name}",
        exception="Microsoft.PowerShell.Commands.ServiceCommandException",
    )


def _each(call: Call, act: Callable[[Service], None]) -> Iterator[Item]:
    for service in services_of(call):
        if not call.should_process(f"{service.display_name} ({service.name})", call.name):
            continue
        try:
            act(service)
        except PowerShellError as error:
            call.write_error(error)
        if call.get("PassThru"):
            yield service_item(call.machine, call.machine.services.table[service.name])


@command(
    "Start-Service",
    positional=("Name",),
    named=("DisplayName", "InputObject"),
    switches=("PassThru",),
    aliases=("sasv",),
    pipeline="Name",
    should_process=True,
)
def start_service(call: Call) -> Iterator[Any]:
    yield from _each(call, lambda service: start(call, service))


@command(
    "Stop-Service",
    positional=("Name",),
    named=("DisplayName", "InputObject"),
    switches=("Force", "NoWait", "PassThru"),
    aliases=("spsv",),
    pipeline="Name",
    should_process=True,
)
def stop_service(call: Call) -> Iterator[Any]:
    yield from _each(call, lambda service: stop(call, service, force=bool(call.get("Force"))))


@command(
    "Restart-Service",
    positional=("Name",),
    named=("DisplayName", "InputObject"),
    switches=("Force", "PassThru"),
    pipeline="Name",
    should_process=True,
)
def restart_service(call: Call) -> Iterator[Any]:
    def restart(service: Service) -> None:
        running = [other.name for other in call.machine.services.dependents(service.name)]
        stop(call, service, force=bool(call.get("Force")))
        for name in (service.name, *running):
            start(call, call.machine.services.table[name])

    yield from _each(call, restart)
