"""Taking a job back: every target it changed gets its former attributes, in reverse order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from unyo.core.change import Change, State
from unyo.core.errors import UnyoError
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.runbook import Runbook
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.refusal import refused
from unyo.flow.request import active_operator, record_request
from unyo.ledger.models import Job, Origin

TOUCHED = [Outcome.DONE.value, Outcome.UNVERIFIED.value, Outcome.PENDING_REBOOT.value]


def request_undo(road: Road, job: Job, requester: str, reason: str) -> Job:
    """A new job that takes ``job`` back; Refused while it runs, or where its kind has no way back."""
    if not JobState(job.state).is_end:
        raise refused(job, "undo.running", "the job has not ended", "ジョブがまだ終わっていません")
    if not isinstance(road.find_runbook(job.runbook), StateRunbook):
        raise refused(job, "undo.kind", "this kind of job has no undo", "この種類のジョブは元に戻せません")
    if not job.steps.filter(outcome__in=TOUCHED).exists():
        raise refused(job, "undo.nothing", "the job changed nothing", "このジョブは何も変更していません")
    active_operator(requester)
    return record_request(
        road,
        Job(
            runbook=job.runbook,
            params=job.params,
            origin=Origin.UNDO,
            parent=job,
            requester=requester,
            reason=reason,
            ticket=job.ticket,
        ),
    )


def undo_plan(road: Road, job: Job, runbook: Runbook[Any]) -> Plan:
    """The reversed changes of the parent's touched targets, latest first.

    A target that was changed again since is left out and named; so is one that cannot go back.
    """
    if job.parent is None or not isinstance(runbook, StateRunbook):
        raise ValueError("an undo has a parent job of a StateRunbook")
    steps = list(job.parent.steps.filter(outcome__in=TOUCHED).order_by("-order"))
    done = _merged([Change.from_json(step.change) for step in steps])
    seen = runbook.read_many([change.target for change in done], road.tools)
    changes: list[Change] = []
    unchanged: list[Target] = []
    findings: list[Finding] = []
    for change, now in zip(done, seen, strict=True):
        if isinstance(now, UnyoError):
            raise now
        back = change.reversed()
        if back is None:
            findings.append(_left_out(change, "undo.impossible", "cannot be undone", "元に戻せません"))
        elif _stands(back.after, now):
            unchanged.append(change.target)
        elif not _stands(back.before, now):
            findings.append(
                _left_out(change, "undo.moved", "was changed again since", "その後に変更されています")
            )
        else:
            changes.append(back)
    order = {id(change): number for number, change in enumerate(changes)}
    changes.sort(key=lambda change: (change.phase, order[id(change)]))
    population = int(job.parent.plan.get("population", len(steps)))
    findings.append(
        Finding(
            "undo.passwords",
            Weight.NOTE,
            Text("passwords are not put back", "パスワードは元に戻りません"),
        )
    )
    return Plan(
        runbook.name,
        job.params,
        tuple(changes),
        population,
        tuple(unchanged),
        tuple(findings),
        runbook.limits,
    )


def _merged(latest_first: list[Change]) -> list[Change]:
    """One change per target, from its earliest before to its latest after."""
    merged: dict[str, Change] = {}
    for change in latest_first:
        later = merged.get(change.target.lock)
        merged[change.target.lock] = change if later is None else _joined(change, later)
    return list(merged.values())


def _joined(earlier: Change, later: Change) -> Change:
    after = None if later.after is None else {**(earlier.after or {}), **later.after}
    before = earlier.before
    if before is not None and later.before is not None:
        before = {**later.before, **before}
    return replace(
        later, before=before, after=after, phase=earlier.phase, undoable=earlier.undoable and later.undoable
    )


def _stands(wanted: State | None, now: State | None) -> bool:
    if wanted is None or now is None:
        return wanted is None and now is None
    return all(now.get(key) == value for key, value in wanted.items())


def _left_out(change: Change, code: str, en: str, ja: str) -> Finding:
    return Finding(
        code,
        Weight.ODD,
        Text(f"{change.target.shown}: {en}", f"{change.target.shown}: {ja}"),
        change.target.lock,
    )
