"""WinRS: a remote shell that runs command lines and carries their input and output."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field

from unyo.lab.terminals.execution import run_command, starts_powershell
from unyo.lab.terminals.powershell_process import Finished
from unyo.lab.terminals.wire import faults
from unyo.lab.terminals.wire.envelope import RSP, Message
from unyo.lab.terminals.wire.shell import Place, RemoteShell, new_id, note_lost_reply

STATE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState"
RESOURCE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"


@dataclass
class _Command:
    """One command line with what was sent to it and what it has answered."""

    line: str
    arguments: tuple[str, ...]
    through_cmd: bool
    stdin: bytearray = field(default_factory=bytearray)
    sent: bool = False
    ended: bool = False
    running: asyncio.Task[Finished] | None = None
    changed: bool = False
    pieces: Iterator[str] | None = None


class CommandShell(RemoteShell):
    """A shell of command lines; one that still reads its input runs when the input has ended.

    A real process would start at once. Here it starts at the end of its input, or when output is asked
    for and nothing was ever sent, or when it is ended without either.
    """

    def __init__(self, place: Place, owner: str, client: str, request: Message) -> None:
        super().__init__(place, owner, client, request)
        page = request.options.get("WINRS_CODEPAGE", "")
        self._codepage = int(page) if page.isdigit() else None
        self._commands: dict[str, _Command] = {}

    async def command(self, request: Message) -> str:
        body = request.body
        line = body.findtext(f"{{{RSP}}}Command") if body is not None else None
        if body is None or not line:
            raise faults.schema_violation("CommandLine")
        arguments = tuple(item.text or "" for item in body.findall(f"{{{RSP}}}Arguments"))
        identity = body.get("CommandId") or new_id()
        self._commands[identity] = _Command(
            line, arguments, not _is_true(request.options.get("WINRS_SKIP_CMD_SHELL"))
        )
        return f"<rsp:CommandResponse><rsp:CommandId>{identity}</rsp:CommandId></rsp:CommandResponse>"

    async def send(self, request: Message) -> str:
        stream = request.body.find(f"{{{RSP}}}Stream") if request.body is not None else None
        if stream is None:
            raise faults.schema_violation("Send")
        command = self._find(stream.get("CommandId"))
        if command.ended or command.running is not None:
            raise faults.pipe_closed()
        try:
            command.stdin += base64.b64decode(stream.text or "")
        except binascii.Error:
            raise faults.schema_violation("Stream") from None
        command.sent = True
        if _is_true(stream.get("End")):
            command.ended = True
            self._start(command)
        return "<rsp:SendResponse/>"

    async def receive(self, request: Message) -> str:
        wanted = request.body.find(f"{{{RSP}}}DesiredStream") if request.body is not None else None
        if wanted is None:
            raise faults.schema_violation("Receive")
        identity = wanted.get("CommandId", "")
        command = self._find(identity)
        if command.running is None and not command.sent:
            self._start(command)
        done = await self._wait(command, request.seconds)
        if command.pieces is None:
            if command.changed:
                note_lost_reply(self.machine)
            command.pieces = _pieces(identity, done, max(request.largest // 2, 4096))
        return next(command.pieces)

    async def signal(self, request: Message) -> str:
        identity = request.body.get("CommandId") if request.body is not None else None
        command = self._find(identity)
        code = (request.body.findtext(f"{{{RSP}}}Code") or "") if request.body is not None else ""
        if command.running is None and not command.sent:
            self._start(command)
        if code.endswith(("/terminate", "/ctrl_c", "/ctrl_break")):
            del self._commands[str(identity)]
        return "<rsp:SignalResponse/>"

    def close(self) -> None:
        self._commands.clear()

    def _find(self, identity: str | None) -> _Command:
        if identity not in self._commands:
            raise faults.command_not_found()
        return self._commands[identity]

    def _start(self, command: _Command) -> None:
        command.running = asyncio.get_running_loop().create_task(self._run(command))

    async def _run(self, command: _Command) -> Finished:
        knobs = self.machine.knobs
        if knobs.powershell_start_seconds and starts_powershell(command.line, command.arguments):
            await asyncio.sleep(knobs.powershell_start_seconds)

        def work() -> Finished:
            machine = self.machine
            before = machine.mark.count_here()
            done = run_command(
                machine,
                self.owner,
                command.line,
                command.arguments,
                bytes(command.stdin),
                self._codepage,
                through_cmd=command.through_cmd,
            )
            command.changed = machine.mark.count_here() != before
            return done

        return await self.place.work(work)

    async def _wait(self, command: _Command, seconds: float) -> Finished:
        """The end of the command, or the fault of a Receive that has waited in vain."""
        if self.machine.knobs.operation_timeout or command.running is None:
            await asyncio.sleep(seconds)
            raise faults.operation_timed_out()
        await asyncio.wait({command.running}, timeout=seconds)
        if not command.running.done():
            raise faults.operation_timed_out()
        return command.running.result()


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in ("true", "1")


def _pieces(identity: str, done: Finished, size: int) -> Iterator[str]:
    """The bodies of Receive answers that carry the whole output, the state Done in the last."""
    streams = [
        f'<rsp:Stream Name="{name}" CommandId="{identity}">{base64.b64encode(part).decode()}</rsp:Stream>'
        for name, data in (("stdout", done.stdout), ("stderr", done.stderr))
        for part in (data[at : at + size] for at in range(0, len(data), size))
    ]
    for stream in streams[:-1]:
        state = f'<rsp:CommandState CommandId="{identity}" State="{STATE}/Running"/>'
        yield f"<rsp:ReceiveResponse>{stream}{state}</rsp:ReceiveResponse>"
    ends = "".join(
        f'<rsp:Stream Name="{name}" CommandId="{identity}" End="true"/>' for name in ("stdout", "stderr")
    )
    yield (
        f"<rsp:ReceiveResponse>{''.join(streams[-1:])}{ends}"
        f'<rsp:CommandState CommandId="{identity}" State="{STATE}/Done">'
        f"<rsp:ExitCode>{done.exit_code}</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>"
    )
