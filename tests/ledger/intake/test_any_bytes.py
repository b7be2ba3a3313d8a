"""Whatever bytes come in: a roster or an error that a person can read, and the same every time."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.personnel_sheet import APRIL, GOOD, HANAKO, ICHIRO, read, sheet
from unyo.core.dates import era_text
from unyo.core.errors import UnyoError
from unyo.core.text import Language
from unyo.lab.personnel import as_csv, as_xlsx, staff, transfer
from unyo.ledger.intake import read_personnel_file

HEADING_LINES = [
    ",".join(GOOD),
    "\t".join(GOOD),
    "職員番号,姓,名,セイ,メイ,所属コード,所属名,部コード,発令日,適用日時,在籍区分",
]
CELLS = st.one_of(
    st.sampled_from(
        [
            *GOOD.values(),
            *HANAKO.values(),
            "令和元年5月1日",
            "二三十四",
            "1E+05",
            '"',
            "\ufeff",
            "合計",
            "①㈱髙",
        ]
    ),
    st.text(max_size=8),
)
WORKBOOK = as_xlsx(staff(seed=1, size=8))


def outcome(data: bytes, *, skip: bool) -> str:
    """What a person would see; anything but an UnyoError fails the test."""
    try:
        intake = read_personnel_file(data, "x.csv", None, APRIL, skip_bad_rows=skip)
    except UnyoError as error:
        return error.in_language(Language.JA) + error.in_language(Language.EN)
    return str(intake.as_json()) + str(intake.roster)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes(data: bytes, skip: bool) -> None:
    assert outcome(data, skip=skip) == outcome(data, skip=skip)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(HEADING_LINES),
    st.lists(st.lists(CELLS, max_size=12), max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp932"]),
    st.booleans(),
)
def test_any_cells_below_known_headings(
    heading: str, rows: list[list[str]], encoding: str, skip: bool
) -> None:
    text = "\r\n".join([heading, *(",".join(row) for row in rows)])
    data = text.encode(encoding, "replace")
    assert outcome(data, skip=skip) == outcome(data, skip=skip)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 400), st.integers(0, 255), st.sampled_from(["cp932", "utf-8-sig", "utf-16", "utf-16-le"])
)
def test_one_wrong_byte_anywhere(place: int, value: int, encoding: str) -> None:
    data = bytearray(sheet(GOOD, HANAKO, ICHIRO, encoding=encoding))
    data[place % len(data)] = value
    assert outcome(bytes(data), skip=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255))
def test_one_wrong_byte_in_a_workbook(place: int, value: int) -> None:
    data = bytearray(WORKBOOK)
    data[place] = value
    assert outcome(bytes(data), skip=True)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 60),
    st.sampled_from(["cp932", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_made_up_staff_come_back_the_same_from_every_encoding(seed: int, size: int, encoding: str) -> None:
    roster = transfer(staff(seed, size), seed)
    back = read_personnel_file(as_csv(roster, encoding), "x.csv", None, roster.effective).roster
    assert {n: p.as_json() for n, p in back.people.items()} == {
        n: p.as_json() for n, p in roster.people.items()
    }
    assert back.departments == roster.departments


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60))
def test_made_up_staff_come_back_the_same_from_a_workbook(seed: int, size: int) -> None:
    roster = transfer(staff(seed, size), seed)
    back = read_personnel_file(as_xlsx(roster), "x.xlsx", None, roster.effective).roster
    assert {n: p.as_json() for n, p in back.people.items()} == {
        n: p.as_json() for n, p in roster.people.items()
    }


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10), st.data())
def test_codes_of_any_width_keep_every_digit(width: int, data: st.DataObject) -> None:
    number = data.draw(st.text("0123456789", min_size=width, max_size=width))
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (number, wide, f'="{number}"'):
        assert list(read(sheet({**GOOD, "職員番号": written})).roster.people) == [number]


@settings(max_examples=200, deadline=None)
@given(st.dates(min_value=APRIL, max_value=date(2117, 12, 31)))
def test_every_later_day_is_read_in_era_form(day: date) -> None:
    forms = (era_text(day), f"R{day.year - 2018}.{day.month}.{day.day}", day.isoformat())
    rows = [{**row, "引継期限": form} for row, form in zip((GOOD, HANAKO, ICHIRO), forms, strict=True)]
    assert {person.handover_until for person in read(sheet(*rows)).roster.people.values()} == {day}
