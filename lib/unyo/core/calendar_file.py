"""An office's calendar from its file: office hours, own closing days, own opening days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from unyo.core.dates import BadDate, parse_date
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.worktime import OfficeHours, WorkCalendar


def calendar_from(values: Mapping[str, Any], where: str = "calendar") -> WorkCalendar:
    """Build the calendar; BadSetting names the entry of the file ``where`` that is wrong.

    ``values``: ``hours`` {opens, closes} as HH:MM, ``closing`` and ``opening``, lists of {date, reason}
    where a reason is a text or {en, ja}. Every part may be missing.
    """
    for name in values:
        if name not in ("hours", "closing", "opening"):
            raise _bad(where, name, Text(f"there is no entry {name}", f"項目 {name} はありません"))
    closing = _named_days(values.get("closing") or [], f"{where}: closing")
    opening = _named_days(values.get("opening") or [], f"{where}: opening")
    for day in sorted(set(closing) & set(opening)):
        raise _bad(
            where,
            str(day),
            Text("it is both closed and open", "休業日と開庁日の両方に書かれています"),
        )
    return WorkCalendar(closing, opening, _hours(values.get("hours") or {}, f"{where}: hours"))


def _named_days(rows: Any, where: str) -> dict[date, Text]:
    if not isinstance(rows, list):
        raise _bad(where, "", Text("it is not a list", "一覧形式ではありません"))
    found: dict[date, Text] = {}
    for number, row in enumerate(rows, 1):
        place = f"[{number}]"
        if not isinstance(row, Mapping) or set(row) != {"date", "reason"}:
            raise _bad(where, place, Text("write {date, reason}", "date と reason を書いてください"))
        try:
            day = parse_date(str(row["date"]))
        except BadDate as error:
            raise _bad(where, place, error.text) from error
        if day in found:
            raise _bad(where, place, Text(f"{day} stands there twice", f"{day} が重複しています"))
        found[day] = _reason(row["reason"], where, place)
    return found


def _reason(value: Any, where: str, place: str) -> Text:
    if isinstance(value, str) and value:
        return Text(value, value)
    if isinstance(value, Mapping) and set(value) == {"en", "ja"}:
        return Text(str(value["en"]), str(value["ja"]))
    raise _bad(
        where, place, Text("a reason is a text or {en, ja}", "reason は文または {en, ja} で書いてください")
    )


def _hours(values: Any, where: str) -> OfficeHours:
    usual = OfficeHours()
    if not isinstance(values, Mapping) or set(values) - {"opens", "closes"}:
        raise _bad(where, "", Text("write {opens, closes}", "opens と closes を書いてください"))
    try:
        opens = time.fromisoformat(values.get("opens", usual.opens.isoformat()))
        closes = time.fromisoformat(values.get("closes", usual.closes.isoformat()))
    except (ValueError, TypeError) as error:  # YAML reads 18:15 without quotes as the number 1095
        raise _bad(
            where,
            "",
            Text('write a time in quotes, as "09:30"', '時刻は引用符を付けて "09:30" のように書いてください'),
        ) from error
    if opens.tzinfo or closes.tzinfo or opens >= closes:
        raise _bad(
            where,
            "",
            Text(
                "opening comes before closing, both in Japan time",
                "開庁時刻は閉庁時刻より前に(日本時間)してください",
            ),
        )
    return OfficeHours(opens, closes)


def _bad(where: str, place: str, what: Text) -> BadSetting:
    return BadSetting(
        "calendar.file",
        what,
        Text("mend the calendar file", "休業日ファイルを直してください"),
        target=f"{where} {place}".strip(),
    )
