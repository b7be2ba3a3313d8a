"""What a step's good end leaves in the books beside the step itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from unyo.core.canonical import plain
from unyo.core.outcome import Outcome, StepResult
from unyo.ledger.models import Account, ApprovedBaseline, IsolationRecord, Step, TerminalRecord

_TERMINAL = "terminal:"


def remember(ended: Sequence[tuple[Step, StepResult]], now: datetime) -> None:
    """Keep what accounts and terminals are now; call it in the transaction of the end."""
    good = [(step, result) for step, result in ended if result.outcome.is_good]
    _accounts([pair for pair in good if pair[0].lock.startswith("account:")], now)
    terminals = [pair for pair in good if pair[0].lock.startswith(_TERMINAL)]
    _baselines(terminals, now)
    _isolations(terminals, now)


def note_sightings(ended: Sequence[tuple[Step, StepResult]], now: datetime) -> None:
    """The terminals that have just been read were there."""
    seen = [
        step.lock.removeprefix(_TERMINAL)
        for step, result in ended
        if step.lock.startswith(_TERMINAL) and result.seen is not None
    ]
    if seen:
        TerminalRecord.objects.filter(pk__in=seen).update(last_seen=now)


def _accounts(ended: Sequence[tuple[Step, StepResult]], now: datetime) -> None:
    accounts = [
        Account(
            staff_number=step.lock.removeprefix("account:"),
            state=None if result.seen is None else plain(result.seen),
            step=step,
            seen_at=now,
        )
        for step, result in ended
    ]
    Account.objects.bulk_create(
        accounts,
        update_conflicts=True,
        unique_fields=["staff_number"],
        update_fields=["state", "step", "seen_at"],
    )


def _baselines(ended: Sequence[tuple[Step, StepResult]], now: datetime) -> None:
    """Lay the values that an approved job set or confirmed over the earlier ones."""
    applied = [pair for pair in ended if pair[0].job.runbook == "policy.apply"]
    if not applied:
        return
    serials = [step.lock.removeprefix(_TERMINAL) for step, _ in applied]
    former = {(row.serial, row.pack): row for row in ApprovedBaseline.objects.filter(serial__in=serials)}
    for step, result in applied:
        key = (step.lock.removeprefix(_TERMINAL), _pack(step.job.params))
        row = former.setdefault(key, ApprovedBaseline(serial=key[0], pack=key[1], values={}))
        row.values, row.step, row.at = {**row.values, **_approved_values(step, result)}, step, now
    keys = {(step.lock.removeprefix(_TERMINAL), _pack(step.job.params)) for step, _ in applied}
    ApprovedBaseline.objects.bulk_create(
        [former[key] for key in keys],
        update_conflicts=True,
        unique_fields=["serial", "pack"],
        update_fields=["values", "step", "at"],
    )


def _pack(params: dict[str, Any]) -> str:
    named = params.get("pack") or ""
    return ", ".join(named) if isinstance(named, list) else str(named)


def _approved_values(step: Step, result: StepResult) -> dict[str, Any]:
    """What was read back; what only a reboot brings about counts as it was approved."""
    wanted = step.change["after"] or {}
    seen = {key: value for key, value in plain(result.seen or {}).items() if not key.startswith("_")}
    return {**seen, **wanted} if result.outcome is Outcome.PENDING_REBOOT else seen


def _isolations(ended: Sequence[tuple[Step, StepResult]], now: datetime) -> None:
    """A terminal that was read as cut off has an open record, one that was read as free has none."""
    for step, result in ended:
        if result.seen is None or "isolated" not in result.seen:
            continue
        serial, until = step.lock.removeprefix(_TERMINAL), result.seen.get("until")
        still_open = IsolationRecord.objects.filter(serial=serial, released_at=None)
        # One whose time was over had ended by itself.
        still_open.filter(until__lt=now).update(released_at=F("until"))
        if not result.seen["isolated"]:
            still_open.update(released_at=now)
            continue
        ends = datetime.fromisoformat(until) if until else None
        if not still_open.update(until=ends):
            IsolationRecord.objects.create(serial=serial, since=now, until=ends, step=step)
