"""System.Net.Sockets.TcpClient: whether an address of the office answers this terminal.

Nothing is sent anywhere: the machine's knob ``network_answers`` says what would answer, its firewall what gets out.
"""

from __future__ import annotations

from unyo.lab.terminals.machine.firewall import covers, within
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.policy import effective_profile
from unyo.lab.terminals.powershell.dotnet import constructor
from unyo.lab.terminals.powershell.values import NOTHING, Item

_TYPE = "System.Net.Sockets.TcpClient"


@constructor(_TYPE, machine=True)
def tcp_client(machine: Machine) -> Item:
    """A client that can try one connection and be thrown away."""

    def connect(address: str, port: int) -> Item:
        answered = lets_out(machine, address, port) and f"{address}:{port}" in machine.knobs.network_answers

        def wait(milliseconds: int) -> bool:
            # A dropped connection attempt is silent: it ends with the caller's patience.
            return answered and milliseconds > 0

        return Item("System.Threading.Tasks.Task", methods={"Wait": wait})

    def end() -> object:
        return NOTHING

    return Item(_TYPE, methods={"ConnectAsync": connect, "Dispose": end, "Close": end})


def lets_out(machine: Machine, address: str, port: int) -> bool:
    """Whether the firewall lets a TCP connection to there out: allowed unless a rule or the profile blocks it."""
    profile = effective_profile(machine, machine.firewall.active)
    if profile.enabled != "True":
        return True
    allowed = profile.outbound != "Block"
    for rule in machine.firewall.rules.values():
        if not rule.enabled or rule.inbound or profile.name not in rule.profiles:
            continue
        if rule.protocol not in ("Any", "TCP", "6"):
            continue
        ports = rule.remote_ports
        if "Any" not in ports and not any(covers(port, text) for text in ports):
            continue
        if any(within(address, text, machine.network) for text in rule.remote_addresses):
            if not rule.allow:
                return False
            allowed = True
    return allowed
