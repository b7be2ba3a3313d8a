"""Unmodified clients of one simulated terminal, in words that tests read as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pypsrp.client import Client
from winrm.protocol import Protocol

from unyo.lab.terminals.fleet_process import FleetProcess

SERVICE = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service"
SYSTEM = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"


@dataclass(frozen=True)
class Terminal:
    """One terminal and how to reach it."""

    fleet: FleetProcess
    facts: Mapping[str, Any]

    @property
    def serial(self) -> str:
        return str(self.facts["serial"])

    @property
    def name(self) -> str:
        return str(self.facts["name"])

    @property
    def address(self) -> str:
        return str(self.facts["address"])

    def url(self, scheme: str) -> str:
        return f"{scheme}://{self.address}:{self.facts[scheme]}/wsman"

    def knob(self, name: str, value: object) -> None:
        self.fleet.knob(self.serial, name, value)

    def policy(self, key: str, name: str, number: int) -> None:
        self.fleet.order("registry", self.serial, key, name, "DWord", number)

    def end_shells(self) -> None:
        """What other tests left open goes with a restart."""
        self.knob("powered_off", True)
        self.knob("powered_off", False)

    def protocol(
        self,
        scheme: str = "http",
        transport: Any = "ntlm",
        password: str = "",
        seconds: int = 20,
        user: str = "",
    ) -> Protocol:
        return Protocol(
            self.url(scheme),
            transport=transport,
            username=user or self.fleet.user,
            password=password or self.fleet.password.reveal(),
            ca_trust_path=str(self.fleet.ca_file),
            operation_timeout_sec=seconds,
            read_timeout_sec=seconds + 10,
        )

    def protocol_with_certificate(self, user: str) -> Protocol:
        """pywinrm with a client certificate instead of a password."""
        certificate, key = self.fleet.order("client_certificate", user)
        return Protocol(
            self.url("https"),
            transport="certificate",
            cert_pem=certificate,
            cert_key_pem=key,
            ca_trust_path=str(self.fleet.ca_file),
        )

    def says(self, line: str, **how: Any) -> str:
        """What a command line answers through pywinrm."""
        with opened(self.protocol(**how)) as shell:
            return shell.run(line)[0].decode()

    @contextmanager
    def client(self, scheme: str = "http", **how: Any) -> Iterator[Client]:
        """pypsrp's client."""
        arguments = {
            "username": self.fleet.user,
            "password": self.fleet.password.reveal(),
            "ssl": scheme == "https",
            "cert_validation": str(self.fleet.ca_file),
            **how,
        }
        with Client(self.address, **arguments) as client:
            yield client


@dataclass(frozen=True)
class Shell:
    """A WinRS shell of pywinrm."""

    protocol: Protocol
    id: str

    def run(self, line: str, stdin: bytes | None = None) -> tuple[bytes, bytes, int]:
        command = self.protocol.run_command(self.id, line, console_mode_stdin=stdin is None)
        if stdin is not None:
            pieces = [stdin[at : at + 100_000] for at in range(0, len(stdin), 100_000)] or [b""]
            for number, piece in enumerate(pieces, 1):
                self.protocol.send_command_input(self.id, command, piece, end=number == len(pieces))
        output: tuple[bytes, bytes, int] = self.protocol.get_command_output(self.id, command)
        self.protocol.cleanup_command(self.id, command)
        return output


@contextmanager
def opened(protocol: Protocol, codepage: int = 65001) -> Iterator[Shell]:
    identity = protocol.open_shell(codepage=codepage)
    try:
        yield Shell(protocol, identity)
    finally:
        protocol.close_shell(identity)
