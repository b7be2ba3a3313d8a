"""From a day and a time in some time zone to an instant, clock changes included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from unyo.core.errors import BadInput
from unyo.core.text import Text

_MINUTE = timedelta(minutes=1)
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Planned:
    """An instant (UTC) that a rule names; ``missing`` where its month has no such day."""

    instant: datetime
    notes: tuple[Text, ...] = ()
    missing: bool = False


def planned_on(day: date, clock: time, zone: ZoneInfo, notes: tuple[Text, ...] = ()) -> Planned:
    """This time of this day. One that the clocks jump over is the first one after the jump, one that comes
    twice is the first of the two; a note says so."""
    wanted = datetime.combine(day, clock)
    local = wanted.replace(tzinfo=zone)
    while local.astimezone(timezone.utc).astimezone(zone) != local:
        local = (local.replace(tzinfo=None) + _MINUTE).replace(tzinfo=zone)
    if local.replace(tzinfo=None) != wanted:
        notes = (*notes, jumped_over(local))
    elif local.utcoffset() != local.replace(fold=1).utcoffset():
        notes = (*notes, _comes_twice(local))
    return Planned(local.astimezone(timezone.utc), notes)


def jumped_over(local: datetime) -> Text:
    """Why something runs at this local time instead of at the one it was planned for."""
    day = shown_day(local.date())
    return Text(
        f"the clocks of {local.tzinfo} jump over the planned time; it runs on {day.en} at {local:%H:%M}",
        f"時計の切替({local.tzinfo})で予定の時刻が存在しないため、{day.ja} {local:%H:%M} に実行します",
    )


def _comes_twice(local: datetime) -> Text:
    day = shown_day(local.date())
    return Text(
        f"{local:%H:%M} comes twice on {day.en}; the first one counts",
        f"{day.ja} は {local:%H:%M} が 2 回あるため、1 回目に実行します",
    )


def shown_day(day: date) -> Text:
    """With its weekday."""
    return Text(f"{day} ({day:%a})", f"{day}({_WEEKDAYS[day.weekday()]})")


def shown_instant(instant: datetime, zone: ZoneInfo) -> Text:
    local = instant.astimezone(zone)
    day = shown_day(local.date())
    return Text(f"{day.en} {local:%H:%M}", f"{day.ja} {local:%H:%M}")


def zone_named(name: str) -> ZoneInfo:
    """BadInput with what is near for a name that the world's list of time zones does not have."""
    import difflib

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, a directory of the list, or no name at all
        near = ", ".join(difflib.get_close_matches(name, available_timezones(), 3, 0.5)) or "Asia/Tokyo, UTC"
        raise BadInput(
            "schedule.timezone",
            Text("there is no such time zone", "そのような時間帯はありません"),
            Text(f"near: {near}", f"近い名前: {near}"),
            target="--timezone",
            detail=name,
        ) from None
