"""Holding the result rows against the events that vouch for them."""

from __future__ import annotations

from unyo.core.canonical import digest
from unyo.core.text import Text
from unyo.ledger.chain import Damage
from unyo.ledger.models import Approval, Event, Job, Step, StepState


def contradictions() -> list[Damage]:
    """Steps, plans and approvals that say something else than their events do."""
    return [*_steps(), *_approvals()]


def _steps() -> list[Damage]:
    told: dict[int | None, tuple[int, str, str | None]] = {}
    events = Event.objects.filter(kind="step.ended").order_by("seq")
    for seq, step_id, fields in events.values_list("seq", "step_id", "fields").iterator(chunk_size=2000):
        told[step_id] = (seq, fields["outcome"], fields["seen"])
    found = []
    ended = Step.objects.filter(state=StepState.ENDED).exclude(started_at=None)
    for pk, lock, outcome, seen in ended.values_list("pk", "lock", "outcome", "seen").iterator(
        chunk_size=2000
    ):
        seq, event_outcome, event_seen = told.get(pk, (0, "", None))
        if (event_outcome, event_seen) != (outcome, None if seen is None else digest(seen)):
            text = Text(
                f"step {pk} ({lock}) differs from event {seq}",
                f"ステップ {pk}({lock})がイベント {seq} と一致しません",
            )
            found.append(Damage(seq, "step", text))
    return found


def _approvals() -> list[Damage]:
    events = Event.objects.filter(kind__in=("job.approved", "job.planned")).values_list(
        "kind", "job_id", "actor", "fields"
    )
    told = {
        (kind, job, actor if kind == "job.approved" else "", fields["digest"])
        for kind, job, actor, fields in events
    }
    found = []
    for job_id, approver, stored in Approval.objects.values_list("job_id", "approver", "digest"):
        if ("job.approved", job_id, approver, stored) not in told:
            found.append(_damage(job_id, "approval", "承認"))
    for job_id, stored in Job.objects.exclude(digest="").values_list("pk", "digest"):
        if ("job.planned", job_id, "", stored) not in told:
            found.append(_damage(job_id, "plan", "計画"))
    return found


def _damage(job_id: int, en: str, ja: str) -> Damage:
    return Damage(
        0,
        en,
        Text(
            f"the {en} of job {job_id} has no event", f"ジョブ {job_id} の{ja}に対応するイベントがありません"
        ),
    )
