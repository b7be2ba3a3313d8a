"""A slip gives one person the log-on name and the initial password, on paper and nowhere else."""

from __future__ import annotations

import dataclasses
import io
import shutil
import subprocess
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from pypdf import PdfReader

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Language
from unyo.reports import fonts
from unyo.reports.slips import Slip, SlipSheet, slips_pdf

PASSWORD = "canary-Kq7#mP1O0"
YAMADA = Slip(
    serial="S-0001",
    organisation="消費者庁(訓練)",
    name="山田 太郎",
    kana="ヤマダ タロウ",
    department="総務課",
    login="yamada.taro",
    password=Secret(PASSWORD),
    contact="ヘルプデスク 内線 1234",
    printed_by="tanaka",
    printed_at=datetime(2026, 3, 31, 1, 0, tzinfo=timezone.utc),
    staff_number="0001234",
    valid_until=date(2026, 4, 14),
)
TSUJI = dataclasses.replace(YAMADA, serial="S-0002", name="髙﨑 𠮷美", password=Secret("Second#Pass9"))


def pages(sheet: SlipSheet) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(sheet.pdf)).pages]


def test_the_slip_says_everything_its_owner_needs() -> None:
    (text,) = pages(slips_pdf([YAMADA], Language.JA))
    for wanted in (
        "山田 太郎 様",
        "総務課",
        "yamada.taro",
        PASSWORD,
        "令和8年4月14日",
        "内線 1234",
        "S-0001",
    ):
        assert wanted in text
    assert "発行: tanaka 2026-03-31 10:00" in text


def test_it_also_speaks_english() -> None:
    (text,) = pages(slips_pdf([YAMADA], Language.EN))
    assert "Initial password" in text
    assert "Valid until 2026-04-14" in text


@pytest.mark.parametrize(("per_page", "count"), [(1, 5), (2, 3), (3, 2)])
def test_slips_are_laid_out_so_many_to_a_page(per_page: int, count: int) -> None:
    sheet = slips_pdf([YAMADA] * 5, Language.JA, None, per_page)  # type: ignore[arg-type]
    assert (sheet.pages, len(pages(sheet))) == (count, count)
    assert sum(text.count(PASSWORD) for text in pages(sheet)) == 5


def test_a_letter_that_the_font_lacks_is_reported_by_person() -> None:
    sheet = slips_pdf([YAMADA, TSUJI], Language.JA)
    (finding,) = sheet.findings
    assert finding.where == "S-0002 髙﨑 𠮷美"
    assert "𠮷 (U+20BB7)" in finding.text.en
    assert "髙" not in finding.text.en
    assert "髙﨑 〓美 様" in pages(sheet)[0]


def test_no_password_stands_outside_the_pages() -> None:
    pdf = slips_pdf([YAMADA], Language.JA).pdf
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    assert PASSWORD not in str(metadata)
    assert PASSWORD.encode() not in pdf


def test_without_any_font_the_readers_own_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "CANDIDATES", ())
    sheet = slips_pdf([TSUJI], Language.JA)
    assert sheet.font == "HeiseiKakuGo-W5"
    assert [finding.where for finding in sheet.findings] == ["S-0002 髙﨑 𠮷美"]


def test_a_font_that_is_none_is_a_setting_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(b"no font")
    with pytest.raises(BadSetting) as raised:
        slips_pdf([YAMADA], Language.JA, path)
    assert raised.value.code == "print.font"


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) draws the page")
def test_the_page_can_be_drawn_and_is_not_blank(tmp_path: Path) -> None:
    (tmp_path / "slips.pdf").write_bytes(slips_pdf([YAMADA, TSUJI], Language.JA).pdf)
    subprocess.run(["pdftoppm", "-gray", "-r", "40", "slips.pdf", "page"], cwd=tmp_path, check=True)
    (image,) = tmp_path.glob("page*.pgm")
    dark = sum(level < 128 for level in image.read_bytes()[20:])
    assert dark > 1000


def test_three_hundred_slips_are_printed_in_one_go() -> None:
    sheet = slips_pdf([YAMADA] * 300, Language.JA, None, 3)
    assert sheet.pages == 100
    assert len(sheet.pdf) < 2_000_000
