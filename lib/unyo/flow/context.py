"""What every stretch of the road needs: tools, a way to find runbooks, and who is at work."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from unyo.core.post import Post
from unyo.core.runbook import Runbook
from unyo.core.tools import Tools
from unyo.core.trigger import Trigger
from unyo.core.workdays import WorkDays

LEASE = timedelta(seconds=120)


@dataclass(frozen=True)
class Road:
    """The surroundings of a job; ``anchors`` is the file that notes the head of the event chain.

    ``calendar`` and ``triggers`` give the office's working days and rules as they are known now.
    ``post`` are the ways to people (None: nobody is told).
    """

    tools: Tools
    find_runbook: Callable[[str], Runbook[Any]]
    anchors: Path
    approval_hours: int = 336
    calendar: Callable[[], WorkDays] = WorkDays
    triggers: Callable[[], tuple[Trigger, ...]] = tuple
    post: Post | None = None


@dataclass(frozen=True)
class Owner:
    """One worker process, told apart from every other on any host, and from a later one with its pid."""

    host: str
    pid: int
    born: str

    @cached_property
    def name(self) -> str:
        return f"{self.host}:{self.pid}:{self.born}"

    @staticmethod
    def this_process() -> Owner:
        return Owner(socket.gethostname(), os.getpid(), born_of(os.getpid()) or "0")

    @staticmethod
    def from_name(name: str) -> Owner:
        host, pid, born = name.rsplit(":", 2)
        return Owner(host, int(pid), born)

    @property
    def is_on_this_host(self) -> bool:
        return self.host == socket.gethostname()

    @property
    def is_dead(self) -> bool:
        """Whether the process is gone; only meaningful on this host."""
        return born_of(self.pid) != self.born


def born_of(pid: int) -> str | None:
    """Start time of a process in clock ticks since boot, with the boot's id; None where it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2 :].split()
    # A zombie has stopped working but still has an entry.
    return None if fields[0] in "ZX" else f"{boot}-{fields[19]}"
