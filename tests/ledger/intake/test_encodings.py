"""The encoding is detected, reported, and damage is refused by line and byte."""

from __future__ import annotations

import pytest

from support.personnel_sheet import GOOD, HANAKO, ICHIRO, read, sheet
from unyo.core.errors import BadInput


@pytest.mark.parametrize(
    ("written", "reported"),
    [
        ("cp932", "cp932"),
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_each_encoding_is_recognised_and_gives_the_same_people(written: str, reported: str) -> None:
    intake = read(sheet(GOOD, HANAKO, ICHIRO, encoding=written))
    assert intake.encoding == reported
    assert intake.roster.people == read(sheet(GOOD, HANAKO, ICHIRO)).roster.people
    assert intake.roster.people["001003"].name == "髙橋 一郎"


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp"])
def test_older_unix_and_mail_encodings_are_recognised(encoding: str) -> None:
    intake = read(sheet(GOOD, HANAKO, encoding=encoding))
    assert intake.encoding == encoding
    assert intake.roster.people["001002"].family_name == "鈴木"


def test_utf16_big_endian_with_mark_is_recognised() -> None:
    intake = read(b"\xfe\xff" + sheet(GOOD, HANAKO, encoding="utf-16-be"))
    assert intake.encoding == "utf-16-be"


@pytest.mark.parametrize(
    ("delimiter", "newline", "name"), [(",", "\n", "LF"), ("\t", "\r\n", "CRLF"), (";", "\r", "CR")]
)
def test_delimiter_and_newline_are_detected(delimiter: str, newline: str, name: str) -> None:
    intake = read(sheet(GOOD, HANAKO, delimiter=delimiter, newline=newline))
    assert (intake.delimiter, intake.newline) == (delimiter, name)
    assert list(intake.roster.people) == ["001001", "001002"]


def test_mixed_newlines_are_reported() -> None:
    assert (
        read(sheet(GOOD) + b"001002,\x8d\xb2\x93\xa1 A,A A,01010,x,y\n", skip_bad_rows=True).newline
        == "mixed"
    )


def test_an_undecodable_byte_is_named_by_line_and_offset() -> None:
    good = sheet(GOOD, HANAKO)
    broken = good + b"001009,\x83"
    with pytest.raises(BadInput, match=rf"line 4, byte {len(good) + 7}: 83 is no character in cp932"):
        read(broken)


def test_a_damaged_utf8_file_is_blamed_on_the_damaged_byte_not_on_cp932() -> None:
    data = sheet(GOOD, HANAKO, encoding="utf-8")
    broken = data.replace("直美".encode(), b"\xe7\x9b\xff")
    with pytest.raises(BadInput, match=r"line 3.*is no character in utf-8"):
        read(broken)


def test_replacement_characters_are_refused_by_line() -> None:
    with pytest.raises(BadInput, match=r"line 2 holds U\+FFFD"):
        read(sheet({**GOOD, "氏名": "佐�　裕子"}, encoding="utf-8"))


def test_control_characters_are_refused() -> None:
    with pytest.raises(BadInput, match=r"line 2 holds the control character U\+0007"):
        read(sheet({**GOOD, "役職": "係\a長"}))


@pytest.mark.parametrize("data", [b"", b"  \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read(data)


def test_utf32_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="UTF-32"):
        read(sheet(GOOD, encoding="utf-32"))


def test_the_mapping_file_can_fix_the_encoding() -> None:
    assert read(sheet(GOOD), encoding="Shift_JIS").encoding == "cp932"
    with pytest.raises(BadInput, match="line 1, byte 0"):
        read(sheet(GOOD), encoding="utf-8")


def test_a_mark_that_contradicts_the_mapping_file_is_refused() -> None:
    with pytest.raises(BadInput, match="says cp932 but the file begins as utf-8-sig"):
        read(sheet(GOOD, encoding="utf-8-sig"), encoding="cp932")


def test_byte_offsets_count_from_the_beginning_of_the_file_with_its_mark() -> None:
    good = sheet(GOOD, encoding="utf-8-sig")
    with pytest.raises(BadInput, match=f"line 3, byte {len(good)}: FF"):
        read(good + b"\xff")
