"""What a search on a terminal comes to: a hit, a clean no, or not having been able to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unyo.core.errors import BadSetting
from unyo.core.indicators import Indicator, IndicatorType
from unyo.core.outcome import Outcome
from unyo.core.runbook import StepEnd
from unyo.core.table import Cell, Table
from unyo.core.text import Text
from unyo.core.tools import Tools

_HASHES = (IndicatorType.MD5, IndicatorType.SHA1, IndicatorType.SHA256)


class Verdict(StrEnum):
    """What may be said of one terminal."""

    FOUND = "found"
    CLEAN = "not_found"
    PARTLY = "partly_looked"
    NOT_LOOKED = "could_not_look"

    @property
    def label(self) -> Text:
        return {
            Verdict.FOUND: Text("FOUND", "検出"),
            Verdict.CLEAN: Text("not found", "検出なし"),
            Verdict.PARTLY: Text(
                "not found, but not everything could be looked at", "検出なし(一部確認不可)"
            ),
            Verdict.NOT_LOOKED: Text("could not look", "確認不可"),
        }[self]


@dataclass(frozen=True, slots=True)
class FindingPolicy:
    """How thoroughly terminals are searched."""

    roots: tuple[str, ...]
    max_bytes: int
    file_seconds: int
    seconds: int
    logon_days: int


def finding_policy(tools: Tools) -> FindingPolicy:
    """The site's policy ``finding``; BadSetting where it holds something else than it should."""
    values = tools.policies.load("finding")
    try:
        return FindingPolicy(
            tuple(str(root) for root in values.get("roots") or ()),
            int(values["max_megabytes"]) * 1_000_000,
            int(values["file_seconds"]),
            int(values["seconds"]),
            int(values["logon_days"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadSetting(
            "finding.policy",
            Text("the policy cannot be used", "ポリシーの内容を解釈できません"),
            Text(
                "see the shipped inventory/policies/finding.yml",
                "付属の inventory/policies/finding.yml を参照",
            ),
            target="inventory/policies/finding.yml",
        ) from error


def seen_of(answer: Mapping[str, Any], indicators: Sequence[Indicator]) -> dict[str, Any]:
    """A step's ``seen``: the verdict, the hits with what they were found by, and what could not be looked at."""
    hits = [
        {
            "type": indicators[int(hit["id"])].type.value,
            "value": indicators[int(hit["id"])].value,
            "where": hit["where"],
            "detail": hit["detail"],
        }
        for hit in answer["found"]
    ]
    gaps = _lines(answer["could_not"])
    looked = set(answer["looked"])
    verdict = Verdict.FOUND if hits else Verdict.PARTLY if gaps else Verdict.CLEAN
    if not hits and not looked:
        verdict = Verdict.NOT_LOOKED
    return {
        "verdict": verdict.value,
        "hits": hits,
        "could_not": gaps,
        "looked": sorted(looked),
        "files": answer["files"],
        "hashed": answer["hashed"],
    }


def _lines(gaps: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({f"{gap['area']}: {gap['reason']}" for gap in gaps})


def verdict_of(step: StepEnd) -> Verdict:
    """What a step's row says; a terminal that was never reached was not looked at."""
    if step.outcome is Outcome.DONE and step.seen is not None and "verdict" in step.seen:
        return Verdict(step.seen["verdict"])
    return Verdict.NOT_LOOKED


def verdict_table(steps: Sequence[StepEnd]) -> Table:
    """One row per terminal, the worst first."""
    order = list(Verdict)
    ranked = sorted(steps, key=lambda step: (order.index(verdict_of(step)), step.target.label))
    return Table(
        Text("Terminals", "端末ごとの結果"),
        Text(
            "found first; what could not be looked at is not a no",
            "検出を先頭に表示。確認不可は「なし」ではありません",
        ),
        (
            *(Text("Terminal", "端末"), Text("Serial number", "製造番号"), Text("Result", "結果")),
            *(Text("Hits", "検出数"), Text("Not looked at", "確認できなかったもの")),
        ),
        tuple(_verdict_row(step) for step in ranked),
    )


def _verdict_row(step: StepEnd) -> tuple[Cell, ...]:
    seen = step.seen or {}
    why: Cell = "; ".join(seen.get("could_not", ()))
    if verdict_of(step) is Verdict.NOT_LOOKED and not why:
        why = step.message or Text("not yet reached", "未到達")
    return (step.target.label, step.target.key, verdict_of(step).label, len(seen.get("hits", ())), why)


def hit_table(steps: Sequence[StepEnd]) -> Table:
    """One row per hit."""
    rows = [
        (step.target.label, IndicatorType(hit["type"]).label, hit["value"], hit["where"], hit["detail"])
        for step in sorted(steps, key=lambda step: step.target.label)
        for hit in (step.seen or {}).get("hits", ())
    ]
    return Table(
        Text("Hits", "検出箇所"),
        Text("one row a hit", "検出1件につき1行"),
        (
            *(Text("Terminal", "端末"), Text("Kind", "種別"), Text("Indicator", "指標")),
            *(Text("Where", "場所"), Text("Detail", "詳細")),
        ),
        tuple(rows),
    )
