"""The asset ledger: choosing terminals, changing them with history, approved values."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from support.boxes import SetClock
from unyo.core.errors import BadInput, NotFound, Refused
from unyo.core.terminal import Selection
from unyo.ledger.opening import set_up_django

set_up_django()

from unyo.ledger.assets import LedgerAssets  # noqa: E402
from unyo.ledger.models import Event, RosterFile, TerminalChange, TerminalRecord  # noqa: E402
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out  # noqa: E402
from unyo.ledger.terminal_fields import FIELDS, read_value  # noqa: E402

NOON = datetime(2027, 3, 25, 3, tzinfo=timezone.utc)


def add(serial: str, name: str, **texts: str) -> None:
    """One terminal in the ledger."""
    given = {"address": f"{name}.example.jp", "state": "in_use", "kind": "client", "name": name, **texts}
    values = {field: read_value(field, text) for field, text in given.items()}
    carry_out([Amendment(TerminalRecord(serial=serial), values, True)], Hand("tanaka", "test", NOON))


@pytest.fixture
def assets(any_ledger: None) -> LedgerAssets:
    """Five terminals: two in use, one on loan, one in stock, one retired."""
    add("SN-1", "PC-0001", site="本庁舎", floor="3F", department="1010", model="EliteBook 840")
    add("SN-2", "PC-0002", site="本庁舎", floor="４階", department="1020", model="EliteBook 840")
    add("SN-3", "PC-0003", site="支所", floor="1階", department="2000", state="貸出中")
    add("SN-4", "", state="在庫")
    add("SN-5", "PC-0001", state="廃棄", site="本庁舎")
    return LedgerAssets(SetClock(NOON))


def names(assets: LedgerAssets, **conditions: object) -> list[str]:
    return [terminal.name for terminal in assets.select(Selection(**conditions))]  # type: ignore[arg-type]


def test_everything_means_what_is_in_use_or_on_loan(assets: LedgerAssets) -> None:
    assert names(assets, everything=True) == ["PC-0001", "PC-0002", "PC-0003"]
    assert assets.in_service() == 3


def test_a_full_width_lower_case_name_is_the_same_terminal(assets: LedgerAssets) -> None:
    assert names(assets, terminal=("ｐｃ－０００２",)) == ["PC-0002"]


def test_a_name_means_its_present_holder_and_a_serial_the_retired_one(assets: LedgerAssets) -> None:
    assert [t.serial for t in assets.select(Selection(terminal=("PC-0001",)))] == ["SN-1"]
    assert [t.serial for t in assets.select(Selection(terminal=("SN-5", "sn-4")))] == ["SN-4", "SN-5"]


def test_floors_are_tolerant_and_conditions_narrow_each_other(assets: LedgerAssets) -> None:
    assert names(assets, site=("本庁舎",), floor=("4",)) == ["PC-0002"]
    assert names(assets, floor=("３階", "1F")) == ["PC-0001", "PC-0003"]


def test_an_unknown_name_is_an_error_that_names_what_is_near(assets: LedgerAssets) -> None:
    with pytest.raises(NotFound, match="PC-0003"):
        names(assets, terminal=("PC-0033",))
    with pytest.raises(NotFound, match="本庁舎"):
        names(assets, site=("本町舎",))


def test_a_department_brings_those_below_it(assets: LedgerAssets) -> None:
    RosterFile.objects.create(
        effective=NOON.date(),
        filename="x.csv",
        sha256="",
        intake={},
        findings=[],
        imported_at=NOON,
        imported_by="tanaka",
        departments=[["1000", "総務部", ""], ["1010", "総務課", "1000"], ["1020", "人事課", "1000"]],
    )
    assert names(assets, department=("１０００",)) == ["PC-0001", "PC-0002"]
    assert names(assets, department=("1010",)) == ["PC-0001"]


def test_a_change_is_in_the_history_and_in_the_event_log(assets: LedgerAssets) -> None:
    assets.amend("SN-1", {"room": "３０１", "seat": "A-1"}, "J-7")

    changes = TerminalChange.objects.filter(serial="SN-1", source="J-7").values_list(
        "field", "before", "after"
    )
    assert sorted(changes) == [("room", "", "301"), ("seat", "", "A-1")]
    event = Event.objects.filter(kind="terminal.changed").get()
    assert event.fields["changes"] == {"room": ["", "301"], "seat": ["", "A-1"]}


def test_writing_what_is_there_already_leaves_no_trace(assets: LedgerAssets) -> None:
    before = Event.objects.count()
    assets.amend("SN-1", {"site": "本庁舎"}, "J-7")
    assert Event.objects.count() == before


def test_a_name_that_another_terminal_holds_is_refused(assets: LedgerAssets) -> None:
    with pytest.raises(Refused, match=r"terminals\.name_taken.*PC-0001"):
        assets.amend("SN-2", {"name": "PC-0001"}, "J-7")
    assets.amend("SN-1", {"state": "retired"}, "J-8")
    assets.amend("SN-2", {"name": "PC-0001"}, "J-9")
    assert [t.serial for t in assets.select(Selection(terminal=("PC-0001",)))] == ["SN-2"]


@pytest.mark.parametrize(
    ("field", "text"),
    [("state", "broken"), ("mac_addresses", "zz"), ("ip_addresses", "10.1"), ("port", "x"), ("name", "a b")],
)
def test_a_value_that_a_field_cannot_hold_is_refused(assets: LedgerAssets, field: str, text: str) -> None:
    with pytest.raises(BadInput, match=r"terminals\.value"):
        assets.amend("SN-1", {field: text}, "J-7")


def test_the_book_holds_every_terminal_with_every_field(assets: LedgerAssets) -> None:
    book = assets.book()
    assert sorted(book) == ["SN-1", "SN-2", "SN-3", "SN-4", "SN-5"]
    assert set(book["SN-1"]) == {"serial", *FIELDS}


def test_a_sighting_is_noted_without_history(assets: LedgerAssets) -> None:
    assets.sighted(["SN-1"])
    assert TerminalRecord.objects.get(pk="SN-1").last_seen == NOON
    assert not TerminalChange.objects.filter(field="last_seen").exists()
