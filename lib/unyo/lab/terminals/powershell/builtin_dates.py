"""[datetime] and [timespan]: members, statics, Get-Date, New-TimeSpan, Start-Sleep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from unyo.lab.terminals.powershell import dates
from unyo.lab.terminals.powershell.casting import to_datetime
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.conversion import to_number, to_text
from unyo.lab.terminals.powershell.dotnet import constructor, method, property_of, static, static_property
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.surroundings import machine_now
from unyo.lab.terminals.powershell.values import Enum, Long

EPOCH = datetime(1, 1, 1)  # noqa: DTZ001
TICK = timedelta(microseconds=1)
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
KINDS: dict[str, timezone | None] = {"Unspecified": None, "Utc": timezone.utc, "Local": dates.JST}


def _date_properties() -> dict[str, Callable[[datetime], Any]]:
    return {
        "Year": lambda value: value.year,
        "Month": lambda value: value.month,
        "Day": lambda value: value.day,
        "Hour": lambda value: value.hour,
        "Minute": lambda value: value.minute,
        "Second": lambda value: value.second,
        "Millisecond": lambda value: value.microsecond // 1000,
        "DayOfYear": lambda value: value.timetuple().tm_yday,
        "DayOfWeek": lambda value: Enum(
            DAYS[value.isoweekday() % 7], value.isoweekday() % 7, "System.DayOfWeek"
        ),
        "Date": lambda value: value.replace(hour=0, minute=0, second=0, microsecond=0),
        "TimeOfDay": lambda value: timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        ),
        "Ticks": lambda value: Long(round((value.replace(tzinfo=None) - EPOCH) / TICK) * 10),
        "Kind": lambda value: Enum(
            dates.kind(value), list(KINDS).index(dates.kind(value)), "System.DateTimeKind"
        ),
        "DateTime": lambda value: dates.format_date(value, "F"),
    }


def _span_properties() -> dict[str, Callable[[timedelta], Any]]:
    def whole(value: timedelta, unit: timedelta, within: int | None) -> int:
        count = abs(value) // unit
        count = count if within is None else count % within
        return -count if value < timedelta() else count

    hour, minute, second = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
    return {
        "Days": lambda value: whole(value, timedelta(days=1), None),
        "Hours": lambda value: whole(value, hour, 24),
        "Minutes": lambda value: whole(value, minute, 60),
        "Seconds": lambda value: whole(value, second, 60),
        "Milliseconds": lambda value: whole(value, timedelta(milliseconds=1), 1000),
        "Ticks": lambda value: Long(round(value / TICK) * 10),
        "TotalDays": lambda value: value / timedelta(days=1),
        "TotalHours": lambda value: value / hour,
        "TotalMinutes": lambda value: value / minute,
        "TotalSeconds": lambda value: value / second,
        "TotalMilliseconds": lambda value: value / timedelta(milliseconds=1),
    }


SPAN_PROPERTIES = _span_properties()
for _name, _work in _date_properties().items():
    property_of(datetime, _name)(_work)
for _name, _span_work in SPAN_PROPERTIES.items():
    property_of(timedelta, _name)(_span_work)


def _adder(**unit: float) -> Callable[[datetime, Any], datetime]:
    step = timedelta(**unit)
    return lambda value, count: value + step * float(to_number(count))


for _name, _unit in {
    "AddDays": {"days": 1.0},
    "AddHours": {"hours": 1.0},
    "AddMinutes": {"minutes": 1.0},
    "AddSeconds": {"seconds": 1.0},
    "AddMilliseconds": {"milliseconds": 1.0},
}.items():
    method(datetime, _name)(_adder(**_unit))


@method(datetime, "AddMonths")
def add_months(value: datetime, count: int) -> datetime:
    month = value.month - 1 + count
    year, month = value.year + month // 12, month % 12 + 1
    return value.replace(year=year, month=month, day=min(value.day, days_in_month(year, month)))


@method(datetime, "AddYears")
def add_years(value: datetime, count: int) -> datetime:
    return add_months(value, 12 * count)


@method(datetime, "Add")
def add(value: datetime, span: timedelta) -> datetime:
    return value + span


@method(datetime, "Subtract")
def subtract(value: datetime, other: Any) -> Any:
    return value - other if isinstance(other, timedelta) else dates.ticks_apart(value, other)


@method(datetime, "ToUniversalTime")
def to_universal(value: datetime) -> datetime:
    return dates.universal(value)


@method(datetime, "ToLocalTime")
def to_local(value: datetime) -> datetime:
    return dates.local(value)


@method(datetime, "ToFileTimeUtc")
@method(datetime, "ToFileTime")
def to_file_time(value: datetime) -> Long:
    since = dates.universal(value) - datetime(1601, 1, 1, tzinfo=timezone.utc)
    return Long(round(since / TICK) * 10)


@method(datetime, "ToShortDateString")
def short_date(value: datetime) -> str:
    return dates.format_date(value, "d")


@static_property("System.DateTime", "Now", machine=True)
def now(machine: Any) -> datetime:
    return machine_now(machine).astimezone(dates.JST)


@static_property("System.DateTime", "UtcNow", machine=True)
def utc_now(machine: Any) -> datetime:
    return machine_now(machine).astimezone(timezone.utc)


@static_property("System.DateTime", "Today", machine=True)
def today(machine: Any) -> datetime:
    return now(machine).replace(hour=0, minute=0, second=0, microsecond=0)


@static_property("System.DateTime", "MinValue")
def minimum() -> datetime:
    return EPOCH


@static_property("System.DateTime", "MaxValue")
def maximum() -> datetime:
    return datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001


@static("System.DateTime", "Parse")
def parse(text: Any, culture: Any = None, styles: Any = None) -> datetime:  # noqa: ARG001
    try:
        value = dates.parse_date(to_text(text))
    except Exception:
        raise method_error(
            "Parse", 1, "String was not recognized as a valid DateTime.", "System.FormatException"
        ) from None
    if styles is not None and "adjusttouniversal" in to_text(styles).lower():
        return dates.universal(value)
    return value


@static("System.DateTime", "ParseExact")
def parse_exact(text: Any, pattern: Any, culture: Any = None, styles: Any = None) -> datetime:  # noqa: ARG001
    letters = {
        "yyyy": "%Y",
        "MM": "%m",
        "dd": "%d",
        "HH": "%H",
        "mm": "%M",
        "ss": "%S",
        "yy": "%y",
        "ffffff": "%f",
    }
    python = "".join(letters.get(token, token.strip("'")) for token in dates.TOKEN.findall(to_text(pattern)))
    try:
        return datetime.strptime(to_text(text), python)  # noqa: DTZ007
    except ValueError:
        raise method_error(
            "ParseExact", 3, "String was not recognized as a valid DateTime.", "System.FormatException"
        ) from None


@static("System.DateTime", "FromFileTimeUtc")
def from_file_time_utc(ticks: int) -> datetime:
    return datetime(1601, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=int(ticks) // 10)


@static("System.DateTime", "FromFileTime")
def from_file_time(ticks: int) -> datetime:
    return from_file_time_utc(ticks).astimezone(dates.JST)


@static("System.DateTime", "SpecifyKind")
def specify_kind(value: datetime, kind: Any) -> datetime:
    zone: timezone | None = KINDS[to_text(kind).capitalize()]
    return value.replace(tzinfo=zone)


@static("System.DateTime", "DaysInMonth")
def days_in_month(year: int, month: int) -> int:
    first = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
    return (first - timedelta(days=1)).day


@static("System.DateTime", "IsLeapYear")
def is_leap_year(year: int) -> bool:
    return days_in_month(year, 2) == 29


@constructor("System.DateTime")
def new_date(*parts: Any) -> datetime:
    if len(parts) == 1:
        only: datetime = to_datetime(parts[0])
        return only
    kind = KINDS[to_text(parts[6]).capitalize()] if len(parts) > 6 and isinstance(parts[6], str) else None
    year, month, day, hour, minute, second = [*(int(each) for each in parts[:6]), 0, 0, 0][:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=kind)


for _name, _unit in {
    "FromDays": {"days": 1.0},
    "FromHours": {"hours": 1.0},
    "FromMinutes": {"minutes": 1.0},
    "FromSeconds": {"seconds": 1.0},
    "FromMilliseconds": {"milliseconds": 1.0},
}.items():
    static("System.TimeSpan", _name)(lambda count, unit=timedelta(**_unit): unit * float(to_number(count)))


@static_property("System.TimeSpan", "Zero")
def zero() -> timedelta:
    return timedelta()


@constructor("System.TimeSpan")
def new_span(*parts: int) -> timedelta:
    if len(parts) == 1:
        return timedelta(microseconds=parts[0] / 10)
    days, hours, minutes, seconds = ([0, *parts] if len(parts) == 3 else list(parts))[:4]
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@command(
    "Get-Date",
    positional=("Date",),
    named=("Format", "UFormat", "Year", "Month", "Day", "Hour", "Minute", "Second"),
)
def get_date(call: Call) -> Iterable[Any]:
    value = to_datetime(call.get("Date")) if call.given("Date") else now(call.machine)
    parts = {
        part.lower(): int(to_number(call.get(part)))
        for part in ("Year", "Month", "Day", "Hour", "Minute", "Second")
        if call.given(part)
    }
    value = value.replace(**parts)  # type: ignore[arg-type]
    if call.given("UFormat"):
        return [value.strftime(to_text(call.get("UFormat"))) if call.get("UFormat") != "%s" else _unix(value)]
    return [dates.format_date(value, to_text(call.get("Format")))] if call.given("Format") else [value]


def _unix(value: datetime) -> str:
    return to_text(dates.ticks_apart(value, datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001


@command("New-TimeSpan", positional=("Start", "End"), named=("Days", "Hours", "Minutes", "Seconds"))
def new_time_span(call: Call) -> Iterable[Any]:
    if call.given("Start") or call.given("End"):
        start, end = call.get("Start", now(call.machine)), call.get("End", now(call.machine))
        return [dates.ticks_apart(to_datetime(end), to_datetime(start))]
    units = ("Days", "Hours", "Minutes", "Seconds")
    return [timedelta(**{unit.lower(): int(to_number(call.get(unit, 0))) for unit in units})]


@command("Start-Sleep", positional=("Seconds",), named=("Milliseconds",), aliases=("sleep",))
def start_sleep(call: Call) -> None:
    """Time passes on the terminal's clock where it has one to move; nobody waits."""
    seconds = float(to_number(call.get("Seconds", 0))) + float(to_number(call.get("Milliseconds", 0))) / 1000
    passes: Any = getattr(call.machine, "sleep", None)
    if callable(passes):
        passes(seconds)
