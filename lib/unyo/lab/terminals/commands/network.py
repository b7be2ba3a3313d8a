"""Get-NetAdapter, Get-NetIPAddress, Get-NetIPConfiguration, Get-DnsClientCache, Get-NetTCPConnection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.machine.hardware import Adapter
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item, UInt32, UInt64

_CIM = "Microsoft.Management.Infrastructure.CimInstance#ROOT/StandardCimv2/"
_STATES = {"Listen": 2, "SynSent": 3, "Established": 5, "FinWait1": 6, "CloseWait": 8, "TimeWait": 11}
_TYPES = {1: "A", 5: "CNAME", 28: "AAAA"}


def _adapters(call: Call) -> list[Adapter]:
    names = {str(name).lower() for name in call.values("Name") + call.values("InterfaceAlias")}
    return [adapter for adapter in call.machine.adapters if not names or adapter.name.lower() in names]


def adapter_item(adapter: Adapter) -> Item:
    return Item(
        f"{_CIM}MSFT_NetAdapter",
        {
            "Name": adapter.name,
            "InterfaceAlias": adapter.name,
            "InterfaceDescription": adapter.description,
            "ifIndex": UInt32(adapter.index),
            "InterfaceIndex": UInt32(adapter.index),
            "Status": "Up" if adapter.up else "Disconnected",
            "MacAddress": adapter.mac.replace(":", "-"),
            "LinkSpeed": f"{adapter.speed // 10**9} Gbps",
            "Speed": UInt64(adapter.speed),
            "Virtual": False,
            "HardwareInterface": True,
            "MediaType": "802.3",
        },
    )


@command(
    "Get-NetAdapter", positional=("Name",), named=("InterfaceIndex",), switches=("Physical", "IncludeHidden")
)
def get_adapter(call: Call) -> Iterator[Any]:
    found = _adapters(call)
    for name in call.values("Name"):
        if str(name).lower() not in (adapter.name.lower() for adapter in found):
            call.write_error(
                PowerShellError(
                    f"No MSFT_NetAdapter objects found with property 'Name' equal to '{name}'.  Verify the value of the property and retry.",
                    "ObjectNotFound",
                    name,
                    "CmdletizationQuery_NotFound_Name,Get-NetAdapter",
                    exception="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
                )
            )
    yield from (adapter_item(adapter) for adapter in found)


@command(
    "Get-NetIPAddress",
    positional=("IPAddress",),
    named=("AddressFamily", "InterfaceAlias", "InterfaceIndex", "PrefixOrigin"),
)
def get_ip_address(call: Call) -> Iterator[Any]:
    if str(call.get("AddressFamily", "IPv4")).lower() != "ipv4":
        return
    for adapter in _adapters(call):
        yield Item(
            f"{_CIM}MSFT_NetIPAddress",
            {
                "IPAddress": adapter.address,
                "IPv4Address": adapter.address,
                "InterfaceAlias": adapter.name,
                "InterfaceIndex": UInt32(adapter.index),
                "PrefixLength": adapter.prefix,
                "AddressFamily": Enum("IPv4", 2),
                "PrefixOrigin": Enum("Dhcp", 3) if adapter.dhcp else Enum("Manual", 1),
                "SuffixOrigin": Enum("Dhcp", 3) if adapter.dhcp else Enum("Manual", 1),
                "AddressState": Enum("Preferred", 4),
            },
        )


@command(
    "Get-NetIPConfiguration",
    positional=("InterfaceAlias",),
    named=("InterfaceIndex",),
    switches=("All", "Detailed"),
    aliases=("gip",),
)
def get_ip_configuration(call: Call) -> Iterator[Any]:
    for adapter in _adapters(call):
        gateways = [Item(f"{_CIM}MSFT_NetRoute", {"NextHop": adapter.gateway})] if adapter.gateway else []
        yield Item(
            "NetIPConfiguration",
            {
                "InterfaceAlias": adapter.name,
                "InterfaceIndex": UInt32(adapter.index),
                "InterfaceDescription": adapter.description,
                "IPv4Address": [
                    Item(
                        f"{_CIM}MSFT_NetIPAddress",
                        {"IPAddress": adapter.address, "PrefixLength": adapter.prefix},
                    )
                ],
                "IPv4DefaultGateway": gateways,
                "DNSServer": [
                    Item(f"{_CIM}MSFT_DNSClientServerAddress", {"ServerAddresses": list(adapter.dns)})
                ],
                "NetAdapter": adapter_item(adapter),
            },
        )


@command("Get-DnsClientCache", positional=("Entry",), named=("Type",))
def get_dns_cache(call: Call) -> Iterator[Any]:
    wanted = {str(name).lower() for name in call.values("Entry")}
    if not call.machine.services.running("Dnscache"):
        raise PowerShellError(
            "The DNS client service is not running.", "NotSpecified", "MSFT_DNSClientCache",
            "Windows System Error 1062,Get-DnsClientCache",
        )  # fmt: skip
    for entry in call.machine.running.dns.values():
        if not wanted or entry.name.lower() in wanted:
            yield Item(
                f"{_CIM}MSFT_DNSClientCache",
                {
                    "Entry": entry.name,
                    "Name": entry.name,
                    "RecordName": entry.name,
                    "Data": entry.data,
                    "Type": Enum(_TYPES[entry.type], entry.type),
                    "TimeToLive": UInt32(entry.seconds),
                    "Status": Enum("Success", 0),
                    "Section": Enum("Answer", 1),
                },
            )


@command(
    "Get-NetTCPConnection",
    positional=("LocalAddress", "LocalPort"),
    named=("RemoteAddress", "RemotePort", "State", "OwningProcess"),
)
def get_tcp_connection(call: Call) -> Iterator[Any]:
    for c in call.machine.running.connections.values():
        shown = {
            "LocalAddress": c.local_address,
            "LocalPort": c.local_port,
            "RemoteAddress": c.remote_address,
            "RemotePort": c.remote_port,
            "State": Enum(
                c.state,
                _STATES[c.state],
                "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetTCPConnection.State",
            ),
            "OwningProcess": UInt32(c.process),
        }
        if all(
            not call.given(name) or str(value).lower() in {str(v).lower() for v in call.values(name)}
            for name, value in shown.items()
        ):
            yield Item(f"{_CIM}MSFT_NetTCPConnection", shown | {"AppliedSetting": None, "CreationTime": None})
