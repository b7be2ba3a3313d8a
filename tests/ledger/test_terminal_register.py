"""Asset registers: read in the customer's words, compared, imported with history, written out again."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from unyo.core.errors import BadInput
from unyo.core.table import csv_bytes, xlsx_bytes
from unyo.core.text import Language, Text
from unyo.ledger.intake.mapping import ColumnMapping, load_mapping
from unyo.ledger.intake.terminal_headings import FIELDS, HEADINGS, TERMINALS, field_of
from unyo.ledger.opening import set_up_django

set_up_django()

from unyo.ledger.chain import verify_chain  # noqa: E402
from unyo.ledger.intake.terminal_file import TerminalFile, read_terminal_file  # noqa: E402
from unyo.ledger.models import Event, TerminalChange, TerminalRecord  # noqa: E402
from unyo.ledger.terminal_changes import Hand  # noqa: E402
from unyo.ledger.terminal_export import terminal_table  # noqa: E402
from unyo.ledger.terminal_fields import texts_of  # noqa: E402
from unyo.ledger.terminal_import import Comparison, compare, import_terminals, refuse_bad_rows  # noqa: E402

NOON = datetime(2027, 3, 25, 3, tzinfo=timezone.utc)
REGISTER = """行政端末管理台帳,,,,,,,,,,,,,,
管理番号,製造番号,端末名,型番,メーカー,拠点,階,部屋,座席番号,使用者,職員番号,部署コード,状態,IPアドレス,MACアドレス,備考
K-001,5CD0001,ＰＣ−０００１,EliteBook 840,HP,本庁舎,３階,総務課執務室,A-1,田中 太郎,000101,1010,使用中,10.1.3.11,00-1A-2B-3C-4D-5E,
K-002,5CD0002,PC-0002,EliteBook 840,HP,本庁舎,4階,,B-2,鈴木 花子,000102,1020,貸出中,"10.1.4.12、10.1.4.13",001a2b3c4d5f,ﾃﾚﾜｰｸ
K-003,5CD0003,,EliteBook 840,HP,,,,,,,,在庫,,,予備機
"""


def read(text: str, encoding: str = "cp932", **mapping: Any) -> TerminalFile:
    return read_terminal_file(text.encode(encoding), "register.csv", ColumnMapping(**mapping))


def imported(text: str) -> Comparison:
    file = read(text, "utf-8")
    found = compare(file)
    assert found.faults == ()
    import_terminals(file, found, Hand("tanaka", "register.csv", NOON))
    return found


def books() -> dict[str, dict[str, str]]:
    return {record.serial: texts_of(record) for record in TerminalRecord.objects.order_by("serial")}


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_a_register_is_read_in_its_own_words_and_encoding(any_ledger: None, encoding: str) -> None:
    text = REGISTER.replace("−", "-")
    file = read(text, encoding)

    assert file.faults == ()
    assert [row.serial for row in file.rows] == ["5CD0001", "5CD0002", "5CD0003"]
    assert file.rows[0].values["name"] == "PC-0001"
    assert file.rows[0].values["mac_addresses"] == ["00:1a:2b:3c:4d:5e"]
    assert file.rows[1].values["ip_addresses"] == ["10.1.4.12", "10.1.4.13"]
    assert [row.values["state"] for row in file.rows] == ["in_use", "loan", "stock"]
    assert file.rows[0].values["user"] == "000101"
    assert file.columns.unread == ("使用者",)


def test_every_exported_heading_is_read_again_as_its_field() -> None:
    for language in Language:
        fields = {field_of(heading.in_language(language)): field for field, heading in HEADINGS.items()}
        assert fields == {field: field for field in FIELDS}


def test_a_first_import_adds_and_a_second_changes_only_what_differs(any_ledger: None) -> None:
    register = REGISTER.replace("−", "-")
    assert len(imported(register).new) == 3
    assert books()["5CD0001"]["address"] == "10.1.3.11"
    before = Event.objects.count()
    again = imported(register)
    assert (again.new, again.changed, again.unchanged) == ((), (), 3)
    assert list(Event.objects.filter(seq__gt=before).values_list("kind", flat=True)) == ["terminals.imported"]

    found = imported(register.replace("A-1", "A-9").replace("貸出中", "修理中"))
    assert [(a.record.serial) for a in found.changed] == ["5CD0001", "5CD0002"]
    changes = (
        TerminalChange.objects.filter(serial="5CD0002")
        .exclude(before="")
        .values_list("field", "before", "after", "by", "source")
    )
    assert list(changes) == [("state", "loan", "repair", "tanaka", "register.csv")]
    assert verify_chain().damages == ()


def test_looking_is_not_importing(any_ledger: None) -> None:
    found = compare(read(REGISTER.replace("−", "-"), "utf-8"))
    assert len(found.new) == 3
    assert TerminalRecord.objects.count() == 0


def test_terminals_that_the_file_does_not_mention_stay(any_ledger: None) -> None:
    imported(REGISTER.replace("−", "-"))
    found = imported("製造番号,階\n5CD0001,5階\n")
    assert (found.unmentioned, books()["5CD0001"]["floor"], books()["5CD0001"]["room"]) == (
        2,
        "5階",
        "総務課執務室",
    )


@pytest.mark.parametrize(
    ("row", "column", "value", "right"),
    [
        ("5CD0009,PC-0009,故障?,,", "状態", "故障?", "使用中"),
        ("5CD0009,PC 0009,使用中,,", "端末名", "PC 0009", "PC-0123"),
        ("5CD0009,PC-0009,使用中,10.1.300.4,", "IPアドレス", "10.1.300.4", "10.1.2.3"),
        ("5CD0009,PC-0009,使用中,,00:1A:2B", "MACアドレス", "00:1A:2B", "00:1A:2B:3C:4D:5E"),
        (",PC-0009,使用中,,", "製造番号", "", "銘板"),
        ("1.23E+11,PC-0009,使用中,,", "製造番号", "1.23E+11", "文字列"),
    ],
)
def test_a_bad_row_is_named_by_line_column_value_and_what_would_be_right(
    any_ledger: None, row: str, column: str, value: str, right: str
) -> None:
    file = read(f"製造番号,端末名,状態,IPアドレス,MACアドレス\n5CD0001,PC-0001,使用中,,\n{row}\n")
    (fault,) = file.faults
    error = refuse_bad_rows("register.csv", file.faults, file.rows_read)

    assert (fault.line, fault.heading, fault.value) == (3, column, value)
    assert right in fault.right.ja
    assert "3 行目" in error.what.ja
    assert [row.serial for row in file.rows] == ["5CD0001"]


def test_two_rows_for_one_terminal_are_both_named(any_ledger: None) -> None:
    file = read("製造番号,端末名,状態\n5cd0001,PC-0001,使用中\n５CD0001,PC-0002,使用中\nX1,pc-0002,在庫\n")
    assert {(fault.line, fault.heading) for fault in file.faults} == {
        (2, "製造番号"),
        (3, "製造番号"),
        (3, "端末名"),
        (4, "端末名"),
    }


def test_a_name_that_the_ledger_gave_to_another_terminal_is_a_bad_row(any_ledger: None) -> None:
    imported("製造番号,端末名,状態\nA1,PC-0001,使用中\n")
    found = compare(read("製造番号,端末名,状態\nB1,PC-0001,使用中\n"))
    assert ["A1" in fault.what.en for fault in found.faults] == [True]


def test_a_terminal_and_its_successor_may_change_in_one_file(any_ledger: None) -> None:
    imported("製造番号,端末名,状態\nA1,PC-0001,使用中\nA2,PC-0002,使用中\n")
    imported("製造番号,端末名,状態\nA1,PC-0002,使用中\nA2,PC-0001,使用中\n")
    imported("製造番号,端末名,状態\nA1,PC-0002,廃棄\nB1,PC-0002,使用中\n")

    assert {serial: (t["name"], t["state"]) for serial, t in books().items()} == {
        "A1": ("PC-0002", "retired"),
        "A2": ("PC-0001", "in_use"),
        "B1": ("PC-0002", "in_use"),
    }


def test_a_register_without_serial_numbers_is_refused_with_its_headings(any_ledger: None) -> None:
    with pytest.raises(BadInput, match="管理No, 端末名"):
        read("管理No,端末名\nK1,PC-0001\n")


def test_a_mapping_file_names_odd_columns(any_ledger: None, tmp_path: Path) -> None:
    file = tmp_path / "columns.yml"
    file.write_text("columns:\n  serial: 個体識別\n  name: 2\n  state: null\n", encoding="utf-8")
    mapping = load_mapping(file, TERMINALS)
    read_file = read_terminal_file("個体識別,名,状態\nX1,PC-0001,??\n".encode(), "r.csv", mapping)

    assert [(row.serial, row.values["name"]) for row in read_file.rows] == [("X1", "PC-0001")]
    file.write_text("columns:\n  serail: 個体識別\n", encoding="utf-8")
    with pytest.raises(BadInput, match="serial: 製造番号"):
        load_mapping(file, TERMINALS)


def test_the_example_of_a_mapping_is_a_good_one() -> None:
    path = Path(__file__).parents[2] / TERMINALS.example
    assert set(load_mapping(path, TERMINALS).columns) <= set(FIELDS)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", ["csv", "csv in cp932", "xlsx"])
def test_what_is_exported_can_be_imported_without_a_change(
    any_ledger: None, language: Language, form: str
) -> None:
    imported(REGISTER.replace("−", "-").replace("予備機", "=2+3 予備機"))
    imported("製造番号,端末名,状態\n0042,=x,在庫\n".replace("=x", ""))
    table = terminal_table(TerminalRecord.objects.all(), Text("", ""))
    if form == "xlsx":
        data = xlsx_bytes(table, language)
    else:
        data = csv_bytes(table, language, "cp932" if "cp932" in form else "utf-8-sig")
    found = compare(read_terminal_file(data, "export"))

    assert found.faults == ()
    assert (found.new, [a.differences for a in found.changed], found.unchanged) == ((), [], 4)


def test_a_workbook_keeps_leading_zeros_and_finds_its_sheet(any_ledger: None) -> None:
    book = openpyxl.Workbook()
    book.active.title = "表紙"  # type: ignore[union-attr]
    sheet = book.create_sheet("端末一覧")
    sheet.append(["製造番号", "コンピュータ名", "職員番号", "状態"])
    sheet.append(["000123", "PC-0001", 101, "使用中"])
    sheet["C2"].number_format = "000000"
    made = io.BytesIO()
    book.save(made)
    file = read_terminal_file(made.getvalue(), "register.xlsx")

    assert (file.worksheet, file.rows[0].serial, file.rows[0].values["user"]) == (
        "端末一覧",
        "000123",
        "000101",
    )
