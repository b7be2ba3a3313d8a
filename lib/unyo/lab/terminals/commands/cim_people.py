"""CIM classes about services, processes, people, printers and what starts by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.cim_classes import cim_class, cim_method, cim_removal
from unyo.lab.terminals.commands.cim_system import boot_time
from unyo.lab.terminals.commands.locations import long_name
from unyo.lab.terminals.machine.running import Process
from unyo.lab.terminals.machine.stored import SERVICE, StoredPassword
from unyo.lab.terminals.powershell.dates import JST
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item, UInt32, UInt64

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

RUN_KEYS = ("Run", "RunOnce")
BRANCHES = ("SOFTWARE\\Microsoft", "SOFTWARE\\WOW6432Node\\Microsoft")
NEVER_STARTED = 1077
_NOT_FOUND = 9
_NO_SUCH_ACCOUNT = 22


@cim_class("Win32_Service")
def services(machine: Machine) -> Iterator[dict[str, Any]]:
    for service in sorted(machine.services.table.values(), key=lambda s: s.name.lower()):
        yield {
            "Name": service.name,
            "DisplayName": service.display_name,
            "Caption": service.display_name,
            "Description": service.description or None,
            "StartMode": service.mode,
            "DelayedAutoStart": service.delayed,
            "State": "Running" if service.running else "Stopped",
            "Started": service.running,
            "Status": "OK",
            "PathName": service.path,
            "StartName": service.account,
            "ProcessId": UInt32(0),
            "ExitCode": UInt32(0 if service.running else NEVER_STARTED),
            "ServiceType": "Share Process" if "svchost" in service.path else "Own Process",
            "AcceptStop": service.running and service.may_stop,
            "ErrorControl": "Normal",
            "SystemName": machine.name.upper(),
        }


@cim_method("Win32_Service", "Change")
def change_service(machine: Machine, item: Item | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """Account and password only; the password is tried when the service starts, not here."""
    if unknown := arguments.keys() - {"startname", "startpassword"}:
        machine.unsupported(f"Win32_Service.Change with {', '.join(sorted(unknown))}")
    service = machine.services.find(str(item["Name"])) if item is not None else None
    if service is None:
        return {"ReturnValue": _NOT_FOUND}
    account = str(arguments.get("startname") or service.account)
    if not ("\\" in account or "@" in account):
        return {"ReturnValue": _NO_SUCH_ACCOUNT}
    machine.services.put(replace(service, account=account))
    if arguments.get("startpassword"):
        machine.stored.put(StoredPassword(SERVICE, service.name, account, str(arguments["startpassword"])))
    return {"ReturnValue": 0}


@cim_class("Win32_Process")
def processes(machine: Machine) -> Iterator[dict[str, Any]]:
    for process in sorted(machine.running.processes.values(), key=lambda p: p.id):
        started = process.started or boot_time(machine)
        yield {
            "Name": process.name,
            "Caption": process.name,
            "ProcessId": UInt32(process.id),
            "Handle": str(process.id),
            "ParentProcessId": UInt32(process.parent),
            "ExecutablePath": process.path or None,
            "CommandLine": process.command_line or None,
            "CreationDate": started.astimezone(JST),
            "WorkingSetSize": UInt64(process.memory),
            "SessionId": UInt32(process.session),
            "CSName": machine.name.upper(),
        }


@cim_method("Win32_Process", "Create")
def create_process(machine: Machine, item: Item | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """Start a program and let it run to its end."""
    from unyo.lab.terminals.execution import run_command

    del item
    run_command(machine, "SYSTEM", str(arguments["commandline"]), (), b"", None)
    return {"ReturnValue": 0, "ProcessId": UInt32(machine.running.new_id())}


@cim_method("Win32_Process", "Terminate")
def terminate(machine: Machine, item: Item | None, arguments: dict[str, Any]) -> dict[str, Any]:
    del arguments
    if item is None or str(item["Handle"]) not in machine.running.processes:
        return {"ReturnValue": _NOT_FOUND}
    end_process(machine, machine.running.processes[str(item["Handle"])])
    return {"ReturnValue": 0}


@cim_method("Win32_Process", "GetOwner")
def get_owner(machine: Machine, item: Item | None, arguments: dict[str, Any]) -> dict[str, Any]:
    from unyo.lab.terminals.commands.whose import name_of

    del arguments
    process = machine.running.processes.get(str(item["Handle"])) if item is not None else None
    if process is None:
        return {"ReturnValue": _NOT_FOUND, "User": None, "Domain": None}
    domain, _, user = (name_of(machine, process.owner) or "").rpartition("\\")
    return {"ReturnValue": 0, "User": user, "Domain": domain}


def end_process(machine: Machine, process: Process) -> None:
    """The process is gone, and its connections with it."""
    del machine.running.processes[str(process.id)]
    for name in list(machine.running.connections):
        if machine.running.connections[name].process == process.id:
            del machine.running.connections[name]


@cim_class("Win32_UserProfile")
def user_profiles(machine: Machine) -> Iterator[dict[str, Any]]:
    for profile in machine.profiles:
        yield {
            "SID": profile.sid,
            "LocalPath": profile.path,
            "Special": profile.special,
            "Loaded": profile.loaded,
            "LastUseTime": profile.last_used.astimezone(JST) if profile.last_used else None,
            "RoamingConfigured": False,
            "Status": UInt32(0),
        }


@cim_removal("Win32_UserProfile")
def remove_profile(machine: Machine, item: Item) -> None:
    profile = next((p for p in machine.profiles if p.sid == item["SID"]), None)
    if profile is None:
        return
    if profile.loaded:
        raise PowerShellError(
            "The process cannot access the file because it is being used by another process. ",
            "NotSpecified",
            item,
            "HRESULT 0x80070020,Microsoft.Management.Infrastructure.CimCmdlets.RemoveCimInstanceCommand",
            exception="Microsoft.Management.Infrastructure.CimException",
        )
    machine.profiles.remove(profile)
    if machine.files.find(profile.path):
        machine.files.remove(profile.path)
    if machine.registry.key(f"HKU\\{profile.sid}"):
        machine.registry.remove(f"HKU\\{profile.sid}")
    machine.changed = True


@cim_class("Win32_LogonSession")
def logon_sessions(machine: Machine) -> Iterator[dict[str, Any]]:
    yield {
        "LogonId": "999",
        "LogonType": UInt32(0),
        "StartTime": boot_time(machine),
        "AuthenticationPackage": "Negotiate",
        "Name": None,
        "Status": None,
    }
    for session in machine.sessions:
        yield {
            "LogonId": str(session.logon_id),
            "LogonType": UInt32(session.kind),
            "StartTime": session.since.astimezone(JST),
            "AuthenticationPackage": "Kerberos" if machine.domain else "NTLM",
            "Name": None,
            "Status": None,
        }


@cim_class("Win32_LoggedOnUser")
def logged_on_users(machine: Machine) -> Iterator[dict[str, Any]]:
    place = "Microsoft.Management.Infrastructure.CimInstance#root/cimv2/"
    for session in machine.sessions:
        yield {
            "Antecedent": Item(f"{place}Win32_Account", {"Name": session.user, "Domain": session.domain}),
            "Dependent": Item(f"{place}Win32_LogonSession", {"LogonId": str(session.logon_id)}),
        }


@cim_class("Win32_Printer")
def printers(machine: Machine) -> Iterator[dict[str, Any]]:
    for queue in machine.printers.queues.values():
        yield {
            "Name": queue.name,
            "DeviceID": queue.name,
            "PortName": queue.port,
            "DriverName": queue.driver,
            "Default": queue.standard,
            "Shared": queue.shared,
            "WorkOffline": queue.offline,
            "Location": queue.location or None,
            "Comment": queue.comment or None,
            "PrinterStatus": UInt32(3),
            "Network": False,
            "Local": True,
        }


@cim_class("Win32_StartupCommand")
def startup_commands(machine: Machine) -> Iterator[dict[str, Any]]:
    from unyo.lab.terminals.commands.whose import name_of

    hives = [("HKLM", "Public")]
    hives += [(key.path, name_of(machine, key.name) or key.name) for key in machine.registry.children("HKU")]
    for hive, user in hives:
        for branch in BRANCHES:
            for run in RUN_KEYS:
                key = machine.registry.key(f"{hive}\\{branch}\\Windows\\CurrentVersion\\{run}")
                for value in key.values.values() if key is not None else ():
                    yield {
                        "Name": value.name,
                        "Caption": value.name,
                        "Command": str(value.data),
                        "Location": long_name(key.path)
                        .replace("HKEY_LOCAL_MACHINE", "HKLM")
                        .replace("HKEY_USERS", "HKU")
                        if key
                        else "",
                        "User": user,
                    }
    common = "C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\StartUp"
    for file in machine.files.children(common):
        if not file.folder and file.name.lower() != "desktop.ini":
            yield {
                "Name": file.name.rpartition(".")[0],
                "Caption": file.name,
                "Command": file.path,
                "Location": "Common Startup",
                "User": "Public",
            }


@cim_class("Win32_UserAccount")
def user_accounts(machine: Machine) -> Iterator[dict[str, Any]]:
    for user in machine.accounts.users.values():
        yield {
            "Name": user.name,
            "SID": user.sid,
            "Domain": machine.name.upper(),
            "LocalAccount": True,
            "Disabled": not user.enabled,
            "Lockout": machine.accounts.locked(user, machine.lockout_rule, machine.now()),
            "PasswordExpires": user.password_expires,
            "FullName": user.full_name,
            "Description": user.description,
        }


@cim_class("Win32_Group")
def groups(machine: Machine) -> Iterator[dict[str, Any]]:
    for group in machine.accounts.groups.values():
        yield {
            "Name": group.name,
            "SID": group.sid,
            "Domain": machine.name.upper(),
            "LocalAccount": True,
            "Description": group.description,
        }
