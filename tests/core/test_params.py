"""Parameters are typed and checked; what cannot be used is named with what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.canonical import plain
from unyo.core.errors import BadInput
from unyo.core.params import option, options, params_as_json, params_from_json
from unyo.core.text import Text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Row:
    number: str = option(Text("staff number", "職員番号"), column=("職員番号", "No"))
    until: date | None = option(Text("last day", "最終日"), default=None)


@dataclass(frozen=True)
class Params:
    name: str = option(Text("the name", "名称"))
    count: int = option(Text("how many", "件数"), default=1)
    share: float = option(Text("share", "割合"), default=0.5)
    sure: bool = option(Text("sure", "確認"), default=False)
    day: date | None = option(Text("day", "日付"), default=None)
    at: datetime | None = option(Text("instant", "日時"), default=None)
    colour: Colour = option(Text("colour", "色"), default=Colour.RED)
    names: tuple[str, ...] = option(Text("names", "名前"), default=())
    rows: tuple[Row, ...] = option(Text("rows", "行"), default=())


@dataclass(frozen=True)
class Checked:
    first: int = option(Text("first", "始"))
    last: int = option(Text("last", "終"))

    def check(self) -> None:
        if self.first > self.last:
            raise BadInput("params.order", Text("backwards", "逆順"), Text("swap", "入替え"))


JST_NINE = datetime(2026, 4, 1, 0, 0, tzinfo=timezone.utc)


def filled(**values: Any) -> Params:
    return params_from_json(Params, {"name": "n", **values})


def refusal(values: dict[str, Any]) -> BadInput:
    with pytest.raises(BadInput) as refused:
        params_from_json(Params, values)
    return refused.value


def test_missing_values_take_their_defaults() -> None:
    assert filled() == Params("n")
    assert filled(count=None, day="", names=[]) == Params("n")


@pytest.mark.parametrize(
    ("name", "given", "made"),
    [
        ("count", "10", 10),
        ("count", 10.0, 10),
        ("count", 0, 0),
        ("share", "0.25", 0.25),
        ("sure", "Yes", True),
        ("sure", " no ", False),
        ("sure", 1, True),
        ("sure", False, False),
        ("day", "令和8年4月1日", date(2026, 4, 1)),
        ("day", date(2026, 4, 1), date(2026, 4, 1)),
        ("day", datetime(2026, 4, 1), date(2026, 4, 1)),  # noqa: DTZ001
        ("day", datetime(2026, 3, 31, 15, tzinfo=timezone.utc), date(2026, 4, 1)),
        ("at", "2026-04-01 09:00", JST_NINE),
        ("at", datetime(2026, 4, 1, 9), JST_NINE),  # noqa: DTZ001
        ("at", JST_NINE, JST_NINE),
        ("at", date(2026, 4, 1), JST_NINE - timedelta(hours=9)),
        ("colour", "blue", Colour.BLUE),
        ("names", "a, b,,c ", ("a", "b", "c")),
        ("names", ["a", "b"], ("a", "b")),
        ("rows", [{"number": "000101"}], (Row("000101"),)),
        ("name", 7, "7"),
    ],
)
def test_values_from_text_json_and_sheets_become_typed(name: str, given: Any, made: Any) -> None:
    found = getattr(filled(**{name: given}), name)
    assert (found, type(found)) == (made, type(made))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("count", "ten"),
        ("count", 1.5),
        ("count", True),
        ("count", [1]),
        ("share", {}),
        ("sure", "perhaps"),
        ("day", "2026-11-31"),
        ("day", datetime(2026, 4, 1, 9)),  # noqa: DTZ001
        ("at", "noon"),
        ("colour", "green"),
        ("name", ["a"]),
        ("name", {"a": 1}),
        ("names", 5),
        ("names", {"a": 1}),
        ("rows", 5),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_nothing_is_cut_off(name: str, given: Any) -> None:
    assert refusal({"name": "n", name: given}).target == name


def test_a_refused_choice_lists_the_right_ones() -> None:
    assert refusal({"name": "n", "colour": "green"}).next_step.ja == "次のように指定: red, blue"


def test_a_refused_date_says_what_would_be_right() -> None:
    assert "正しくは令和2年4月1日" in refusal({"name": "n", "day": "平成32年4月1日"}).what.ja


def test_a_missing_value_is_asked_for_in_both_languages() -> None:
    error = refusal({})
    assert (error.target, error.next_step) == ("name", Text("give: the name", "次を指定: 名称"))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    error = refusal({"name": "n", "colur": "red"})
    assert error.target == "colur"
    assert "colour" in error.next_step.en


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([{"number": "1"}, {"number": "2", "until": "x"}], "rows[2].until"),
        ([{"number": "1"}, {}], "rows[2].number"),
        (["1"], "rows[1]"),
        ([{"number": "1", "untill": "x"}], "rows[1].untill"),
    ],
)
def test_a_bad_row_is_named_by_number_and_field(rows: list[Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        filled(rows=rows)
    assert str(refused.value.target).startswith(where)


def test_the_params_own_check_is_made() -> None:
    assert params_from_json(Checked, {"first": 1, "last": 2}) == Checked(1, 2)
    with pytest.raises(BadInput, match="backwards"):
        params_from_json(Checked, {"first": 2, "last": 1})


def test_options_tell_forms_what_to_ask() -> None:
    by_name = {item.name: item for item in options(Params)}
    assert by_name["name"].required
    assert not by_name["day"].required
    assert by_name["day"].type is date
    assert by_name["names"].many
    assert not by_name["names"].is_rows
    assert by_name["rows"].is_rows
    assert by_name["colour"].default is Colour.RED
    assert options(Row)[0].columns == ("職員番号", "No")


@given(
    st.builds(
        Params,
        name=st.text(min_size=1),
        count=st.integers(),
        share=st.floats(allow_nan=False, allow_infinity=False),
        sure=st.booleans(),
        day=st.none() | st.dates(min_value=date(1000, 1, 1)),
        at=st.none() | st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(timezone.utc)),  # noqa: DTZ001
        colour=st.sampled_from(Colour),
        names=st.lists(st.text(min_size=1)).map(tuple),
        rows=st.lists(st.builds(Row, number=st.text(min_size=1), until=st.none())).map(tuple),
    )
)
def test_parameters_come_back_from_json_as_they_went(params: Params) -> None:
    assert params_from_json(Params, plain(params_as_json(params))) == params
