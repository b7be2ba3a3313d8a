"""A ticket's clock out of what its jobs really did."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from support.boxes import SetClock
from support.desks import desk_road, painted
from support.journey import worked
from support.staffing import employ
from unyo.core.errors import BadSetting
from unyo.core.service_time import Promise, ServiceTime
from unyo.core.worktime import WorkCalendar
from unyo.ledger.models import Ticket
from unyo.ledger.service_clock import clock_of, promises_from

MONDAY = datetime(2026, 7, 13, 1, tzinfo=timezone.utc)  # 10:00 in Japan
HOUR = timedelta(hours=1)


def clock_now(ticket: Ticket, clock: SetClock) -> ServiceTime:
    return clock_of(ticket, WorkCalendar(), {"request": Promise(3)}, clock.now())


def test_the_clock_stands_still_while_a_terminal_is_away_and_goes_on_when_it_answers(
    any_ledger: None, tmp_path: Path
) -> None:
    employ()
    clock = SetClock(MONDAY)
    road, desk = desk_road(tmp_path, clock)
    desk.put("1", "2")
    desk.put("3", on=False)
    ticket = Ticket.objects.create(number="R-1", received_at=clock.now())
    clock.step(HOUR)
    job = worked(road, painted(road, "1", "2", "3", ticket="R-1"))
    clock.step(24 * HOUR)
    away = clock_now(ticket, clock)

    assert (away.used, away.paused) == (HOUR, timedelta(hours=8.75))
    assert [pause.targets for pause in away.pauses] == [("3 PC-3",)]
    desk.put("3", on=True)
    assert worked(road, job).state == "DONE"
    clock.step(HOUR)
    back = clock_now(ticket, clock)
    assert (back.used, back.paused) == (2 * HOUR, timedelta(hours=8.75))
    assert back.promised is not None
    assert back.due == WorkCalendar().add_working_time(back.promised, back.paused)


def test_a_plan_that_waits_for_approval_keeps_the_clock_going(sqlite_ledger: Path, tmp_path: Path) -> None:
    from support.desks import PaintParams
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    employ()
    clock = SetClock(MONDAY)
    road, desk = desk_road(tmp_path, clock)
    desk.put("1", "2")
    desk.put("3", on=False)
    ticket = Ticket.objects.create(number="R-1", received_at=clock.now())
    worked(road, painted(road, "1", "3", ticket="R-1"))
    plan_job(road, request_job(road, "policy.apply", PaintParams(("2",)), "tanaka", "more", ticket="R-1"))
    clock.step(2 * HOUR)

    assert (clock_now(ticket, clock).used, clock_now(ticket, clock).pauses) == (2 * HOUR, ())


def test_the_shipped_promises_are_those_of_the_contract() -> None:
    from unyo.policies import PolicyFiles

    shipped = PolicyFiles(Path("nowhere")).load("service")
    assert promises_from(shipped) == {"problem": Promise(1), "request": Promise(3)}
    with pytest.raises(BadSetting, match=r"service\.promises"):
        promises_from({"promises": {"problem": {"day": 1}}})
