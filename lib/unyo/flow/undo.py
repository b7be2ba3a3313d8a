"""Taking a job back: every target it changed gets its former attributes, in reverse order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from django.db.models import Q

from unyo.core.change import Change, State
from unyo.core.errors import NotFound, Refused, UnyoError
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
from unyo.flow.unforeseen import carried_out
from unyo.ledger.models import Job, Origin

_WRITTEN = [Outcome.DONE.value, Outcome.UNVERIFIED.value, Outcome.PENDING_REBOOT.value]
# These may have been written in part; one that the plan could not look at, and no try could read, was not.
_PERHAPS = [Outcome.FAILED.value, Outcome.ERRORED.value]
TOUCHED = Q(outcome__in=_WRITTEN) | Q(outcome__in=_PERHAPS) & (
    Q(change__foreseen=True) | Q(found__isnull=False)
)


def request_undo(road: Road, job: Job, requester: str, reason: str, only: Sequence[str] = ()) -> Job:
    """A new job that takes ``job`` back; Refused while it runs, or where its kind has no way back.

    ``only`` names the keys of the states to which it is restricted; BadInput where none was changed.
    """
    if not JobState(job.state).is_end:
        raise Refused(
            "undo.running",
            Text("the job has not ended", "ジョブがまだ終わっていません"),
            Text(
                f"wait for it, or end what waits: unyo jobs cancel {job.pk}; then undo it",
                f"終了を待つか、待機中の分を終える (unyo jobs cancel {job.pk}) 。その後に取り戻す",
            ),
            target=job.number,
        )
    if not isinstance(road.find_runbook(job.runbook), StateRunbook):
        raise refused(job, "undo.kind", "this kind of job has no undo", "この種類のジョブは元に戻せません")
    if not job.steps.filter(TOUCHED).exists():
        raise refused(job, "undo.nothing", "the job changed nothing", "このジョブは何も変更していません")
    _check_keys(job, only)
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
            only=sorted(only) or None,
        ),
    )


def _check_keys(job: Job, only: Sequence[str]) -> None:
    if not only:
        return
    changed = {item.key for step in job.steps.filter(TOUCHED) for item in carried_out(step).differences()}
    for key in only:
        if key not in changed:
            near = ", ".join(get_close_matches(key, sorted(changed), 5, 0.3)) or ", ".join(
                sorted(changed)[:5]
            )
            raise NotFound(
                "undo.key",
                Text("the job did not change this", "このジョブはその項目を変更していません"),
                Text(f"it changed: {near}", f"変更した項目: {near}"),
                target=key,
            )


def undo_plan(road: Road, job: Job, runbook: Runbook[Any]) -> Plan:
    """The reversed changes of the parent's touched targets, latest first.

    A target that was changed again since is left out and named; so is one that cannot go back.
    """
    if job.parent is None or not isinstance(runbook, StateRunbook):
        raise ValueError("an undo has a parent job of a StateRunbook")
    steps = list(job.parent.steps.filter(TOUCHED).order_by("-order"))
    done = _restricted(_merged([carried_out(step) for step in steps]), job.only)
    seen = runbook.read_changes(done, road.tools)
    changes: list[Change] = []
    unchanged: list[Target] = []
    findings: list[Finding] = list(runbook.undo_findings(done, road.tools))
    for change, now in zip(done, seen, strict=True):
        back = change.reversed()
        if back is None:
            findings.append(_left_out(change, "undo.impossible", "cannot be undone", "元に戻せません"))
        elif isinstance(now, UnyoError):
            blind = runbook.unreadable(change.target, back.after, now)
            if isinstance(blind, UnyoError):
                raise blind
            changes.append(replace(back, foreseen=False))
        elif _stands(back.after, now):
            unchanged.append(change.target)
        elif _is_between(back, now):
            changes.append(replace(back, before=_now_of(back, now)))
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


def _restricted(changes: list[Change], only: list[str] | None) -> list[Change]:
    """The parts of the changes that concern these keys; a thing made or removed as a whole cannot be parted.

    Hidden keys stay: they say what the others mean.
    """
    if only is None:
        return changes
    parts = []
    for change in changes:
        after = {
            key: value for key, value in (change.after or {}).items() if key in only or key.startswith("_")
        }
        if change.before is None or change.after is None:
            parts.append(replace(change, undoable=False))
        elif any(key in after for key in only):
            before = {key: change.before[key] for key in after if key in change.before}
            parts.append(replace(change, before=before, after=after))
    return parts


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


def _is_between(back: Change, now: State | None) -> bool:
    """Whether all that differs is that the step was done by half, or taken back by half, such as by a guard."""
    if back.before is None or back.after is None or now is None:
        return False
    return all(now.get(key) in (back.before[key], back.after.get(key)) for key in back.before)


def _now_of(back: Change, now: State | None) -> State:
    return {key: (now or {}).get(key) for key in back.before or {}}


def _left_out(change: Change, code: str, en: str, ja: str) -> Finding:
    return Finding(
        code,
        Weight.ODD,
        Text(f"{change.target.shown}: {en}", f"{change.target.shown}: {ja}"),
        change.target.lock,
    )
