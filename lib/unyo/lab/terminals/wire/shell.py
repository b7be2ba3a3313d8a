"""What the two kinds of remote shells share: who owns them, how long they live, how answers name them."""

from __future__ import annotations

import asyncio
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.wire.envelope import RSP, Message, seconds, xml

T = TypeVar("T")
IDLE_SECONDS = 7200.0


class ReplyLost(Exception):
    """The work is done and the connection breaks before the answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shell lives: the terminal, and threads for what may take long."""

    machine: Machine
    threads: ThreadPoolExecutor

    async def work(self, task: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, task)


class RemoteShell(ABC):
    """A WinRS shell or a PowerShell runspace pool of one user."""

    input_streams = "stdin"
    output_streams = "stdout stderr"

    def __init__(self, place: Place, owner: str, client: str, request: Message) -> None:
        self.place = place
        self.owner = owner
        self.client = client
        self.resource = request.resource
        self.id = (request.body.get("ShellId") if request.body is not None else "") or new_id()
        self.began = self.used = time.monotonic()
        idle = request.body.findtext(f"{{{RSP}}}IdleTimeOut") if request.body is not None else None
        self.idle_seconds = min(seconds(_duration(idle)), IDLE_SECONDS) if idle else IDLE_SECONDS

    @property
    def machine(self) -> Machine:
        return self.place.machine

    @property
    def expired(self) -> bool:
        """Whether nobody has spoken to it for too long."""
        return time.monotonic() - self.used > self.idle_seconds

    def described(self) -> str:
        """The rsp:Shell element of Create and Get."""
        run, idle = time.monotonic() - self.began, time.monotonic() - self.used
        return (
            f"<rsp:Shell><rsp:ShellId>{self.id}</rsp:ShellId>"
            f"<rsp:ResourceUri>{xml(self.resource)}</rsp:ResourceUri>"
            f"<rsp:Owner>{xml(self.owner)}</rsp:Owner><rsp:ClientIP>{self.client}</rsp:ClientIP>"
            f"<rsp:ProcessId>0</rsp:ProcessId><rsp:IdleTimeOut>PT{self.idle_seconds:.3f}S</rsp:IdleTimeOut>"
            f"<rsp:InputStreams>{self.input_streams}</rsp:InputStreams>"
            f"<rsp:OutputStreams>{self.output_streams}</rsp:OutputStreams><rsp:State>Connected</rsp:State>"
            f"<rsp:ShellRunTime>P0DT0H0M{run:.0f}S</rsp:ShellRunTime>"
            f"<rsp:ShellInactivity>P0DT0H0M{idle:.0f}S</rsp:ShellInactivity></rsp:Shell>"
        )

    @abstractmethod
    async def command(self, request: Message) -> str: ...

    @abstractmethod
    async def send(self, request: Message) -> str: ...

    @abstractmethod
    async def receive(self, request: Message) -> str: ...

    @abstractmethod
    async def signal(self, request: Message) -> str: ...

    @abstractmethod
    def close(self) -> None:
        """The shell ends with everything in it."""


Opener = Callable[[Place, str, str, Message], Awaitable[RemoteShell]]


def new_id() -> str:
    return str(uuid.uuid4()).upper()


def note_lost_reply(machine: Machine) -> None:
    """Raise ReplyLost where the knob wants the answer after a change to be lost."""
    if machine.knobs.lose_reply_after_change > 0:
        machine.knobs.lose_reply_after_change -= 1
        raise ReplyLost


def _duration(text: str) -> str:
    """pywinrm's users sometimes give bare seconds."""
    return f"PT{text}S" if text.isdigit() else text
