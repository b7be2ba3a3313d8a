"""The office's calendar file: the site's own before the shipped one, read again when it changes."""

from __future__ import annotations

from pathlib import Path

from unyo.core.calendar_file import calendar_from
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.worktime import WorkCalendar
from unyo.settings import shipped


class OfficeCalendar:
    """``calendar/office.yml``; a worker that runs for months sees what is entered meanwhile."""

    def __init__(self, site: Path) -> None:
        self._places = (site, shipped("inventory"))
        self._read: tuple[Path, int, WorkCalendar] | None = None

    def now(self) -> WorkCalendar:
        """BadSetting where the file cannot be used."""
        path = next(
            place / "calendar/office.yml"
            for place in self._places
            if (place / "calendar/office.yml").is_file()
        )
        changed = path.stat().st_mtime_ns
        if self._read is None or self._read[:2] != (path, changed):
            self._read = (path, changed, _parsed(path))
        return self._read[2]


def _parsed(path: Path) -> WorkCalendar:
    import yaml

    try:
        return calendar_from(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, str(path))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSetting(
            "calendar.file",
            Text("the calendar file cannot be read", "開庁日カレンダーのファイルを読めません"),
            Text("mend it, or remove it to use the shipped one", "直すか、削除して標準のものを使う"),
            target=str(path),
            detail=type(error).__name__,
        ) from error
