"""PSRP: a pool of PowerShell runspaces whose pipelines carry objects instead of text."""

from __future__ import annotations

import asyncio
import base64
import binascii
import uuid
from typing import Any

from psrpcore import PSRPPayload, ServerPipeline, ServerRunspacePool, StreamType
from psrpcore import _exceptions as psrp_errors
from psrpcore.types import PSInvocationState

from unyo.lab.terminals.pipeline import run_pipeline
from unyo.lab.terminals.powershell.shell import Ran
from unyo.lab.terminals.wire import faults
from unyo.lab.terminals.wire.envelope import RSP, Message
from unyo.lab.terminals.wire.psrp_events import Work, react
from unyo.lab.terminals.wire.psrp_streams import write_streams
from unyo.lab.terminals.wire.shell import Place, RemoteShell, note_lost_reply
from unyo.lab.terminals.wire.winrs import STATE

_PIECE = 64 * 1024
"""How much of a message fits one answer."""
_CREATION = "{http://schemas.microsoft.com/powershell}creationXml"


async def open_runspaces(place: Place, owner: str, client: str, request: Message) -> RemoteShell:
    """Open a pool as Create asks; starting PowerShell costs its time once."""
    if place.machine.knobs.powershell_start_seconds:
        await asyncio.sleep(place.machine.knobs.powershell_start_seconds)
    text = request.body.findtext(_CREATION) if request.body is not None else None
    if not text:
        raise faults.schema_violation("creationXml")
    shell = RunspaceShell(place, owner, client, request)
    shell.take(_decoded(text), None)
    return shell


class _Outbox:
    """What waits for one receiver: the pool (None) or a pipeline; ``done`` once nothing more will come."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.done = False
        self.changed = False
        self.filled = asyncio.Event()


class RunspaceShell(RemoteShell):
    """A runspace pool. Every pipeline starts with fresh variables: state between pipelines is not kept."""

    input_streams = "stdin pr"
    output_streams = "stdout"

    def __init__(self, place: Place, owner: str, client: str, request: Message) -> None:
        super().__init__(place, owner, client, request)
        self._pool = ServerRunspacePool()
        self._outboxes: dict[uuid.UUID | None, _Outbox] = {None: _Outbox()}
        self._works: dict[uuid.UUID, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def command(self, request: Message) -> str:
        body = request.body
        text = body.findtext(f"{{{RSP}}}Arguments") if body is not None else None
        if body is None or not text:
            raise faults.schema_violation("CommandLine")
        identity = _identity(body.get("CommandId"))
        ServerPipeline(self._pool, identity)
        self._outboxes[identity] = _Outbox()
        self.take(_decoded(text), identity)
        command = str(identity).upper()
        return f"<rsp:CommandResponse><rsp:CommandId>{command}</rsp:CommandId></rsp:CommandResponse>"

    async def send(self, request: Message) -> str:
        stream = request.body.find(f"{{{RSP}}}Stream") if request.body is not None else None
        if stream is None:
            raise faults.schema_violation("Send")
        named = stream.get("CommandId")
        identity = _identity(named) if named else None
        if identity not in self._outboxes:
            raise faults.command_not_found()
        self.take(_decoded(stream.text or ""), identity)
        return "<rsp:SendResponse/>"

    async def receive(self, request: Message) -> str:
        wanted = request.body.find(f"{{{RSP}}}DesiredStream") if request.body is not None else None
        if wanted is None:
            raise faults.schema_violation("Receive")
        named = wanted.get("CommandId")
        outbox = self._outboxes.get(_identity(named) if named else None)
        if outbox is None:
            raise faults.command_not_found()
        await self._await(outbox, request.seconds, bool(named))
        if outbox.changed:
            outbox.changed = False
            note_lost_reply(self.machine)
        payload = outbox.payloads.pop(0) if outbox.payloads else b""
        if not outbox.payloads and not outbox.done:
            outbox.filled.clear()
        return _received(payload, named, outbox.done and not outbox.payloads)

    async def signal(self, request: Message) -> str:
        identity = _identity(request.body.get("CommandId") if request.body is not None else None)
        if identity not in self._outboxes:
            raise faults.command_not_found()
        pipeline = self._pool.pipeline_table.get(identity)
        if pipeline is not None and pipeline.state == PSInvocationState.Running:
            pipeline.stop()
        self._flush()
        self._end(identity)
        return "<rsp:SignalResponse/>"

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._outboxes.clear()
        self._works.clear()

    def take(self, data: bytes, identity: uuid.UUID | None) -> None:
        """Feed the pool what a client sent; pipelines whose input is complete start."""
        try:
            self._pool.receive_data(PSRPPayload(data, StreamType.default, identity))
            while (event := self._pool.next_event()) is not None:
                work = react(self._pool, self._works, event, self.machine)
                if work is not None:
                    task = asyncio.get_running_loop().create_task(self._run(work))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
        except (psrp_errors.PSRPCoreError, ValueError, AttributeError) as error:
            raise faults.internal_error(f"PSRP: {error}") from None
        self._flush()

    async def _run(self, work: Work) -> None:
        def run() -> tuple[Ran, bool]:
            before = self.machine.mark.count_here()
            ran = run_pipeline(self.machine, self.owner, work.parts, work.given)
            return ran, self.machine.mark.count_here() != before

        ran, changed = await self.place.work(run)
        pipeline = self._pool.pipeline_table.get(work.identity)
        outbox = self._outboxes.get(work.identity)
        if pipeline is None or outbox is None or pipeline.state != PSInvocationState.Running:
            return
        write_streams(pipeline, ran, self.machine.name, self.owner, work.has_host)
        outbox.changed = changed
        outbox.done = True
        self._flush()
        outbox.filled.set()

    async def _await(self, outbox: _Outbox, seconds: float, of_pipeline: bool) -> None:
        if of_pipeline and self.machine.knobs.operation_timeout:
            await asyncio.sleep(seconds)
            raise faults.operation_timed_out()
        try:
            await asyncio.wait_for(outbox.filled.wait(), seconds)
        except TimeoutError:
            raise faults.operation_timed_out() from None

    def _flush(self) -> None:
        """Put what the pool has to say into the outboxes, in pieces that fit an envelope."""
        while (payload := self._pool.data_to_send(_PIECE)) is not None:
            outbox = self._outboxes.get(payload.pipeline_id)
            if outbox is None:
                continue
            if outbox.payloads and len(outbox.payloads[-1]) + len(payload.data) <= _PIECE:
                outbox.payloads[-1] += payload.data
            else:
                outbox.payloads.append(payload.data)
            # That a pipeline has begun is no news of its own: Ansible looks for output in the very first answer.
            if payload.pipeline_id is None or outbox.done:
                outbox.filled.set()

    def _end(self, identity: uuid.UUID) -> None:
        outbox = self._outboxes[identity]
        outbox.done = True
        outbox.filled.set()
        self._works.pop(identity, None)
        self._pool.pipeline_table.pop(identity, None)
        if not outbox.payloads:
            del self._outboxes[identity]


def _received(payload: bytes, command: str | None, done: bool) -> str:
    named = f' CommandId="{command}"' if command else ""
    stream = f'<rsp:Stream Name="stdout"{named}>{base64.b64encode(payload).decode()}</rsp:Stream>'
    state = ""
    if command:
        state = f'<rsp:CommandState{named} State="{STATE}/{"Done" if done else "Running"}"/>'
    return f"<rsp:ReceiveResponse>{stream if payload else ''}{state}</rsp:ReceiveResponse>"


def _identity(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise faults.command_not_found() from None


def _decoded(text: str) -> Any:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        raise faults.schema_violation("Base64") from None
