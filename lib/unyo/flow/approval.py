"""Another person's yes to exactly one digest, with a reason, before it expires."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from unyo.core.errors import BadInput
from unyo.core.job_state import JobState
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.refusal import refused
from unyo.flow.request import active_operator
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Approval, Job

BY_RULE = "rule"


def approve(road: Road, job: Job, approver: str, reason: str, digest: str) -> Approval:
    """Approve the plan with this digest.

    Refused where the approver is the requester, lacks the role that the risk asks for, has seen another
    plan, or comes too late.
    """
    operator = active_operator(approver)
    if not reason.strip():
        raise BadInput(
            "approval.reason",
            Text("an approval needs a reason", "承認には理由が必要です"),
            Text('say why: --reason "…"', "理由を指定: --reason 「…」"),
            target=job.number,
        )
    if operator.name == job.requester:
        raise refused(job, "approval.self", "the requester cannot approve", "依頼者本人は承認できません")
    allowed = ("officer",) if job.risk == Risk.GRAVE else ("operator", "officer")
    if operator.role not in allowed:
        raise refused(
            job,
            "approval.role",
            f"a {job.risk} plan is approved by: {', '.join(allowed)}; {operator.name} is {operator.role}",
            f"危険度 {job.risk} の承認者の役割: {', '.join(allowed)}({operator.name} は {operator.role})",
        )
    return _record(road, job, operator.name, reason.strip(), digest)


def approve_by_rule(road: Road, job: Job) -> Approval:
    """The approval that a ROUTINE plan gets from the rules; Refused for any other."""
    if job.risk != Risk.ROUTINE:
        raise refused(
            job, "approval.rule", f"a {job.risk} plan needs a person", "この計画は人の承認が必要です"
        )
    return _record(road, job, f"{BY_RULE}:routine", "routine by rule", job.digest)


def approve_unattended(road: Road, job: Job, approver: str, reason: str) -> Approval:
    """What was approved beforehand (a schedule, a trigger's rule) stands for this plan; Refused for a GRAVE one."""
    if job.risk == Risk.GRAVE:
        raise refused(
            job, "approval.grave", "a GRAVE plan needs the officer", "重大な計画は責任者の承認が必要です"
        )
    return _record(road, job, approver, reason, job.digest)


def carry_over(road: Road, job: Job, approval: Approval) -> Approval:
    """Let the approval of the parent job stand for the part of it that is now resumed."""
    reason = f"carried over from {approval.job.number}: {approval.reason}"
    return _record(road, job, approval.approver, reason, job.digest, until=approval.expires_at)


def _record(
    road: Road, job: Job, approver: str, reason: str, digest: str, until: datetime | None = None
) -> Approval:
    now = road.tools.clock.now()
    expire_if_late(road, job)
    if digest != job.digest:
        raise refused(
            job,
            "approval.digest",
            f"the plan to approve is {job.digest[:12]}, not {digest[:12]}",
            f"承認対象の計画は {job.digest[:12]} です({digest[:12]} ではありません)",
        )
    with transaction.atomic():
        job.move_to(JobState.APPROVED)
        made = Approval.objects.create(
            job=job,
            approver=approver,
            reason=reason,
            digest=digest,
            risk=job.risk,
            at=now,
            expires_at=until or job.expires_at or now,
        )
        fields = {"digest": digest, "reason": reason, "risk": job.risk}
        append([NewEvent("job.approved", approver, job.pk, fields=fields)], now)
    return made


def refuse(road: Road, job: Job, approver: str, reason: str) -> None:
    """Somebody's no: the job ends REFUSED, nothing of it was applied."""
    operator = active_operator(approver)
    now = road.tools.clock.now()
    with transaction.atomic():
        job.move_to(JobState.REFUSED)
        Job.objects.filter(pk=job.pk).update(ended_at=now)
        append([NewEvent("job.refused", operator.name, job.pk, fields={"reason": reason})], now)


def expire_if_late(road: Road, job: Job) -> None:
    """End a plan or an approval whose time is over; raises Refused when it did."""
    now = road.tools.clock.now()
    waits = job.state in (JobState.PLANNED, JobState.APPROVED)
    if not waits or job.expires_at is None or now <= job.expires_at:
        return
    with transaction.atomic():
        job.move_to(JobState.EXPIRED)
        Job.objects.filter(pk=job.pk).update(ended_at=now)
        append([NewEvent("job.expired", "unyo", job.pk)], now)
    raise refused(job, "approval.expired", "the plan has expired", "計画の有効期限が切れています")
