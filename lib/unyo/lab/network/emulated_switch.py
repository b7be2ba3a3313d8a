"""An emulated switch: its running and its start-up configuration, who may log on, and what goes wrong.

The syntax is that of IOS, the behaviour is an emulation. With a plane, its ports are those of a real
Open vSwitch; without one it has none.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from unyo.lab.network.configuration import Configuration, Port, Stored


class Plane(Protocol):
    """The switching itself."""

    def ports(self) -> list[str]:
        """Names as IOS writes them: ``GigabitEthernet1/0/1``."""
        ...

    def apply(self, name: str, port: Port) -> None: ...


class ConnectionLost(Exception):
    """The line breaks here and now."""


@dataclass(slots=True)
class Faults:
    """What goes wrong; numbers are how many times it still does, ``refuse_after`` after how many log-ons."""

    lose_before_set: int = 0
    lose_after_set: int = 0
    refuse_after: int = -1
    lose_logons: int = 0
    lose_greetings: int = 0
    no_room_to_save: bool = False
    lose_while_saving: int = 0
    answer_seconds: float = 0.0

    def strikes(self, name: str) -> bool:
        left = int(getattr(self, name))
        if left:
            setattr(self, name, left - 1)
        return left > 0


@dataclass
class EmulatedSwitch:
    """One device; ``startup`` survives everything, ``running`` only what is no restart."""

    startup: Path
    plane: Plane | None = None
    running: Configuration = field(default_factory=Configuration)
    faults: Faults = field(default_factory=Faults)
    typed: list[str] = field(default_factory=list)
    bad_logons: int = 0
    good_logons: int = 0
    lock_outs: int = 0
    restarts: int = 0
    sessions: int = 0

    def __post_init__(self) -> None:
        self.turn = threading.RLock()
        self._failures: list[float] = []
        self._quiet_until = 0.0

    @property
    def quiet_seconds(self) -> int:
        """How long log-ons are still blocked."""
        return max(0, round(self._quiet_until - time.monotonic()))

    @property
    def recent_failures(self) -> int:
        return len(self._failures)

    def log_on(self, name: str, password: str) -> bool:
        """Check a local user; failures are counted, and block everybody where ``login block-for`` says so."""
        if self.faults.strikes("lose_logons"):
            raise ConnectionLost
        user = self.running.users.get(name)
        stored = user.stored if user is not None and self.running.login_local else None
        good = stored is not None and stored.opens(password)
        good = good and not self._refuses()
        with self.turn:
            if good:
                self.good_logons += 1
            else:
                self._count_failure()
        return good

    def pass_time(self, seconds: float) -> None:
        with self.turn:
            self._failures = [at - seconds for at in self._failures]
            self._quiet_until -= seconds

    def _refuses(self) -> bool:
        """One log-on that should be good is refused, after ``refuse_after`` good ones (-1: none is)."""
        after = self.faults.refuse_after
        self.faults.refuse_after = max(-1, after - 1)
        return after == 0

    def _count_failure(self) -> None:
        self.bad_logons += 1
        block, now = self.running.blocking, time.monotonic()
        if block is None:
            return
        self._failures = [at for at in self._failures if now - at < block.window] + [now]
        if len(self._failures) >= block.tries:
            self._quiet_until, self._failures = now + block.seconds, []
            self.lock_outs += 1

    def may_enable(self, password: str) -> bool:
        return self.running.enable is not None and self.running.enable.opens(password)

    def set_secret(self, name: str, privilege: int | None, stored: Stored | None) -> None:
        """Change a user, or with an empty name the secret of ``enable``."""
        if self.faults.strikes("lose_before_set"):
            raise ConnectionLost
        if name:
            self.running.set_user(name, privilege, stored)
        else:
            self.running.enable = stored
        if stored is not None and self.faults.strikes("lose_after_set"):
            raise ConnectionLost

    def save(self) -> bool:
        """Write the start-up configuration; False where there is no room."""
        if self.faults.strikes("lose_while_saving"):
            raise ConnectionLost
        if self.faults.no_room_to_save:
            return False
        fresh = self.startup.with_suffix(".new")
        fresh.write_text("\n".join(self.running.lines()) + "\n", encoding="utf-8")
        fresh.rename(self.startup)
        return True

    def saved_lines(self) -> list[str]:
        return self.startup.read_text(encoding="utf-8").splitlines() if self.startup.exists() else []

    def apply_port(self, name: str) -> None:
        if self.plane is not None:
            self.plane.apply(name, self.running.ports[name])

    def begin(self) -> None:
        """An empty running configuration with this switch's ports."""
        self.running = Configuration()
        self.running.ports = {name: Port() for name in (self.plane.ports() if self.plane else ())}
        self._failures, self._quiet_until = [], 0.0
