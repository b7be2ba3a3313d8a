"""A file for another system is there whole, or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from unyo.connectors.distribution.file_drop import FileDrop
from unyo.core.errors import BadSetting, TargetSaidNo

CONTENT = "職員番号,氏名\r\n".encode("cp932")


def test_the_file_holds_what_was_put_and_the_receipt_names_its_hash(tmp_path: Path) -> None:
    drop = FileDrop("payroll", tmp_path / "out")
    receipt = drop.put("accounts.csv", CONTENT)
    assert drop.content("accounts.csv") == CONTENT
    assert hashlib.sha256(CONTENT).hexdigest() in receipt
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["accounts.csv"]
    assert (tmp_path / "out" / "accounts.csv").stat().st_mode & 0o777 == 0o640


def test_a_fault_while_writing_leaves_the_former_file_and_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = FileDrop("payroll", tmp_path)
    drop.put("accounts.csv", CONTENT)

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(TargetSaidNo, match="No space left on device"):
        drop.put("accounts.csv", CONTENT * 1000)
    assert (tmp_path / "accounts.csv").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.csv"]


def test_a_missing_file_has_no_content_and_removing_it_is_no_error(tmp_path: Path) -> None:
    drop = FileDrop("payroll", tmp_path)
    assert drop.content("accounts.csv") is None
    assert drop.remove("accounts.csv") == "accounts.csv removed"


@pytest.mark.parametrize("name", ["../accounts.csv", "", "..", "a/b.csv"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting):
        FileDrop("payroll", tmp_path).put(name, CONTENT)
