"""hostname.exe and whoami.exe."""

from __future__ import annotations

from unyo.lab.terminals.powershell.commands import ProgramCall, program


@program("hostname.exe")
def hostname(call: ProgramCall) -> int:
    if call.arguments:
        call.unsupported("arguments")
    call.write(call.machine.name)
    return 0


@program("whoami.exe")
def whoami(call: ProgramCall) -> int:
    if call.arguments:
        call.unsupported("arguments")
    domain, _, name = call.shell.user.rpartition("\\")
    system = name.upper() == "SYSTEM"
    where = "nt authority" if system else domain or call.machine.name
    call.write(f"{where}\\{name}".lower())
    return 0
