"""Tables on a narrow screen: dates, names and numbers stay whole."""

from __future__ import annotations

import pytest

from unyo.cli.columns import widths
from unyo.cli.screen import Screen
from unyo.core.text import Text

DATE = "2026-11-26 09:52"
STORY = "neither the password in the books nor any older one works; nothing more is tried"


def test_what_fits_is_left_alone() -> None:
    assert widths([["account", "srv01 root"], ["proven", DATE]], 40) is None


def test_the_widest_gives_way_and_no_word_is_cut() -> None:
    account, proven, story = widths([["PC00002 unyo-admin"], [DATE], [STORY]], 40) or (0, 0, 0)
    assert account + proven + story == 40
    assert account >= len("unyo-admin")
    assert proven >= len("2026-11-26")
    assert story >= len("password")


def test_where_not_even_the_words_fit_it_is_left_to_the_table() -> None:
    assert widths([["unyo-admin"], ["2026-11-26"]], 15) is None


def test_japanese_may_be_broken_anywhere() -> None:
    japanese, date = widths([["既知のパスワードがすべて不一致"], [DATE]], 30) or (0, 0)
    assert (japanese + date, date >= 10) == (30, True)


def test_a_table_of_eighty_columns_shows_every_date_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    headings = [Text(word, word) for word in ("account", "state", "sealed", "set", "proven", "story")]
    Screen().table(headings, [("PC00002 unyo-admin", "proven by log-on", DATE, DATE, DATE, STORY)])
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert (shown.count("2026-11-26"), shown.count("unyo-admin")) == (3, 1)
