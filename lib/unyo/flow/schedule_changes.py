"""Making, changing, pausing, resuming and ending schedules: each an event with what was before and after."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction

from unyo.core.errors import BadInput, Refused
from unyo.core.params import params_from_json
from unyo.core.schedule import Schedule
from unyo.core.schedule_runs import occurrences
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.flow.request import active_operator, ticket_numbered
from unyo.flow.schedule_notice import notice
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import ScheduleRecord

_NAME = re.compile(r"[\w][\w.-]{0,59}")
_LOOKED_AT = 60


def add_schedule(
    road: Road, name: str, schedule: Schedule, owner: str, reason: str, ticket: str = ""
) -> ScheduleRecord:
    """A new schedule, whose jobs ``owner`` requests; BadInput where it could never run."""
    operator, now = active_operator(owner), road.tools.clock.now()
    if not _NAME.fullmatch(name):
        raise _bad(
            "schedule.name",
            Text("the name cannot be used", "その名前は使えません"),
            Text("letters, digits, dot, hyphen; up to 60", "文字・数字・ピリオド・ハイフンで 60 文字まで"),
            name,
        )
    _check_reason(reason, name)
    check_schedule(road, schedule, now)
    record = ScheduleRecord(
        name=name,
        runbook=schedule.runbook,
        content=schedule.as_json(),
        owner=operator.name,
        reason=reason.strip(),
        ticket=ticket_numbered(ticket),
        created_at=now,
        changed_at=now,
        starts_from=now,
        settled_until=now,
    )
    try:
        with transaction.atomic():
            record.save()
            fields = {**_content(record), "digest": schedule.digest}
            append([NewEvent("schedule.added", operator.name, fields=fields)], now)
    except IntegrityError:
        raise _bad(
            "schedule.name_taken",
            Text("there is a schedule of that name", "その名前のスケジュールは既にあります"),
            Text(
                "take another name with --as, or: unyo schedule change",
                "--as で別名にするか unyo schedule change",
            ),
            name,
        ) from None
    return record


def change_schedule(road: Road, record: ScheduleRecord, schedule: Schedule, by: str, reason: str) -> None:
    """Replace the content. Who changes a schedule owns it from then on; its standing approval falls away."""
    operator, now = active_operator(by), road.tools.clock.now()
    _check_reason(reason, record.name)
    check_schedule(road, schedule, now)
    # What is due by the old rule is noted by the old rule.
    notice(record.pk, now, road.calendar())
    with transaction.atomic():
        record = _alive(record)
        before = _content(record)
        record.content, record.runbook, record.owner = schedule.as_json(), schedule.runbook, operator.name
        record.version, record.changed_at = record.version + 1, now
        record.starts_from = record.settled_until = now
        record.next_at = None
        record.save()
        fields = {
            "schedule": record.name,
            "version": record.version,
            "before": before,
            "after": _content(record),
            "digest": schedule.digest,
            "reason": reason.strip(),
        }
        append([NewEvent("schedule.changed", operator.name, fields=fields)], now)


def pause_schedule(road: Road, record: ScheduleRecord, by: str, reason: str) -> None:
    """Let runs fall due without a job until it is resumed; each of them is noted as paused."""
    _check_reason(reason, record.name)
    notice(record.pk, road.tools.clock.now(), road.calendar())
    _set(road, record, by, "schedule.paused", reason, paused_by=by, paused_reason=reason.strip())


def resume_schedule(road: Road, record: ScheduleRecord, by: str, reason: str) -> None:
    # What fell due until now was paused, and is noted so even where no worker has looked.
    notice(record.pk, road.tools.clock.now(), road.calendar())
    _set(road, record, by, "schedule.resumed", reason, paused_at=None, paused_by="", paused_reason="")


def end_schedule(road: Road, record: ScheduleRecord, by: str, reason: str) -> None:
    """No run any more; the schedule and its history are kept."""
    _check_reason(reason, record.name)
    _set(road, record, by, "schedule.ended", reason, ended_by=by)


def _set(road: Road, record: ScheduleRecord, by: str, event: str, reason: str, **values: Any) -> None:
    operator, now = active_operator(by), road.tools.clock.now()
    stamped = {"schedule.paused": "paused_at", "schedule.ended": "ended_at"}
    with transaction.atomic():
        record = _alive(record)
        if (record.paused_at is None) == (event == "schedule.resumed") and event != "schedule.ended":
            state = Text("it is not paused", "一時停止していません")
            if record.paused_at is not None:
                state = Text(
                    f"{record.paused_by} has paused it already", f"{record.paused_by} が一時停止済みです"
                )
            raise _refused(record, state)
        if event in stamped:
            values[stamped[event]] = now
        ScheduleRecord.objects.filter(pk=record.pk).update(**values)
        fields = {"schedule": record.name, "reason": reason.strip()}
        append([NewEvent(event, operator.name, fields=fields)], now)


def check_schedule(road: Road, schedule: Schedule, now: datetime) -> None:
    """BadInput where the parameters do not fit the runbook, or none of the next runs could take place."""
    runbook = road.find_runbook(schedule.runbook)
    params_from_json(runbook.Params, schedule.params)
    coming = list(islice(occurrences(schedule.timetable, road.calendar(), now), _LOOKED_AT))
    if not any(run.at for run in coming):
        why = coming[0].reasons[-1] if coming else Text("the rule names no day", "該当する日がありません")
        raise _bad(
            "schedule.never",
            Text(f"it would never run: {why.en}", f"実施される回がありません: {why.ja}"),
            Text("change rule, blackouts or windows", "条件・実施禁止期間・作業時間帯を見直す"),
            schedule.runbook,
        )


def _alive(record: ScheduleRecord) -> ScheduleRecord:
    found = ScheduleRecord.objects.select_for_update().get(pk=record.pk)
    if found.ended_at is not None:
        raise _refused(found, Text("the schedule has ended", "スケジュールは終了しています"))
    return found


def _content(record: ScheduleRecord) -> dict[str, Any]:
    return {"schedule": record.name, **record.content, "owner": record.owner, "reason": record.reason}


def _check_reason(reason: str, name: str) -> None:
    if not reason.strip():
        raise _bad(
            "schedule.reason",
            Text(
                "a schedule and each change of it need a reason", "スケジュールとその変更には理由が必要です"
            ),
            Text('say why: --reason "…"', "理由を指定: --reason 「…」"),
            name,
        )


def _bad(code: str, what: Text, next_step: Text, target: str) -> BadInput:
    return BadInput(code, what, next_step, target=target)


def _refused(record: ScheduleRecord, what: Text) -> Refused:
    look = f"unyo schedule show {record.name}"
    return Refused(
        "schedule.state", what, Text(f"look at it: {look}", f"状況を確認: {look}"), target=record.name
    )
