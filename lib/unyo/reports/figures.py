"""Numbers that know the rows behind them: every printed count is the length of a list of step ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from unyo.core.outcome import Outcome
from unyo.core.text import Text
from unyo.reports.record import StepRecord

K = TypeVar("K")

WAITING = "WAITING"
"""Stands for the outcome of a step that has none yet."""

ORDER = (
    *("FAILED", "ERRORED", "UNVERIFIED", "UNREACHABLE", "SKIPPED"),
    *(WAITING, "PENDING_REBOOT", "DONE", "UNCHANGED"),
)
"""Outcomes in the order of a report: what needs somebody first."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a report; ``anchor`` is where the page lists the steps behind it."""

    anchor: str
    steps: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Sorts of change against outcomes; ``cells`` has one row per sort, in the order of ``sorts``."""

    sorts: tuple[str, ...]
    outcomes: tuple[str, ...]
    cells: tuple[tuple[Figure, ...], ...]
    row_totals: tuple[Figure, ...]
    column_totals: tuple[Figure, ...]
    total: Figure


@dataclass(frozen=True, slots=True)
class Cause:
    """Steps that did not end well for one and the same reason."""

    code: str
    outcome: Outcome
    message: Text
    next_step: Text | None
    figure: Figure


def outcome_of(step: StepRecord) -> str:
    return step.outcome.value if step.outcome else WAITING


def figure(anchor: str, steps: Iterable[StepRecord]) -> Figure:
    return Figure(anchor, tuple(step.id for step in steps))


def outcome_table(steps: Sequence[StepRecord]) -> OutcomeTable:
    """Counts of steps by sort (as they first appear) and outcome (what needs somebody first)."""
    sorts = tuple(dict.fromkeys(step.sort for step in steps))
    present = {outcome_of(step) for step in steps}
    outcomes = tuple(outcome for outcome in ORDER if outcome in present)
    by_cell = _grouped(steps, lambda step: (step.sort, outcome_of(step)))
    by_sort = _grouped(steps, lambda step: step.sort)
    by_outcome = _grouped(steps, outcome_of)
    place = {sort: i for i, sort in enumerate(sorts, 1)}
    return OutcomeTable(
        sorts,
        outcomes,
        tuple(
            tuple(figure(f"c{place[sort]}-{o}", by_cell.get((sort, o), [])) for o in outcomes)
            for sort in sorts
        ),
        tuple(figure(f"sort-{place[sort]}", by_sort[sort]) for sort in sorts),
        tuple(figure(f"outcome-{outcome}", by_outcome[outcome]) for outcome in outcomes),
        figure("all", steps),
    )


def causes(steps: Sequence[StepRecord]) -> list[Cause]:
    """What went wrong, grouped by outcome, code and sentence; the most frequent first."""
    bad = [step for step in steps if step.outcome and not step.outcome.is_good]
    groups = _grouped(bad, lambda step: (step.outcome, step.code, step.message))
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    found = []
    for i, ((outcome, code, message), group) in enumerate(ordered, 1):
        if outcome is not None:
            text = message or outcome.label
            found.append(Cause(code, outcome, text, group[0].next_step, figure(f"cause-{i}", group)))
    return found


def good(steps: Sequence[StepRecord]) -> list[StepRecord]:
    return [step for step in steps if step.outcome and step.outcome.is_good]


def waiting(steps: Sequence[StepRecord]) -> list[StepRecord]:
    return [step for step in steps if step.outcome is None]


def proven(steps: Sequence[StepRecord]) -> list[StepRecord]:
    """Written, then read back as wanted."""
    return [step for step in steps if step.outcome is Outcome.DONE]


def _grouped(steps: Iterable[StepRecord], key: Callable[[StepRecord], K]) -> dict[K, list[StepRecord]]:
    groups: dict[K, list[StepRecord]] = {}
    for step in steps:
        groups.setdefault(key(step), []).append(step)
    return groups
