"""One TCP connection of a client: log-on, message encryption and requests, strictly one after the other."""

from __future__ import annotations

import asyncio
import contextlib

from unyo.lab.terminals.wire.envelope import Message, NoEnvelope, parse
from unyo.lab.terminals.wire.faults import Fault, access_denied, internal_error
from unyo.lab.terminals.wire.http import BadRequest, Request, Response, read_request
from unyo.lab.terminals.wire.logon import Logon
from unyo.lab.terminals.wire.sealing import NotSealed, protocol_of, seal, unseal
from unyo.lab.terminals.wire.service import Service
from unyo.lab.terminals.wire.service_settings import ServiceSettings
from unyo.lab.terminals.wire.shell import ReplyLost

_PATHS = ("/wsman", "/wsman-anon/identify")


class Connection:
    """Serves one client until either side ends it."""

    def __init__(
        self,
        service: Service,
        logon: Logon,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        secure: bool,
    ) -> None:
        self._service = service
        self._logon = logon
        self._reader = reader
        self._writer = writer
        self._secure = secure
        self._client = str(writer.get_extra_info("peername")[0])

    async def serve(self) -> None:
        try:
            while (request := await read_request(self._reader, self._writer)) is not None:
                latency = self._service.machine.knobs.latency_seconds
                if latency:
                    await asyncio.sleep(latency)
                response = await self._respond(request)
                self._writer.write(response.packed(self._service.machine.now()))
                await self._writer.drain()
                if not request.keeps_alive:
                    break
        except BadRequest:
            with contextlib.suppress(OSError):
                self._writer.write(Response(400).packed(self._service.machine.now()))
        except (ReplyLost, OSError):
            self._writer.transport.abort()

    async def _respond(self, request: Request) -> Response:
        path = request.path.partition("?")[0].rstrip("/").lower()
        if path not in _PATHS:
            return Response(404)
        if request.method != "POST":
            return Response(405)
        if self._asks_who(request, path):
            return self._identify(request)
        decision = self._logon.decide(request.headers.get("authorization", ""))
        if decision.user is None:
            return Response(401, challenges=decision.challenges)
        answer = await self._admitted(request, decision.user)
        return Response(answer.status, answer.body, answer.content_type, decision.challenges)

    def _asks_who(self, request: Request, path: str) -> bool:
        return path == _PATHS[1] or request.headers.get("wsmanidentify", "").lower() == "unauthenticated"

    def _identify(self, request: Request) -> Response:
        try:
            return Response(200, self._service.identify(parse(request.body)))
        except NoEnvelope:
            return Response(400)

    async def _admitted(self, request: Request, user: str) -> Response:
        """The answer to somebody who has logged on; an empty body only sets the log-on up."""
        if not request.body:
            return Response(200)
        protocol = protocol_of(request.headers.get("content-type", ""))
        sealer = self._logon.sealer
        if protocol is None:
            if not self._secure and not ServiceSettings(self._service.machine).unencrypted:
                return Response(500, access_denied().packed("", self._service.machine.name))
            return await self._plain(request.body, user)
        if sealer is None:
            return Response(400)
        try:
            message = unseal(request.body, sealer)
        except NotSealed:
            return Response(400)
        answer = await self._plain(message, user)
        content_type, body = seal(answer.body, protocol, sealer)
        return Response(answer.status, body, content_type)

    async def _plain(self, body: bytes, user: str) -> Response:
        message: Message | None = None
        name = self._service.machine.name
        try:
            message = parse(body)
            return Response(200, await self._service.answer(message, user, self._client))
        except NoEnvelope as error:
            fault = internal_error(str(error))
        except Fault as refused:
            fault = refused
        return Response(500, fault.packed(message.message_id if message else "", name))
