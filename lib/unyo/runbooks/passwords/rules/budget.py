"""How many log-ons may fail without locking anybody out."""

from __future__ import annotations

from datetime import datetime, timedelta

from unyo.core.hand import LockoutPolicy
from unyo.core.password_books import Standing

UNREAD = LockoutPolicy(threshold=3, window=timedelta(hours=24))
"""What is assumed of a system whose policy nobody has read: stricter than nearly all."""


def policy_of(standing: Standing) -> LockoutPolicy:
    return standing.lockout or UNREAD


def tries_left(standing: Standing, now: datetime, seen_there: int | None = None) -> int:
    """How many tries may still fail now; ``seen_there`` is the system's own count where it tells it.

    A note from the future counts: then the clock was wrong, and nobody knows when the try was made.
    """
    policy = policy_of(standing)
    return max(0, policy.spare - max(len(_inside(standing, now)), seen_there or 0))


def free_again(standing: Standing, now: datetime) -> datetime:
    """When the next try may be made."""
    inside = _inside(standing, now)
    return (min(inside) if inside else now) + policy_of(standing).window


def _inside(standing: Standing, now: datetime) -> list[datetime]:
    window = policy_of(standing).window
    return [instant for instant in standing.bad_logons if instant > now - window]
