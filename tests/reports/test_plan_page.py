"""An approver sees in ten seconds how many, who, and what is odd."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from support.job_record import START, step
from unyo.core.change import Change
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.target import Target
from unyo.core.text import Language, Text
from unyo.reports.plan_page import plan_page_html
from unyo.reports.record import PlanRecord

ODD = Finding("people.short", Weight.ODD, Text("kana do not fit", "カナが一致しません"), "0000002")
REFUSAL = Finding("people.twice", Weight.REFUSE, Text("number twice", "職員番号の重複"), "0000003")

NO_LIMITS = Limits()


def change(number: int, sort: str) -> Change:
    made = step(number, sort=sort)
    leaver = sort == "leaver"
    return Change(
        made.target, made.before, made.after, sort, due=START, removes=leaver, undoable=sort != "joiner"
    )


def plan_record(*findings: Finding, limits: Limits = NO_LIMITS) -> PlanRecord:
    changes = tuple(change(number, sort) for number, sort in enumerate(("joiner", "mover", "leaver"), 1))
    plan = Plan(
        "accounts.provision",
        {},
        changes,
        300,
        (Target("account", "0000009", "伊藤 四郎"),),
        findings,
        limits,
    )
    return PlanRecord(
        "J-12",
        Text("Personnel transfer", "人事異動"),
        "tanaka",
        "4月1日付け人事異動",
        plan.risk(Risk.GUARDED),
        plan,
        START - timedelta(days=5),
    )


def test_the_counts_lead_to_their_rows() -> None:
    html = plan_page_html(plan_record(), Language.JA)
    assert '<a class="figure" href="#all">3</a>' in html
    assert '<a class="figure" href="#removals">1</a>' in html
    assert '<a class="figure" href="#fixed">1</a>' in html
    assert 'id="removals" data-steps="1"><a href="#s3">3</a>' in html


def test_the_digest_and_the_effective_time_are_named() -> None:
    record = plan_record()
    html = plan_page_html(record, Language.JA)
    assert record.plan.digest in html
    assert "令和8年4月1日 00:00:03(2026-04-01)" in html


@pytest.mark.parametrize(
    ("findings", "limits", "verdict"),
    [
        ((), Limits(), "上限の範囲内で、要確認事項はありません。"),
        ((ODD,), Limits(), "承認の前に下の要確認事項をご覧ください。"),
        ((), Limits(removals=0), "責任者が承認するまで1件も実行されません。"),
        ((ODD, REFUSAL), Limits(), "この計画は実行できません。"),
    ],
)
def test_the_verdict_fits_the_plan(findings: tuple[Finding, ...], limits: Limits, verdict: str) -> None:
    assert verdict in plan_page_html(plan_record(*findings, limits=limits), Language.JA)


def test_refusals_come_before_oddities_and_both_before_the_changes() -> None:
    html = plan_page_html(plan_record(ODD, REFUSAL), Language.EN)
    places = [html.index(text) for text in (">Refusals<", ">Oddities<", 'id="changes"')]
    assert places == sorted(places)


def test_a_limit_that_is_passed_is_told_with_its_numbers() -> None:
    html = plan_page_html(plan_record(limits=Limits(removals=0)), Language.EN)
    assert "1 removals; the limit is 0" in html


def test_a_plan_without_changes_says_so() -> None:
    record = plan_record()
    empty = dataclasses.replace(record, plan=dataclasses.replace(record.plan, changes=()))
    assert "Nothing needs to change." in plan_page_html(empty, Language.EN)
