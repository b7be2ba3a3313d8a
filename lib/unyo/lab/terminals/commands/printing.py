"""Printer queues, ports and drivers: Get-, Add-, Set- and Remove-Printer and their kin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from unyo.lab.terminals.machine.printers import STORE, Port, Queue
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.patterns import is_wildcard, like
from unyo.lab.terminals.powershell.values import Item

_CIM = "Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/"


@command("Get-Printer", positional=("Name",))
def get_printer(call: Call) -> Iterator[Any]:
    for queue in _named(call, call.machine.printers.queues.values(), "MSFT_Printer"):
        yield Item(
            f"{_CIM}MSFT_Printer",
            {
                "Name": queue.name,
                "DriverName": queue.driver,
                "PortName": queue.port,
                "Shared": queue.shared,
                "Location": queue.location,
                "Comment": queue.comment,
                "Type": "Local",
            },
        )


@command("Get-PrinterPort", positional=("Name",))
def get_port(call: Call) -> Iterator[Any]:
    for port in _named(call, call.machine.printers.ports.values(), "MSFT_PrinterPort"):
        if port.address:
            network = {
                "PrinterHostAddress": port.address,
                "PortNumber": port.number,
                "SNMPEnabled": port.snmp,
            }
            yield Item(
                f"{_CIM}MSFT_TcpIpPrinterPort",
                {"Name": port.name, "Description": "Standard TCP/IP Port", **network},
            )
        else:
            yield Item(f"{_CIM}MSFT_LocalPrinterPort", {"Name": port.name, "Description": "Local Port"})


@command("Get-PrinterDriver", positional=("Name",))
def get_driver(call: Call) -> Iterator[Any]:
    drivers = [Driver(name) for name in call.machine.printers.drivers.values()]
    for driver in _named(call, drivers, "MSFT_PrinterDriver"):
        yield Item(f"{_CIM}MSFT_PrinterDriver", {"Name": driver.name, "PrinterEnvironment": "Windows x64"})


class Driver:
    """An installed driver, so that it is chosen by name as queues and ports are."""

    def __init__(self, name: str) -> None:
        self.name = name


@command("Add-PrinterDriver", positional=("Name",), named=("InfPath",), should_process=True)
def add_driver(call: Call) -> Iterator[Any]:
    name = str(call.get("Name"))
    if call.given("InfPath"):
        call.unsupported("-InfPath")
    stored = STORE.get(name.lower())
    if stored is None:
        raise _failed(call, f"The specified driver does not exist in the driver store: {name}", "0x80070705")
    if call.should_process(name, call.name):
        call.machine.printers.drivers[stored.lower()] = stored
    yield from ()


@command(
    "Add-PrinterPort", positional=("Name", "PrinterHostAddress"), named=("PortNumber",), should_process=True
)
def add_port(call: Call) -> Iterator[Any]:
    name = str(call.get("Name"))
    ports = call.machine.printers.ports
    if name.lower() in ports:
        raise _failed(call, "The specified port already exists.", "0x80070034")
    if call.should_process(name, call.name):
        address = str(call.get("PrinterHostAddress", ""))
        ports[name.lower()] = Port(name, address, int(call.get("PortNumber", 9100)))
    yield from ()


@command(
    "Add-Printer",
    positional=("Name", "DriverName"),
    named=("PortName", "Location", "Comment"),
    should_process=True,
)
def add_printer(call: Call) -> Iterator[Any]:
    name = str(call.get("Name"))
    queues = call.machine.printers.queues
    if name.lower() in queues:
        raise _failed(call, "The specified printer already exists.", "0x80070709")
    queue = _with_fields(call, Queue(name, "", ""))
    if call.should_process(name, call.name):
        queues[name.lower()] = queue
    yield from ()


@command(
    "Set-Printer",
    positional=("Name",),
    named=("DriverName", "PortName", "Location", "Comment"),
    should_process=True,
)
def set_printer(call: Call) -> Iterator[Any]:
    queues = call.machine.printers.queues
    (queue,) = _named(call, queues.values(), "MSFT_Printer")
    changed = _with_fields(call, queue)
    if call.should_process(queue.name, call.name):
        queues[queue.name.lower()] = changed
    yield from ()


@command("Remove-Printer", positional=("Name",), should_process=True)
def remove_printer(call: Call) -> Iterator[Any]:
    queues = call.machine.printers.queues
    for queue in list(_named(call, queues.values(), "MSFT_Printer")):
        if call.should_process(queue.name, call.name):
            del queues[queue.name.lower()]
    yield from ()


def _with_fields(call: Call, queue: Queue) -> Queue:
    """The queue with what the call gives; its driver must be installed and its port exist."""
    printers = call.machine.printers
    driver, port = str(call.get("DriverName", queue.driver)), str(call.get("PortName", queue.port))
    if driver.lower() not in printers.drivers:
        raise _failed(
            call,
            "The specified driver does not exist. Use add-printerdriver to add a new driver.",
            "0x80070705",
        )
    if port.lower() not in printers.ports:
        raise _failed(
            call, "The specified port does not exist. Use the add-printerport cmdlet.", "0x80070704"
        )
    return replace(
        queue,
        driver=printers.drivers[driver.lower()],
        port=printers.ports[port.lower()].name,
        location=str(call.get("Location", queue.location)),
        comment=str(call.get("Comment", queue.comment)),
    )


def _named(call: Call, things: Any, what: str) -> list[Any]:
    """Those whose name the call asks for; a plain name that nobody has is an error, a pattern is not."""
    asked = [str(name) for name in call.values("Name")]
    if not asked:
        return list(things)
    found = []
    for name in asked:
        matching = [thing for thing in things if like(thing.name, name)]
        if not matching and not is_wildcard(name):
            raise PowerShellError(
                f"No {what} objects found with property 'Name' equal to '{name}'.  Verify the value of the property and retry.",
                "ObjectNotFound", name, f"CmdletizationQuery_NotFound_Name,{call.name}",
                exception="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
            )  # fmt: skip
        found += matching
    return found


def _failed(call: Call, message: str, number: str) -> PowerShellError:
    return PowerShellError(
        message, "NotSpecified", call.get("Name"), f"HRESULT {number},{call.name}",
        exception="Microsoft.Management.Infrastructure.CimException",
    )  # fmt: skip
