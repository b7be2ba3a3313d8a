"""When the machine was started, when it is away, and what waits for the next start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Power:
    """Times are real ones (UTC), not those of the machine's clock."""

    boot: datetime
    away_until: datetime | None = None
    restart_at: datetime | None = None
    """A restart that was ordered for later."""
    then_off: bool = False
    """The ordered restart is a shutdown."""
    shut_down: bool = False
    """Switched off by an order from within; ``knobs.powered_off`` is the switch on the wall."""
    seen_off: bool = False
    """Whether it was off when last looked at."""
    pending_name: str = ""
    """The computer name from the next start on."""
