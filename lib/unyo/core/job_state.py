"""The states of a job and the one table of allowed moves."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from unyo.core.errors import Refused
from unyo.core.outcome import Outcome
from unyo.core.text import Text


class JobState(StrEnum):
    """Where a job stands on the road."""

    REQUESTED = "REQUESTED"
    PLANNED = "PLANNED"
    APPROVED = "APPROVED"
    RUNNING = "RUNNING"
    INTERRUPTED = "INTERRUPTED"
    DONE = "DONE"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    ERRORED = "ERRORED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    STALE = "STALE"

    @property
    def is_end(self) -> bool:
        return not MOVES[self]

    @property
    def label(self) -> Text:
        return _LABELS[self]


_ENDS = {JobState.DONE, JobState.PARTIAL, JobState.FAILED, JobState.ERRORED}

MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.REQUESTED: frozenset(
        {JobState.PLANNED, JobState.REFUSED, JobState.CANCELLED, JobState.ERRORED, JobState.DONE}
    ),
    JobState.PLANNED: frozenset({JobState.APPROVED, JobState.REFUSED, JobState.CANCELLED, JobState.EXPIRED}),
    JobState.APPROVED: frozenset(
        {JobState.RUNNING, JobState.STALE, JobState.CANCELLED, JobState.EXPIRED, JobState.ERRORED}
    ),
    JobState.RUNNING: frozenset({*_ENDS, JobState.CANCELLED, JobState.INTERRUPTED}),
    JobState.INTERRUPTED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    **{state: frozenset() for state in _ENDS},
    JobState.REFUSED: frozenset(),
    JobState.CANCELLED: frozenset(),
    JobState.EXPIRED: frozenset(),
    JobState.STALE: frozenset(),
}

_LABELS = {
    JobState.REQUESTED: Text("requested", "依頼受付"),
    JobState.PLANNED: Text("waits for approval", "承認待ち"),
    JobState.APPROVED: Text("approved", "承認済み"),
    JobState.RUNNING: Text("running", "実行中"),
    JobState.INTERRUPTED: Text("interrupted, will go on", "中断(再開待ち)"),
    JobState.DONE: Text("done", "完了"),
    JobState.PARTIAL: Text("partly done", "一部完了"),
    JobState.FAILED: Text("failed", "失敗"),
    JobState.ERRORED: Text("unyo broke", "異常終了"),
    JobState.REFUSED: Text("refused", "却下"),
    JobState.CANCELLED: Text("cancelled", "取消"),
    JobState.EXPIRED: Text("approval expired", "承認期限切れ"),
    JobState.STALE: Text("plan is out of date", "計画が古い"),
}


def check_move(job: str, now: JobState, to: JobState) -> None:
    """Raise Refused unless the table allows the move."""
    if to not in MOVES[now]:
        raise Refused(
            "job.move",
            Text(f"a job that is {now} cannot become {to}", f"状態 {now} のジョブは {to} にできません"),
            Text(f"look at it: unyo jobs show {job}", f"状況を確認: unyo jobs show {job}"),
            target=job,
        )


def state_of(outcomes: Iterable[Outcome]) -> JobState:
    """The honest end of a job from the outcomes of its steps; no step at all means nothing was left to do."""
    seen = set(outcomes)
    if all(outcome.is_good for outcome in seen):
        return JobState.DONE
    if any(outcome.is_good for outcome in seen):
        return JobState.PARTIAL
    if Outcome.ERRORED in seen:
        return JobState.ERRORED
    return JobState.FAILED
