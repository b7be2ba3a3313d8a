"""The mapping file is checked key by key; the shipped example reads the made-up file."""

from __future__ import annotations

from pathlib import Path

import pytest

from unyo.core.errors import BadInput
from unyo.lab.personnel import as_csv, staff
from unyo.ledger.intake import load_mapping, read_personnel_file

EXAMPLE = Path(__file__).parents[3] / "inventory" / "people" / "columns.example.yml"


def test_the_shipped_example_reads_the_made_up_file() -> None:
    roster = staff(seed=3, size=120)
    intake = read_personnel_file(as_csv(roster), "jinji.csv", load_mapping(EXAMPLE), roster.effective)
    assert len(intake.roster.people) == 120


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("colums: {}", "unknown setting 'colums'"),
        ("encoding: klingon", "encoding: 'klingon' cannot be used"),
        ("columns: {staffnumber: x}", "columns: .* cannot be used"),
        ("columns: {title: 0}", "columns: .* cannot be used"),
        ("columns: [a]", "columns: .* cannot be used"),
        ("header_row: 0", "header_row: 0 cannot be used"),
        ("name_order: surname", "name_order: 'surname' cannot be used"),
        ("name_order: [x]", r"name_order: \['x'\] cannot be used"),
        ("standing_words: {休み: asleep}", "standing_words: .* cannot be used"),
        ("characters: {株式: x}", "characters: .* cannot be used"),
        ("digits: {title: 3}", "digits: .* cannot be used"),
        ("- a", "not a table of settings"),
        ("a: [", "cannot be read"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "columns.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=complaint):
        load_mapping(file)


def test_a_missing_mapping_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load_mapping(tmp_path / "none.yml")


def test_an_empty_mapping_file_leaves_everything_to_detection(tmp_path: Path) -> None:
    file = tmp_path / "columns.yml"
    file.write_text("---\n", encoding="utf-8")
    assert load_mapping(file).columns == {}
