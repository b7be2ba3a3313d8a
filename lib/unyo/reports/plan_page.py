"""The page an approver reads: what would change for whom, and what is odd, seen in ten seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unyo.core.change import Change
from unyo.core.plan import Finding, Weight
from unyo.core.risk import Risk
from unyo.core.text import Language, Text
from unyo.reports.figures import Figure
from unyo.reports.job_report import CHUNK, Index, links
from unyo.reports.pages import page
from unyo.reports.record import PlanRecord

FEW = 30
"""A group of so few changes is shown unfolded."""

Numbered = tuple[int, Change]


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one sort, numbered as in the plan, in tables of at most CHUNK rows."""

    sort: str
    figure: Figure
    chunks: tuple[tuple[Numbered, ...], ...]
    open: bool


def plan_page_html(record: PlanRecord, language: Language) -> str:
    """One self-contained page: counts, limits, refusals and oddities first, then the changes by sort."""
    plan = record.plan
    numbered = list(enumerate(plan.changes, 1))
    dues = [change.due for change in plan.changes if change.due]
    everything = _figure("all", numbered, lambda change: True)
    removals = _figure("removals", numbered, lambda change: change.removes)
    fixed = _figure("fixed", numbered, lambda change: not change.undoable)
    blind = _figure("blind", numbered, lambda change: not change.foreseen)
    labelled = [
        (Text("All changes", "すべての変更"), everything),
        (Text("Removals", "停止・削除"), removals),
        (Text("No way back", "元に戻せない"), fixed),
        (Text("Not foreseeable", "事前確認できない"), blind),
    ]
    values = {
        "record": record,
        "tone": _tone(record),
        "verdict": _verdict(record),
        "groups": _groups(numbered),
        "all": everything,
        "removals": removals,
        "fixed": fixed,
        "blind": blind,
        "first_due": min(dues, default=None),
        "last_due": max(dues, default=None),
        "findings": _findings(plan.findings, language),
        "indexes": [
            Index(text.in_language(language), item, links(item)) for text, item in labelled if item.count
        ],
    }
    return page("plan.html.j2", language, values)


def _figure(anchor: str, numbered: list[Numbered], counts: Callable[[Change], bool]) -> Figure:
    return Figure(anchor, tuple(place for place, change in numbered if counts(change)))


def _groups(numbered: list[Numbered]) -> list[ChangeGroup]:
    sorts: dict[str, list[Numbered]] = {}
    for place, change in numbered:
        sorts.setdefault(change.sort, []).append((place, change))
    return [
        ChangeGroup(
            sort,
            Figure(f"sort-{i}", tuple(place for place, _ in rows)),
            tuple(tuple(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)),
            len(rows) <= FEW,
        )
        for i, (sort, rows) in enumerate(sorts.items(), 1)
    ]


def _tone(record: PlanRecord) -> str:
    if record.plan.refusals or record.plan.breaches or record.risk is Risk.GRAVE:
        return "bad"
    return "warn" if any(finding.weight is Weight.ODD for finding in record.plan.findings) else "good"


def _verdict(record: PlanRecord) -> Text:
    plan = record.plan
    odd = sum(finding.weight is Weight.ODD for finding in plan.findings)
    if plan.refusals:
        return Text(
            "This plan cannot run: see the refusals below.",
            "この計画は実行できません。下の「実行不可の理由」を確認してください。",
        )
    if plan.breaches:
        return Text(
            "This plan passes its limits; nothing of it runs before the officer approves.",
            "この計画は上限を超えています。責任者が承認するまで1件も実行されません。",
        )
    if not plan.changes:
        return Text("Nothing needs to change.", "変更の必要はありません。")
    if odd:
        return Text(
            "Within the limits; look at the oddities below before approving.",
            "上限の範囲内です。承認の前に下の要確認事項をご覧ください。",
        )
    return Text("Within the limits; nothing odd was found.", "上限の範囲内で、要確認事項はありません。")


def _findings(findings: tuple[Finding, ...], language: Language) -> list[tuple[str, str, list[Finding]]]:
    """Heading, caption and rows by weight, refusals first."""
    headings = {
        Weight.REFUSE: Text("Refusals", "実行不可の理由"),
        Weight.ODD: Text("Oddities", "要確認事項"),
        Weight.NOTE: Text("Notes", "参考"),
    }
    captions = {
        Weight.REFUSE: Text("Mend these, then plan again", "修正してから計画し直してください"),
        Weight.ODD: Text("Look at these before approving", "承認前に確認してください"),
        Weight.NOTE: Text("Good to know", "ご参考"),
    }
    return [
        (headings[weight].in_language(language), captions[weight].in_language(language), some)
        for weight in headings
        if (some := [finding for finding in findings if finding.weight is weight])
    ]
