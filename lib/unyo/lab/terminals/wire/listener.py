"""The doors of one terminal: listening sockets that open and close as its power, service and firewall say."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from concurrent.futures import ThreadPoolExecutor

from unyo.lab.terminals.machine.machine import WINRM_PORTS, Machine
from unyo.lab.terminals.wire.addresses import DeafDoor, bound
from unyo.lab.terminals.wire.connection import Connection
from unyo.lab.terminals.wire.logon import Logon
from unyo.lab.terminals.wire.service import Service
from unyo.lab.terminals.wire.tls import Certificates, client_name

HTTP_PORT, HTTPS_PORT = WINRM_PORTS
_FROM = "127.0.0.1"
"""Where clients of the lab come from: the source address of loopback connections."""


class Listener:
    """Both ports of one terminal. ``refresh`` makes the sockets and the connections fit its state.

    A closed door refuses at once, where a real terminal that is off or filters would stay silent; the knob
    ``silent`` makes it so.
    """

    def __init__(self, machine: Machine, certificates: Certificates, threads: ThreadPoolExecutor) -> None:
        self.machine = machine
        self._certificates = certificates
        self._service = Service(machine, threads)
        self._doors: dict[int, asyncio.Server] = {}
        self._deaf: dict[int, DeafDoor] = {}
        self._open: dict[asyncio.StreamWriter, tuple[int, str]] = {}
        self._seen: tuple[object, ...] = ()

    async def refresh(self) -> None:
        """Look whether anything has changed, and open or close what has to be."""
        machine = self.machine
        seen = (machine.answers(), machine.knobs.silent, machine.mark.count, machine.power.boot)
        if seen == self._seen:
            return
        self._seen = seen
        for port in WINRM_PORTS:
            if machine.accepts(port, _FROM):
                await self._admit(port)
            else:
                self._shut(port)
        for writer, (port, remote) in list(self._open.items()):
            if not machine.accepts(port, remote):
                writer.transport.abort()
        if not machine.answers():
            self._service.close()

    async def close(self) -> None:
        for door in self._doors.values():
            door.close()
        for deaf in self._deaf.values():
            deaf.close()
        self._doors.clear()
        self._deaf.clear()
        for writer in list(self._open):
            writer.transport.abort()
        self._service.close()

    def _shut(self, port: int) -> None:
        if port in self._doors:
            self._doors.pop(port).close()
        if self.machine.knobs.silent and port not in self._deaf:
            self._deaf[port] = DeafDoor(self.machine.address, port)
        elif not self.machine.knobs.silent and port in self._deaf:
            self._deaf.pop(port).close()

    async def _admit(self, port: int) -> None:
        if port in self._deaf:
            self._deaf.pop(port).close()
        if port in self._doors:
            return

        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._greet(reader, writer, port)

        listening = bound(self.machine.address, port)
        try:
            self._doors[port] = await asyncio.start_server(greet, sock=listening, backlog=64)
        except BaseException:
            listening.close()
            raise

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        remote = str(writer.get_extra_info("peername")[0])
        if not self.machine.accepts(port, remote):
            writer.transport.abort()
            return
        self._open[writer] = (port, remote)
        try:
            await self._serve(reader, writer, port == HTTPS_PORT)
        except (ssl.SSLError, OSError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            del self._open[writer]
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secure: bool) -> None:
        if not secure:
            await Connection(self._service, Logon(self.machine, False), reader, writer, False).serve()
            return
        identity = self._certificates.identity(self.machine)
        # Before the first await, so that no byte of the client reaches the plain reader.
        await writer.start_tls(identity.context, ssl_handshake_timeout=20)
        client = client_name(writer.get_extra_info("ssl_object"))
        logon = Logon(self.machine, True, identity.bindings, client)
        await Connection(self._service, logon, reader, writer, True).serve()
