"""The order in which changes are carried out: by due time, by phase, canary first, then waves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from itertools import groupby

from unyo.core.change import Change
from unyo.core.runbook import Pace

_AT_ONCE = datetime.min.replace(tzinfo=timezone.utc)


def in_waves(changes: Sequence[Change], pace: Pace) -> list[tuple[int, Change]]:
    """Every change with the number of its wave, in order; a wave starts when the one before has ended.

    Every phase that is larger than the canary is led by one.
    """
    # What the plan could not look at (a terminal that was off) comes last, so that it leads nobody.
    ordered = sorted(changes, key=lambda change: (_turn(change), not change.foreseen))
    waves: list[tuple[int, Change]] = []
    number = 0
    for _, group in groupby(ordered, key=_turn):
        members = list(group)
        for size in _sizes(len(members), pace):
            waves += [(number, change) for change in members[:size]]
            members = members[size:]
            number += 1
    return waves


def _turn(change: Change) -> tuple[datetime, int]:
    return (change.due or _AT_ONCE, change.phase)


def _sizes(count: int, pace: Pace) -> list[int]:
    sizes = [pace.canary] if 0 < pace.canary < count else []
    left = count - sum(sizes)
    full, rest = divmod(left, max(pace.wave, 1))
    return sizes + [max(pace.wave, 1)] * full + ([rest] if rest else [])


def is_canary(wave_size: int, wave: int, pace: Pace) -> bool:
    """The first wave of a job that has a canary."""
    return wave == 0 and 0 < wave_size <= pace.canary
