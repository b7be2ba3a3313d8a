"""Remove-TypeData, by which scripts rid Windows PowerShell's arrays of a member that spoils their JSON."""

from __future__ import annotations

from unyo.lab.terminals.powershell.commands import Call, command


@command("Remove-TypeData", named=("TypeName",))
def remove_type_data(call: Call) -> None:
    """Of other types there is no data to remove."""
    if str(call.get("TypeName", "")).lower() != "system.array":
        call.machine.unsupported("Remove-TypeData for anything but System.Array")
    call.frame.session.array_count = False
