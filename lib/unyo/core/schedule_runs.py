"""The runs of a timetable in their order: planned by the rule, moved off closed days, blackouts and into windows."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count

from unyo.core.plan import Finding, Weight
from unyo.core.schedule import Outside, Run, Timetable, WhenClosed
from unyo.core.schedule_cron import Cron
from unyo.core.schedule_time import Planned, planned_on, shown_day, shown_instant
from unyo.core.text import Text
from unyo.core.workdays import WorkDays

_DAY = timedelta(days=1)
_FARTHEST_DAYS = 732
_MOST_MOVES = 60


def occurrences(
    timetable: Timetable, days: WorkDays, after: datetime, planned_after: datetime | None = None
) -> Iterator[Run]:
    """All runs whose turn comes after an instant, in the order of their turns; skipped ones among them.

    ``planned_after`` lets runs in that the rule named before ``after`` and that were moved on.
    """
    runs = planned_occurrences(timetable, days, planned_after or after)
    return (run for run in runs if run.turn > after)


def planned_occurrences(timetable: Timetable, days: WorkDays, after: datetime) -> Iterator[Run]:
    """All runs that the rule names after an instant, in the order of their turns; these may lie before it."""
    waiting: list[tuple[datetime, bool, int, Run]] = []
    number = count()
    placing = Placing(timetable, days)
    for planned in timetable.when.planned(days, timetable.zone, after):
        # Nothing that the rule names from here on is moved to before this instant.
        surely = placing.earliest(planned.instant)
        while waiting and waiting[0][0] < surely:
            yield _next_of(waiting, timetable)
        run = placing.place(planned)
        heapq.heappush(waiting, (run.turn, run.at is None, next(number), run))
    while waiting:
        yield _next_of(waiting, timetable)


def _next_of(waiting: list[tuple[datetime, bool, int, Run]], timetable: Timetable) -> Run:
    """The next run; it stands for all others that were moved onto its instant."""
    run = heapq.heappop(waiting)[-1]
    same = [run]
    while run.at is not None and waiting and waiting[0][-1].at == run.at:
        same.append(heapq.heappop(waiting)[-1])
    if len(same) == 1:
        return run
    # Whoever is at home at this instant hosts the others.
    host = next((each for each in same if each.planned_for == run.at), run)
    others = [each for each in same if each is not host]
    reasons = [*host.reasons, *(reason for each in others for reason in each.reasons)]
    also = tuple(sorted(each.planned_for for each in others))
    shown = [shown_instant(each, timetable.zone) for each in also]
    en, ja = ", ".join(each.en for each in shown), "、".join(each.ja for each in shown)
    reasons.append(Text(f"stands for {en}, too", f"{ja} の分もこの 1 回にまとめます"))
    return replace(host, reasons=tuple(dict.fromkeys(reasons)), also=also)


@dataclass(frozen=True)
class Placing:
    """Where a timetable lets its runs take place."""

    timetable: Timetable
    days: WorkDays

    def place(self, planned: Planned, late: bool = False) -> Run:
        """The run of one planned instant. A ``late`` one only moves on, never back, and is not skipped."""
        rule, reasons = self.timetable.when_closed, list(planned.notes)
        if planned.missing:
            return Run(planned.instant, None, tuple(reasons))
        step = _DAY if late or rule is WhenClosed.NEXT else -_DAY if rule is WhenClosed.PREVIOUS else None
        at = planned.instant
        for _ in range(_MOST_MOVES):
            local = self._wall(at)
            why = self._obstacle(local)
            if why is not None:
                moved = self._moved(local, step) if step else None
                reasons.append(_moved_because(local, why, moved))
            elif not self._outside(local):
                return Run(planned.instant, at, tuple(reasons))
            elif self.timetable.outside is Outside.SKIP and not late:
                moved = None
                reasons.append(_outside_windows(local, None))
            else:
                moved = min(window.next_opening(local) for window in self.timetable.windows)
                reasons.append(_outside_windows(local, moved))
                # From a window's opening it goes on, never back: else it might go to and fro for ever.
                step = _DAY if step else None
            if moved is None:
                return Run(planned.instant, None, tuple(reasons))
            again = planned_on(moved.date(), moved.time(), self.timetable.zone)
            at, reasons = again.instant, [*reasons, *again.notes]
        reasons.append(Text("no time is left that is allowed", "実施できる日時がありません"))
        return Run(planned.instant, None, tuple(reasons))

    def earliest(self, instant: datetime) -> datetime:
        """Before which nothing is moved that the rule names at this instant or later."""
        if self.timetable.when_closed is not WhenClosed.PREVIOUS:
            return instant
        day = self._wall(instant).date()
        for _ in range(_FARTHEST_DAYS):
            if self._is_free(day):
                break
            day -= _DAY
        return min(instant, planned_on(day, time(), self.timetable.zone).instant)

    def _is_free(self, day: date) -> bool:
        closed = self._closed(day) is not None
        return not closed and not any(each.touches(day) for each in self.timetable.blackouts)

    def _closed(self, day: date) -> Text | None:
        if self.timetable.when_closed is WhenClosed.ANYWAY:
            return None
        return self.days.closed_because(day)

    def _obstacle(self, local: datetime) -> Text | None:
        for blackout in self.timetable.blackouts:
            if blackout.covers(local):
                return Text(f"blackout: {blackout.reason}", f"実施禁止期間({blackout.reason})")
        return self._closed(local.date())

    def _moved(self, local: datetime, step: timedelta) -> datetime | None:
        """The same time of the nearest day on which nothing is in the way."""
        for _ in range(_FARTHEST_DAYS):
            local += step
            if self._obstacle(local) is None:
                return local
        return None

    def _outside(self, local: datetime) -> bool:
        windows = self.timetable.windows
        return bool(windows) and not any(window.contains(local) for window in windows)

    def _wall(self, instant: datetime) -> datetime:
        return instant.astimezone(self.timetable.zone).replace(tzinfo=None)


def _moved_because(local: datetime, why: Text, moved: datetime | None) -> Text:
    day = shown_day(local.date())
    if moved is None:
        return Text(f"{day.en}: {why.en}; skipped", f"{day.ja} は{why.ja}のため実施しません")
    new = shown_day(moved.date())
    return Text(f"{day.en}: {why.en}; moved to {new.en}", f"{day.ja} は{why.ja}のため {new.ja} に変更します")


def _outside_windows(local: datetime, opening: datetime | None) -> Text:
    day = shown_day(local.date())
    en = f"{day.en} {local:%H:%M} lies outside the maintenance windows"
    ja = f"{day.ja} {local:%H:%M} は作業時間帯の外にあるため"
    if opening is None:
        return Text(f"{en}; skipped", f"{ja}実施しません")
    new = shown_day(opening.date())
    return Text(
        f"{en}; moved to the next opening, {new.en} {opening:%H:%M}",
        f"{ja}、次の時間帯の開始 {new.ja} {opening:%H:%M} に変更します",
    )


def warnings(timetable: Timetable, days: WorkDays, first: date, last: date) -> list[Finding]:
    """What a reader of a preview of these days should know: years without holidays, months without a run."""
    found = days.warnings_for(first, last)
    if isinstance(timetable.when, Cron) and timetable.when.skips_months:
        found.append(
            Finding(
                "schedule.short_months",
                Weight.ODD,
                Text(
                    "months that do not have this day have no run; L in the third field is the last day",
                    "この日がない月には実施されません。月末日なら 3 番目の欄に L と書きます",
                ),
                timetable.when.expression,
            )
        )
    return found
