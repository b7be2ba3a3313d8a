"""The WS-Management service of one terminal: Identify, remote shells, and the faults of all else."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.wire import faults, winrs
from unyo.lab.terminals.wire.accounts import may_use_winrm
from unyo.lab.terminals.wire.envelope import IDENTIFY, Message, answer, xml
from unyo.lab.terminals.wire.service_settings import ServiceSettings
from unyo.lab.terminals.wire.shell import Opener, Place, RemoteShell
from unyo.lab.terminals.wire.winrs import CommandShell

TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
POWERSHELL = "http://schemas.microsoft.com/powershell/"


class Service:
    """Shells by identifier; they end when the terminal restarts."""

    def __init__(self, machine: Machine, threads: ThreadPoolExecutor) -> None:
        self.machine = machine
        self._place = Place(machine, threads)
        self._shells: dict[str, RemoteShell] = {}
        self._boot = machine.power.boot

    async def answer(self, request: Message, user: str, client: str) -> bytes:
        """The answer to a request of an authenticated user; Fault or ReplyLost otherwise."""
        self._forget()
        if request.body is not None and request.body.tag == f"{{{IDENTIFY}}}Identify":
            return self.identify(request)
        if not may_use_winrm(self.machine, user):
            raise faults.access_denied()
        kind, _, verb = request.action.rpartition("/")
        if kind == TRANSFER and verb == "Create":
            return answer(request, await self._create(request, user, client))
        if kind == TRANSFER and verb == "Get":
            return answer(request, self._get(request))
        shell = self._find(request)
        if kind == TRANSFER and verb == "Delete":
            del self._shells[shell.id.upper()]
            shell.close()
            return answer(request, "")
        verbs = {
            "Command": shell.command,
            "Send": shell.send,
            "Receive": shell.receive,
            "Signal": shell.signal,
        }
        if kind != SHELL or verb not in verbs:
            raise faults.unknown_action(request.action)
        body = await verbs[verb](request)
        shell.used = time.monotonic()
        return answer(request, body)

    def identify(self, request: Message) -> bytes:
        """Who answers here; anybody may ask. The product version carries the release of Windows."""
        windows = self.machine.identity.windows
        body = (
            f'<wsmid:IdentifyResponse xmlns:wsmid="{IDENTIFY}">'
            "<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"
            "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
            f"<wsmid:ProductVersion>OS: {windows.version} SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
            "</wsmid:IdentifyResponse>"
        )
        return answer(request, body, f"{IDENTIFY}/IdentifyResponse")

    def close(self) -> None:
        """End every shell."""
        for shell in self._shells.values():
            shell.close()
        self._shells.clear()

    async def _create(self, request: Message, user: str, client: str) -> str:
        settings = ServiceSettings(self.machine)
        if not settings.remote_shells:
            raise faults.access_denied()
        allowed = settings.shells_per_user
        owned = sum(shell.owner == user for shell in self._shells.values())
        if self.machine.knobs.quota_fault or owned >= allowed:
            raise faults.too_many_shells(allowed)
        shell = await self._opener(request)(self._place, user, client, request)
        self._shells[shell.id.upper()] = shell
        address = f"http://{self.machine.address}:5985/wsman"
        return (
            f"<x:ResourceCreated><a:Address>{address}</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{xml(request.resource)}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{shell.id}</w:Selector></w:SelectorSet>'
            f"</a:ReferenceParameters></x:ResourceCreated>{shell.described()}"
        )

    def _opener(self, request: Message) -> Opener:
        if request.resource == winrs.RESOURCE:
            return _open_command_shell
        if request.resource.startswith(POWERSHELL):
            from unyo.lab.terminals.wire.psrp import open_runspaces

            return open_runspaces
        raise faults.unknown_resource(request.resource)

    def _get(self, request: Message) -> str:
        if request.resource == CONFIG:
            return (
                f'<cfg:Config xmlns:cfg="{CONFIG}"><cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb>'
                "<cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms></cfg:Config>"
            )
        if request.resource.rstrip("/") != SHELL:
            raise faults.unknown_resource(request.resource)
        return self._find(request).described()

    def _find(self, request: Message) -> RemoteShell:
        shell = self._shells.get(request.shell_id.upper())
        if shell is None:
            raise faults.shell_not_found(request.shell_id)
        return shell

    def _forget(self) -> None:
        """Shells that a restart or a long silence has ended."""
        if self.machine.power.boot != self._boot:
            self._boot = self.machine.power.boot
            self.close()
        for identity in [key for key, shell in self._shells.items() if shell.expired]:
            self._shells.pop(identity).close()


async def _open_command_shell(place: Place, user: str, client: str, request: Message) -> RemoteShell:
    return CommandShell(place, user, client, request)
