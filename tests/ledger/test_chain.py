"""The event chain finds every way of tampering with it."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

NOW = datetime(2027, 4, 1, tzinfo=timezone.utc)


@pytest.fixture
def chain(sqlite_ledger: Path) -> None:
    """Ten events."""
    from unyo.ledger.chain import NewEvent, append

    append([NewEvent("box.filled", "tanaka", fields={"box": number}) for number in range(10)], NOW)


def tamper(*statements: str) -> None:
    """What somebody with full rights on the database could do."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER event_no_update")
        cursor.execute("DROP TRIGGER event_no_delete")
        for statement in statements:
            cursor.execute(statement)


def damage_codes(anchors: list[tuple[int, str]] | None = None) -> set[str]:
    from unyo.ledger.chain import verify_chain

    return {damage.code for damage in verify_chain(anchors or []).damages}


@pytest.mark.usefixtures("chain")
class TestVerify:
    def test_an_untouched_chain_is_whole(self) -> None:
        assert damage_codes() == set()

    def test_a_changed_row_is_found(self) -> None:
        tamper("UPDATE ledger_event SET actor = 'nobody' WHERE seq = 5")
        assert damage_codes() == {"changed"}

    def test_a_removed_row_is_found(self) -> None:
        tamper("DELETE FROM ledger_event WHERE seq = 5")
        assert damage_codes() == {"missing", "link"}

    def test_rows_removed_at_the_end_are_found(self) -> None:
        tamper("DELETE FROM ledger_event WHERE seq > 8")
        assert damage_codes() == {"head"}

    def test_reordered_rows_are_found(self) -> None:
        tamper(
            "UPDATE ledger_event SET seq = 100 WHERE seq = 4",
            "UPDATE ledger_event SET seq = 4 WHERE seq = 5",
            "UPDATE ledger_event SET seq = 5 WHERE seq = 100",
        )
        assert "link" in damage_codes()

    def test_an_inserted_row_is_found(self) -> None:
        tamper(
            "INSERT INTO ledger_event SELECT 11, at, kind, actor, job_id, step_id, fields, hash, hash "
            "FROM ledger_event WHERE seq = 10"
        )
        assert damage_codes() == {"changed", "head"}

    def test_a_chain_written_anew_is_found_by_the_anchor(self) -> None:
        from unyo.ledger.chain import NewEvent, append
        from unyo.ledger.models import ChainHead

        anchor = (10, ChainHead.objects.get().hash)
        tamper("DELETE FROM ledger_event", "DELETE FROM ledger_chainhead")
        append([NewEvent("box.filled", "mallory", fields={"box": number}) for number in range(10)], NOW)

        assert damage_codes() == set()
        assert damage_codes([anchor]) == {"anchor"}

    def test_the_database_itself_refuses_changes(self) -> None:
        from django.db import Error

        from unyo.ledger.models import Event

        with pytest.raises(Error, match="append-only"):
            Event.objects.filter(seq=5).update(actor="nobody")
        with pytest.raises(Error, match="append-only"):
            Event.objects.filter(seq=5).delete()


@pytest.mark.usefixtures("chain")
def test_a_cut_off_anchor_line_is_passed_over(tmp_path: Path) -> None:
    from unyo.ledger.anchor import note_head, read_anchors

    file = tmp_path / "audit.anchor"
    note_head(file)
    with file.open("a") as half:
        half.write('{"seq": 11, "ha')

    assert [seq for seq, _ in read_anchors(file)] == [10]
