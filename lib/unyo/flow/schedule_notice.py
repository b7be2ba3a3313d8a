"""Noticing that runs of a schedule have fallen due: each gets its row exactly once, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from unyo.core.schedule import Schedule
from unyo.core.schedule_file import schedule_from
from unyo.core.schedule_runs import planned_occurrences
from unyo.core.workdays import WorkDays
from unyo.flow.context import Road
from unyo.flow.schedule_verdict import Seen, Verdict, decided
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import RunState, ScheduleRecord, ScheduleRun
from unyo.ledger.schedules import calendar_digest

MOST_ROWS = 100
"""Of what was missed in a long outage so many runs get a row each; the event counts the others too."""

CLOCK_TOLERANCE = timedelta(minutes=5)
FAR = timedelta(days=36500)


def notice_all(road: Road) -> None:
    """Look at every schedule whose turn has come, or whose calendar has changed."""
    now, days = road.tools.clock.now(), road.calendar()
    forget_the_future(now)
    alive = ScheduleRecord.objects.filter(ended_at__isnull=True)
    due = Q(next_at__isnull=True) | Q(next_at__lte=now) | ~Q(calendar=calendar_digest(days))
    for pk in alive.filter(due).order_by("pk").values_list("pk", flat=True):
        notice(pk, now, days)


def notice(pk: int, now: datetime, days: WorkDays) -> None:
    """Give every run of one schedule that is due by now its row; all or nothing."""
    with transaction.atomic():
        record = ScheduleRecord.objects.select_for_update().get(pk=pk)
        if record.ended_at is not None:
            return
        schedule = schedule_from(record.content)
        seen = _look(record, schedule, days, now)
        _write(record, decided(record, schedule, seen, now, days), now)
        record.next_at = seen.next_at or now + FAR
        record.settled_until = _settled(record, schedule, days, seen)
        record.calendar = calendar_digest(days)
        record.save(update_fields=["next_at", "settled_until", "calendar"])


def _look(record: ScheduleRecord, schedule: Schedule, days: WorkDays, now: datetime) -> Seen:
    seen = Seen()
    rows = record.runs.filter(planned_for__gt=record.settled_until)
    known = set(rows.values_list("planned_for", flat=True))
    for run in planned_occurrences(schedule.timetable, days, record.settled_until):
        if run.turn > now:
            if {run.planned_for, *run.also} <= known:
                continue
            seen.next_at = run.turn
            break
        seen.instants |= {run.planned_for, *run.also}
        if run.planned_for not in known and max(run.planned_for, run.turn) > record.starts_from:
            (seen.due if run.turn > record.starts_from else seen.too_early).append(run)
        if run.turn > record.starts_from:
            seen.joined += [(instant, run) for instant in run.also if instant not in known]
    seen.instants |= known
    return seen


def _settled(record: ScheduleRecord, schedule: Schedule, days: WorkDays, seen: Seen) -> datetime:
    """How far every planned instant has been dealt with."""
    settled = record.settled_until
    for planned in schedule.timetable.when.planned(days, schedule.timetable.zone, settled):
        if planned.instant not in seen.instants:
            break
        settled = planned.instant
    return settled


def _write(record: ScheduleRecord, verdicts: Sequence[Verdict], now: datetime) -> None:
    """Rows and, for what does not take place, one event a state that tells how many."""
    kept = sorted(verdicts, key=lambda each: each.run.planned_for)
    lost = [each for each in kept if each.state is RunState.MISSED]
    too_many = set(map(id, lost[:-MOST_ROWS]))
    ScheduleRun.objects.bulk_create(
        [_row(record, each, now) for each in kept if id(each) not in too_many], batch_size=500
    )
    events = []
    for state in (RunState.MISSED, RunState.SKIPPED, RunState.PAUSED):
        same = [each for each in kept if each.state is state]
        if same:
            events.append(_event(record, state, same))
    append(events, now)


def _row(record: ScheduleRecord, each: Verdict, now: datetime) -> ScheduleRun:
    return ScheduleRun(
        schedule=record,
        version=record.version,
        planned_for=each.run.planned_for,
        at=each.run.at,
        state=each.state,
        late=each.late,
        not_before=each.not_before,
        reasons=[why.as_json() for why in (*each.run.reasons, *each.why)],
        noticed_at=now,
    )


def _event(record: ScheduleRecord, state: RunState, same: Sequence[Verdict]) -> NewEvent:
    reasons = dict.fromkeys(why.en for each in same for why in (*each.run.reasons, *each.why))
    return NewEvent(
        f"schedule.run_{state.value}",
        "unyo",
        fields={
            "schedule": record.name,
            "state": state.value,
            "runs": len(same),
            "planned_for": same[0].run.planned_for.isoformat(),
            "last": same[-1].run.planned_for.isoformat(),
            "reasons": list(reasons)[:10],
        },
    )


def forget_the_future(now: datetime) -> None:
    """What was noted while the clock was ahead is open again, unless a job came of it."""
    limit = now + CLOCK_TOLERANCE
    ahead = ScheduleRun.objects.filter(noticed_at__gt=limit, job__isnull=True)
    ahead = ahead.exclude(state=RunState.MERGED)
    early = ScheduleRecord.objects.filter(starts_from__gt=limit)
    if not ahead.exists() and not early.exists():
        return
    with transaction.atomic():
        rows = list(ahead.select_for_update().select_related("schedule"))
        names = {row.schedule.name for row in rows} | set(early.values_list("name", flat=True))
        touched: Iterable[int] = {row.schedule_id for row in rows}
        for record in ScheduleRecord.objects.select_for_update().filter(
            Q(pk__in=touched) | Q(starts_from__gt=limit)
        ):
            record.starts_from = min(record.starts_from, now)
            record.settled_until = min([record.settled_until, now, *_planned(rows, record)])
            record.next_at = None
            record.save(update_fields=["starts_from", "settled_until", "next_at"])
        ScheduleRun.objects.filter(pk__in=[row.pk for row in rows]).delete()
        fields = {"schedules": sorted(names), "runs": len(rows)}
        append([NewEvent("schedule.clock_went_back", "unyo", fields=fields)], now)


def _planned(rows: Sequence[ScheduleRun], record: ScheduleRecord) -> list[datetime]:
    """Just before the earliest instant of this schedule that is open again."""
    mine = [row.planned_for for row in rows if row.schedule_id == record.pk]
    return [min(mine) - timedelta(seconds=1)] if mine else []
