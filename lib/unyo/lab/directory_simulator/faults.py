"""Faults on demand: refusals, connections that break off after a write, slowness, silence."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


def _open_gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


@dataclass(slots=True)
class Faults:
    """Shared by all connections; used under the server's lock except for waiting."""

    gate: threading.Event = field(default_factory=_open_gate)
    """Closed while the server is frozen."""
    delay: float = 0.0
    """Seconds before every answer."""
    _refusals: list[int] = field(default_factory=list)
    _writes_left: int | None = None

    def fail_next(self, count: int, code: int) -> None:
        """Answer the next ``count`` writes with this LDAP result code, doing nothing."""
        self._refusals.extend([code] * count)

    def drop_connection_after(self, writes: int) -> None:
        """Do ``writes`` more writes, and break the connection off instead of answering the last one."""
        self._writes_left = writes

    def clear(self) -> None:
        self._refusals.clear()
        self._writes_left = None
        self.delay = 0.0
        self.gate.set()

    def next_refusal(self) -> int | None:
        return self._refusals.pop(0) if self._refusals else None

    def breaks_now(self) -> bool:
        """Count one write that was done; whether its answer is lost."""
        if self._writes_left is None:
            return False
        self._writes_left -= 1
        if self._writes_left > 0:
            return False
        self._writes_left = None
        return True

    def hold(self) -> None:
        """Wait as long as the server is frozen, and then as long as it is slow."""
        self.gate.wait()
        if self.delay:
            time.sleep(self.delay)
