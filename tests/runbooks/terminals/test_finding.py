"""A hit, a clean no, a partial look, and no look at all are four different things."""

from __future__ import annotations

from typing import Any

from unyo.core.indicators import Indicator, IndicatorType
from unyo.core.outcome import Outcome
from unyo.core.runbook import StepEnd
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.runbooks.terminals.rules.finding import Verdict, hit_table, seen_of, verdict_of, verdict_table

INDICATORS = [Indicator(IndicatorType.FILE, "invoice.exe"), Indicator(IndicatorType.DNS, "bad.example")]
HIT = {"id": "1", "where": "bad.example", "detail": "203.0.113.9"}


def answer(**given: Any) -> dict[str, Any]:
    return {"found": [], "looked": ["file", "dns"], "could_not": [], "files": 10, "hashed": 0, **given}


def end(
    name: str, outcome: Outcome | None, seen: dict[str, Any] | None, message: Text | None = None
) -> StepEnd:
    return StepEnd(Target("terminal", f"S-{name}", name), outcome, seen, {}, message=message)


def test_nothing_found_everywhere_is_a_clean_no() -> None:
    assert seen_of(answer(), INDICATORS)["verdict"] == "not_found"


def test_nothing_found_but_a_gap_is_not_a_clean_no() -> None:
    seen = seen_of(answer(could_not=[{"area": "hash", "reason": "locked"}]), INDICATORS)
    assert seen["verdict"] == "partly_looked"
    assert seen["could_not"] == ["hash: locked"]


def test_nothing_looked_at_is_no_answer() -> None:
    gaps = [{"area": "file", "reason": "denied"}, {"area": "dns", "reason": "denied"}]
    assert seen_of(answer(looked=[], could_not=gaps), INDICATORS)["verdict"] == "could_not_look"


def test_a_hit_counts_even_where_something_could_not_be_looked_at() -> None:
    seen = seen_of(answer(found=[HIT], could_not=[{"area": "hash", "reason": "locked"}]), INDICATORS)
    assert seen["verdict"] == "found"
    assert seen["hits"] == [
        {"type": "dns", "value": "bad.example", "where": "bad.example", "detail": "203.0.113.9"}
    ]


def test_a_terminal_that_did_not_answer_was_not_looked_at() -> None:
    assert verdict_of(end("PC1", Outcome.UNREACHABLE, None)) is Verdict.NOT_LOOKED
    assert verdict_of(end("PC1", None, None)) is Verdict.NOT_LOOKED


def test_the_report_shows_hits_first_and_says_why_nobody_looked() -> None:
    silent = Text("the terminal does not answer", "応答がありません")
    steps = [
        end("PC1", Outcome.DONE, seen_of(answer(), INDICATORS)),
        end("PC2", Outcome.UNREACHABLE, None, silent),
        end("PC3", Outcome.DONE, seen_of(answer(found=[HIT]), INDICATORS)),
    ]
    rows = verdict_table(steps).rows
    assert [row[0] for row in rows] == ["PC3", "PC1", "PC2"]
    assert rows[2][4] == silent
    assert [row[0] for row in hit_table(steps).rows] == ["PC3"]
