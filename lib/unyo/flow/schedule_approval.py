"""The standing approval of a schedule: another person's yes to its content, for a while, within its limits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from unyo.core.dates import in_jst
from unyo.core.errors import BadInput, Refused
from unyo.core.schedule import Schedule
from unyo.core.schedule_file import schedule_from
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.request import active_operator
from unyo.flow.unattended import Agreed
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Operator, ScheduleRecord

ROLES = ("operator", "officer")
LONGEST = timedelta(days=400)


def standing_approval(record: ScheduleRecord, schedule: Schedule, now: datetime) -> Agreed:
    """Whose yes covers a GUARDED plan of this schedule now; with an empty name why nobody's does."""
    if not record.approved_by or record.approved_until is None:
        return Agreed("", Text("the schedule has no standing approval", "スケジュールの包括承認がありません"))
    if record.approved_digest != schedule.digest:
        return Agreed(
            "",
            Text(
                "the schedule was changed after its approval", "包括承認の後にスケジュールが変更されています"
            ),
        )
    if not now <= record.approved_until:
        until = f"{in_jst(record.approved_until):%Y-%m-%d %H:%M}"
        return Agreed("", Text(f"the approval ended at {until}", f"包括承認の期限切れ({until})"))
    approver = Operator.objects.filter(name=record.approved_by, active=True, role__in=ROLES).first()
    if approver is None or approver.name == record.owner:
        return Agreed(
            "",
            Text(f"{record.approved_by} can no longer approve", f"{record.approved_by} は現在承認できません"),
        )
    return Agreed(
        approver.name,
        Text(
            f"standing approval of schedule {record.name}: {record.approval_reason}",
            f"スケジュール {record.name} の包括承認: {record.approval_reason}",
        ),
    )


def approve_schedule(
    road: Road, record: ScheduleRecord, approver: str, reason: str, digest: str, until: datetime
) -> None:
    """Approve the content with this digest until an instant.

    Refused where the approver owns the schedule, lacks the role, or has seen another content.
    """
    operator, now = active_operator(approver), road.tools.clock.now()
    if not reason.strip():
        raise BadInput(
            "approval.reason",
            Text("an approval needs a reason", "承認には理由が必要です"),
            Text('say why: --reason "…"', "理由を指定: --reason 「…」"),
            target=record.name,
        )
    if not now < until <= now + LONGEST:
        raise BadInput(
            "schedule.approval_until",
            Text("a standing approval ends within 400 days", "包括承認の期限は 400 日以内です"),
            Text("give a nearer --until", "より近い --until を指定"),
            target="--until",
        )
    with transaction.atomic():
        record = ScheduleRecord.objects.select_for_update().get(pk=record.pk)
        _check(record, operator, digest)
        record.approved_by, record.approved_at, record.approved_until = operator.name, now, until
        record.approved_digest, record.approval_reason = digest, reason.strip()
        record.save()
        fields = {
            "schedule": record.name,
            "version": record.version,
            "digest": digest,
            "until": until.isoformat(),
            "reason": reason.strip(),
        }
        append([NewEvent("schedule.approved", operator.name, fields=fields)], now)


def _check(record: ScheduleRecord, operator: Operator, digest: str) -> None:
    if record.ended_at is not None:
        raise _refused(record, "schedule.ended", "the schedule has ended", "スケジュールは終了しています")
    if operator.name == record.owner:
        raise _refused(
            record, "approval.self", "the owner cannot approve", "スケジュールの所有者本人は承認できません"
        )
    if operator.role not in ROLES:
        raise _refused(
            record,
            "approval.role",
            f"{operator.name} is {operator.role}; needed: {', '.join(ROLES)}",
            f"承認者の役割: {', '.join(ROLES)}({operator.name} は {operator.role})",
        )
    now = schedule_from(record.content).digest
    if digest != now:
        raise _refused(
            record,
            "approval.digest",
            f"the schedule is now {now[:12]}, not {digest[:12]}",
            f"現在のスケジュールは {now[:12]} です({digest[:12]} ではありません)",
        )


def _refused(record: ScheduleRecord, code: str, en: str, ja: str) -> Refused:
    look = f"unyo schedule show {record.name}"
    return Refused(code, Text(en, ja), Text(f"look at it: {look}", f"内容を確認: {look}"), target=record.name)
