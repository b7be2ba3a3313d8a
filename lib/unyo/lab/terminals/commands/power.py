"""Restart-, Stop-, Rename- and Add-Computer, shutdown.exe, gpupdate.exe."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from unyo.lab.terminals.machine.membership import REFRESH
from unyo.lab.terminals.machine.policy import apply_policy
from unyo.lab.terminals.machine.restarting import rename
from unyo.lab.terminals.powershell.commands import Call, ProgramCall, command, program
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item, SecureString

_BAD_NAME = frozenset(" .\\/:*?\"<>|,~!@#$%^&'(){}_")
ALREADY_ORDERED, NOT_ORDERED, ACCESS_DENIED = 1190, 1116, 5
_WEEK_YEARS = 315360000


@command(
    "Restart-Computer",
    named=("Delay", "Timeout", "ComputerName"),
    switches=("Force", "Wait"),
    should_process=True,
)
def restart_computer(call: Call) -> None:
    for refused in ("Wait", "ComputerName"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    if call.machine.sessions and not call.get("Force"):
        raise PowerShellError(
            "Failed to restart the computer localhost with the following error message: The system shutdown "
            "cannot be initiated because there are other users logged on to the computer.",
            "OperationStopped",
            "localhost",
            "RestartcomputerFailed,Microsoft.PowerShell.Commands.RestartComputerCommand",
            exception="System.InvalidOperationException",
        )
    if call.should_process("localhost", "Enable the Local shutdown access rights and restart the computer."):
        call.machine.restart()


@command("Stop-Computer", named=("ComputerName",), switches=("Force",), should_process=True)
def stop_computer(call: Call) -> None:
    if call.should_process("localhost", "Stop the computer"):
        call.machine.restart(off=True)


@command(
    "Rename-Computer",
    positional=("NewName",),
    named=("ComputerName", "DomainCredential", "LocalCredential"),
    switches=("Force", "Restart", "PassThru"),
    should_process=True,
)
def rename_computer(call: Call) -> Iterator[Any]:
    name, machine = str(call.get("NewName")), call.machine
    if not 0 < len(name) <= 15 or not _BAD_NAME.isdisjoint(name) or name.isdigit():
        raise PowerShellError(
            f"Skip computer '{machine.name}' with new name '{name}' because the new name is not valid.",
            "InvalidArgument",
            name,
            "InvalidNewName,Microsoft.PowerShell.Commands.RenameComputerCommand",
            exception="System.InvalidOperationException",
        )
    if not call.should_process(machine.name, f"Rename to {name}"):
        return
    rename(machine, name)
    if call.get("Restart"):
        machine.restart()
    else:
        call.write_warning(f"The changes will take effect after you restart the computer {machine.name}.")
    if call.get("PassThru"):
        yield Item(
            "Microsoft.PowerShell.Commands.RenameComputerChangeInfo",
            {"HasSucceeded": True, "NewComputerName": name, "OldComputerName": machine.name},
        )


@command(
    "Add-Computer",
    positional=("DomainName",),
    named=("Credential", "OUPath", "NewName", "WorkgroupName", "Options", "Server"),
    switches=("Force", "Restart", "PassThru"),
    should_process=True,
)
def add_computer(call: Call) -> None:
    machine = call.machine
    for refused in ("WorkgroupName", "Options", "Server"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    domain, known = str(call.get("DomainName")), machine.fleet.domain
    if domain.lower() not in (known.name.lower(), known.netbios.lower()):
        raise _join_failed(
            call, domain, "The specified domain either does not exist or could not be contacted."
        )
    if not known.admits(*_credential(call)):
        raise _join_failed(call, domain, "The user name or password is incorrect.")
    if not call.should_process(machine.name, f"Join in domain '{domain}'"):
        return
    machine.membership.pending_domain = known.name
    machine.membership.organizational_unit = str(call.get("OUPath", ""))
    machine.changed = True
    if call.given("NewName"):
        rename(machine, str(call.get("NewName")))
    if call.get("Restart"):
        machine.restart()
    else:
        call.write_warning(f"The changes will take effect after you restart the computer {machine.name}.")


def _credential(call: Call) -> tuple[str, str]:
    credential = call.get("Credential")
    if not isinstance(credential, Item) or not isinstance(credential.get("Password"), SecureString):
        call.unsupported("no -Credential")
    return str(credential["UserName"]), credential["Password"].reveal()


def _join_failed(call: Call, domain: str, why: str) -> PowerShellError:
    return PowerShellError(
        f"Computer '{call.machine.name}' failed to join domain '{domain}' from its current workgroup "
        f"'{call.machine.membership.workgroup}' with following error message: {why}",
        "OperationStopped",
        call.machine.name,
        "FailToJoinDomainFromWorkgroup,Microsoft.PowerShell.Commands.AddComputerCommand",
        exception="System.InvalidOperationException",
    )


@program("shutdown.exe")
def shutdown(call: ProgramCall) -> int:
    machine, words = call.machine, list(call.arguments)
    flags = {word.lower().lstrip("-/")[:1] for word in words if word[:1] in "-/"}
    if "a" in flags:
        if machine.power.restart_at is None:
            call.write_error("Unable to abort the system shutdown because no shutdown was in progress.(1116)")
            return NOT_ORDERED
        machine.power.restart_at = None
        machine.changed = True
        return 0
    if not flags & {"r", "s"} or flags - {"r", "s", "t", "f", "d", "c"}:
        call.unsupported(" ".join(words))
    if machine.power.restart_at is not None:
        call.write_error("A system shutdown has already been scheduled.(1190)")
        return ALREADY_ORDERED
    seconds = next((int(after) for word, after in pairwise(words) if word.lower() in ("/t", "-t")), 30)
    if not 0 <= seconds <= _WEEK_YEARS:
        call.unsupported(f"/t {seconds}")
    machine.restart(seconds, off="s" in flags)
    return 0


@program("gpupdate.exe")
def gpupdate(call: ProgramCall) -> int:
    machine = call.machine
    for argument in call.arguments:
        if argument.lower() not in ("/force", "/target:computer", "/wait:0"):
            call.unsupported(argument)
    if machine.domain:
        apply_policy(machine)
        machine.membership.refresh_at = machine.now() + REFRESH
    japanese = machine.locale == "ja-JP"
    call.write("ポリシーを最新の情報に更新しています..." if japanese else "Updating policy...")
    call.write("")
    call.write(
        "コンピューター ポリシーの更新が正常に完了しました。"
        if japanese
        else "Computer Policy update has completed successfully."
    )
    return 0
