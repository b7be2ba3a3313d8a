"""What stands out in a bundle, and what people get to see of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from unyo.core.table import page_bytes
from unyo.core.text import Language, Text
from unyo.runbooks.terminals.rules.diagnosis import bundle_tables, oddities_of

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=timezone.utc)


def bundle(**parts: Any) -> dict[str, Any]:
    """A terminal that is well, but for what is given."""
    well: dict[str, Any] = {
        "taken": NOW.isoformat(),
        "system": {"boot": (NOW - timedelta(days=2)).isoformat()},
        "clock": {"utc": NOW.isoformat()},
        "disks": [{"drive": "C:", "size": 100, "free": 60}],
        "memory": {"total_mb": 8000, "free_mb": 4000},
        "reboot": {"pending": False, "reasons": []},
        "bitlocker": [{"drive": "C:", "protection": "on"}],
        "domain": {"joined": True, "name": "example.jp"},
        "updates": [{"id": "KB1", "installed": (NOW - timedelta(days=10)).isoformat()}],
        "services": [],
        "events": [],
        "errors": {},
    }
    return {**well, **parts}


def codes(**parts: Any) -> list[str]:
    return [oddity.code for oddity in oddities_of(bundle(**parts), NOW)]


def test_nothing_stands_out_of_a_terminal_that_is_well() -> None:
    assert codes() == []


def test_a_full_disk_stands_out() -> None:
    assert codes(disks=[{"drive": "C:", "size": 100, "free": 9}]) == ["disk"]


def test_a_clock_beyond_five_minutes_stands_out() -> None:
    assert codes(clock={"utc": (NOW + timedelta(minutes=5)).isoformat()}) == []
    assert codes(clock={"utc": (NOW - timedelta(minutes=6)).isoformat()}) == ["clock"]


def test_a_due_restart_and_a_long_uptime_are_told_apart() -> None:
    assert codes(reboot={"pending": True, "reasons": ["updates"]}) == ["reboot"]
    assert codes(system={"boot": (NOW - timedelta(days=31)).isoformat()}) == ["uptime"]


def test_old_updates_stopped_services_and_missing_encryption_stand_out() -> None:
    old = [{"id": "KB1", "installed": (NOW - timedelta(days=46)).isoformat()}]
    assert codes(
        bitlocker=[{"drive": "C:", "protection": "off"}],
        updates=old,
        services=[{"name": "Spooler", "state": "Stopped", "exit_code": 0}],
    ) == ["bitlocker", "updates", "services"]


def test_a_part_that_could_not_be_read_is_no_oddity_but_is_named() -> None:
    unread = bundle(errors={"updates": "access denied"})
    del unread["updates"]
    tables = bundle_tables(unread, oddities_of(unread, NOW), [])
    assert oddities_of(unread, NOW) == []
    assert ("updates", "access denied") in [(str(row[0].en), row[1].en) for row in tables[-1].rows]  # type: ignore[union-attr]


def test_what_was_left_out_is_named_on_the_page() -> None:
    made = bundle()
    page = page_bytes(
        Text("Diagnosis", "診断"), bundle_tables(made, [], [Text("who is logged on", "利用者")]), Language.JA
    ).decode()
    assert "利用者" in page
    assert "個人情報" in page


def test_a_page_shows_markup_of_a_terminal_as_text() -> None:
    evil = bundle(printers=[{"name": "<script>alert(1)</script>"}])
    page = page_bytes(Text("D", "D"), bundle_tables(evil, [], []), Language.EN).decode()
    assert "<script>" not in page
