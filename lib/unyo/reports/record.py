"""What reports are made of: one job, its steps, approvals and events, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unyo.core.change import Difference, State
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.plan import Finding, Plan
from unyo.core.risk import Risk
from unyo.core.table import Table
from unyo.core.target import Target
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """Somebody's yes to exactly one digest; times are UTC."""

    approver: str
    at: datetime
    reason: str
    digest: str
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One row of the event log."""

    seq: int
    at: datetime
    kind: str
    actor: str
    hash: str
    step_id: int | None = None


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step; ``outcome`` is None while it waits (for ``due``, or to be reached).

    ``seen`` is the state that was read back, None where the target is absent or was not read.
    ``recovered`` says that an earlier try was cut off and the step was taken up again.
    """

    id: int
    target: Target
    sort: str
    phase: int
    wave: int
    action: str
    outcome: Outcome | None
    code: str = ""
    message: Text | None = None
    next_step: Text | None = None
    detail: str = ""
    before: State | None = None
    after: State | None = None
    seen: State | None = None
    attempts: int = 1
    recovered: bool = False
    due: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None

    def differences(self) -> list[Difference]:
        """The attributes that the plan wanted to change, sorted by name."""
        before: Mapping[str, Any] = self.before or {}
        after: Mapping[str, Any] = self.after or {}
        keys = sorted(after if self.after is not None else before)
        return [Difference(k, before.get(k), after.get(k)) for k in keys if before.get(k) != after.get(k)]


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job as its report tells it; ``id`` as people know it (J-12), all times UTC.

    ``parent`` and ``origin`` (request, resume, undo) are its lineage. ``unchanged`` are the
    targets, as people read them, that the plan found as wanted. ``limits`` and ``breaches`` are ready sentences.
    ``tables`` are what the runbook itself tells of its steps.
    """

    id: str
    runbook: str
    title: Text
    requester: str
    reason: str
    state: JobState
    digest: str
    requested: datetime
    population: int
    steps: tuple[StepRecord, ...]
    ticket: str = ""
    risk: Risk | None = None
    planned: datetime | None = None
    approved: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    unchanged: tuple[str, ...] = ()
    limits: tuple[Text, ...] = ()
    breaches: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    approvals: tuple[ApprovalRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    parent: str = ""
    origin: str = "request"
    stop_reason: Text | None = None
    organisation: str = ""
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan as its approver reads it; ``expires`` is when an approval would come too late (UTC)."""

    id: str
    title: Text
    requester: str
    reason: str
    risk: Risk
    plan: Plan
    planned: datetime
    ticket: str = ""
    expires: datetime | None = None
    parent: str = ""
    origin: str = "request"
    organisation: str = ""
