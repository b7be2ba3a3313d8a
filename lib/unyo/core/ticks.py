"""The directory's own clock: instants as counts of 100 ns since 1601 (FILETIME)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_FROM = datetime(1601, 1, 1, tzinfo=timezone.utc)
NEVER = 0x7FFF_FFFF_FFFF_FFFF


def instant_of(ticks: int) -> datetime | None:
    """The instant (UTC); None for 0, never and what no calendar holds."""
    if ticks <= 0 or ticks >= NEVER:
        return None
    try:
        return _FROM + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
