"""`unyo run terminals.find` at the command line: lists in three forms, reports in three forms, both languages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from support.fleet_desk import FleetDesk, open_desk
from unyo.lab.terminals.fleet_process import FleetProcess

CONTENT = "unyo test: nothing harmful"
DIGEST = sha256(CONTENT.encode()).hexdigest()
STIX = {
    "type": "bundle",
    "id": "bundle--1a7a1f0e-9f5d-4a32-9d55-222222222222",
    "objects": [
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": "indicator--1a7a1f0e-9f5d-4a32-9d55-111111111111",
            "name": "dropper",
            "pattern": f"[file:hashes.'SHA-256' = '{DIGEST}']",
            "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z",
        }
    ],
}
MISP = {
    "Event": {
        "info": "dropper",
        "Attribute": [{"type": "sha256", "value": DIGEST, "to_ids": True, "comment": "mail"}],
    }
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetDesk]:
    """Three terminals; the second has the file."""
    with FleetProcess(count=3) as fleet:
        planted = {"files": [{"path": r"C:\ProgramData\sysupd\a.bin", "text": CONTENT}]}
        fleet.order("plant", fleet.terminals[1]["serial"], planted)
        yield open_desk(fleet, tmp_path_factory.mktemp("desk"))
        assert fleet.unsupported == []


def lists(place: Path) -> dict[str, Path]:
    sheet = f"type,value,note\nsha256,{DIGEST},メール添付\ndns,badsite.example,C2\n"
    files = {
        "csv": sheet.encode("cp932"),
        "stix.json": json.dumps(STIX).encode(),
        "misp.json": json.dumps(MISP).encode(),
    }
    for name, content in files.items():
        (place / f"ioc.{name}").write_bytes(content)
    return {name: place / f"ioc.{name}" for name in files}


@pytest.mark.parametrize("form", ["csv", "stix.json", "misp.json"])
def test_a_list_of_any_form_finds_the_file_on_one_of_three_terminals(desk: FleetDesk, form: str) -> None:
    file = lists(desk.place)[form]
    words = ("--indicators", str(file), "--everything", "--reason", "mail of today", "-y")
    said = desk.unyo("run", "terminals.find", *words).stdout
    rows = [line.split("│")[1:4] for line in said.splitlines() if "FOUND" in line or "not found" in line]
    assert [[cell.strip() for cell in row[::2]] for row in rows] == [
        ["PC00002", "FOUND"],
        ["PC00001", "not found"],
        ["PC00003", "not found"],
    ]
    assert r"C:\ProgramData\sysupd\a.bin" in said


def test_reports_show_the_verdicts_as_page_workbook_and_table(desk: FleetDesk) -> None:
    lists(desk.place)
    words = ("--indicators", "ioc.csv", "--reason", "mail of today", "-y")
    number = str(desk.answer("run", "terminals.find", *words)["job"])
    for ending in ("html", "xlsx", "csv"):
        desk.unyo("jobs", "report", number, "--out", f"report.{ending}", lang="ja")
    page = (desk.place / "report.html").read_text(encoding="utf-8")
    assert page.index("検出なし") > page.index("PC00002") > 0
    book = openpyxl.load_workbook(desk.place / "report.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"検出", "検出なし", "PC00002", r"C:\ProgramData\sysupd\a.bin"} <= cells
    table = list(csv.reader((desk.place / "report.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert ["PC00002", "検出"] in [row[::2][:2] for row in table]


def test_a_bad_row_of_a_list_is_named_and_nothing_is_searched(desk: FleetDesk) -> None:
    (desk.place / "bad.csv").write_text("type,value\nsha256,12ab\n", encoding="utf-8")
    done = desk.unyo("run", "terminals.find", "--indicators", "bad.csv", "--reason", "x", "-y", code=2)
    assert "12ab" in done.stderr
    assert "2" in done.stderr


def test_the_help_says_that_no_choice_means_all_that_are_in_use(desk: FleetDesk) -> None:
    assert "as where none is chosen" in desk.unyo("run", "terminals.find", "--help").stdout
    assert "対象を指定しない場合と同じ" in desk.unyo("run", "terminals.find", "--help", lang="ja").stdout
