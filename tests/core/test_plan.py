"""A plan's digest covers what an approver judges, and its limits are kept to the very last target."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unyo.core.canonical import plain
from unyo.core.change import Change
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Breach, Limits, Risk
from unyo.core.target import Target
from unyo.core.text import Text


def change(number: int, **more: Any) -> Change:
    return Change(Target("account", f"{number:06}"), {"ou": "総務課"}, {"ou": "人事課"}, **more)


PLAN = Plan(
    "accounts.provision", {"roster": 7}, (change(1, sort="mover"), change(2, sort="mover"), change(3)), 100
)
ODD = Finding("row.odd", Weight.ODD, Text("odd", "要確認"), "3")
REFUSE = Finding("row.bad", Weight.REFUSE, Text("bad", "不正"), "4")


def with_limits(count: int, removing: int, population: int, **limits: Any) -> Plan:
    changes = tuple(change(number, removes=number < removing) for number in range(count))
    return Plan("accounts.provision", {}, changes, population, limits=Limits(**limits))


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, runbook="accounts.suspend"),
        replace(PLAN, params={"roster": 8}),
        replace(PLAN, changes=PLAN.changes[:2]),
        replace(PLAN, changes=PLAN.changes[::-1]),
        replace(PLAN, changes=(*PLAN.changes[:2], change(3, removes=True))),
        replace(PLAN, limits=Limits(targets=5)),
    ],
)
def test_whatever_an_approver_judges_changes_the_digest(other: Plan) -> None:
    assert other.digest != PLAN.digest


def test_findings_and_unchanged_targets_leave_the_digest() -> None:
    assert replace(PLAN, findings=(ODD,), unchanged=(Target("account", "9"),)).digest == PLAN.digest


def test_the_plan_counts_its_sorts_largest_first() -> None:
    assert list(PLAN.counts().items()) == [("mover", 2), ("change", 1)]


def test_a_plan_says_how_much_it_could_foresee() -> None:
    assert replace(PLAN, changes=(change(1), change(2, foreseen=False))).foreseen_share == 0.5
    assert replace(PLAN, changes=()).foreseen_share == 1.0


def test_only_grave_findings_refuse() -> None:
    assert replace(PLAN, findings=(ODD, REFUSE)).refusals == (REFUSE,)


def test_a_finding_comes_back_from_json() -> None:
    assert Finding.from_json(json.loads(json.dumps(plain(ODD.as_json())))) == ODD


@pytest.mark.parametrize(
    ("count", "removing", "limits", "broken"),
    [
        (10, 0, {}, []),
        (10, 0, {"targets": 10}, []),
        (11, 0, {"targets": 10}, ["targets"]),
        (11, 5, {"removals": 5}, []),
        (11, 6, {"removals": 5}, ["removals"]),
        (29, 0, {"target_share": 0.29}, []),
        (30, 0, {"target_share": 0.29}, ["targets"]),
        (7, 7, {"removal_share": 0.07}, []),
        (8, 8, {"removal_share": 0.07}, ["removals"]),
        (9, 9, {"targets": 5, "removals": 5}, ["targets", "removals"]),
        (9, 9, {"targets": 5, "target_share": 0.05}, ["targets", "targets"]),
    ],
)
def test_a_limit_is_passed_by_one_more_and_not_by_just_as_many(
    count: int, removing: int, limits: dict[str, Any], broken: list[str]
) -> None:
    plan = with_limits(count, removing, 100, **limits)
    assert [breach.what for breach in plan.breaches] == broken


@given(st.integers(min_value=1, max_value=10_000), st.data())
def test_a_share_that_is_just_met_is_kept_for_any_population(population: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(min_value=0, max_value=min(population, 300)))
    assert with_limits(count, 0, population, target_share=count / population).breaches == ()


def test_a_share_of_nothing_is_passed_by_anything() -> None:
    assert [breach.what for breach in with_limits(1, 0, 0, target_share=0.5).breaches] == ["targets"]
    assert with_limits(0, 0, 0, target_share=0.5).breaches == ()


def test_a_plan_within_its_limits_keeps_its_risk_and_one_beyond_is_grave() -> None:
    assert with_limits(5, 0, 100, targets=5).risk(Risk.ROUTINE) is Risk.ROUTINE
    assert with_limits(6, 0, 100, targets=5).risk(Risk.ROUTINE) is Risk.GRAVE


def test_a_breach_says_how_much_of_what() -> None:
    assert Breach("removals", 6, 5.0, 100, False).text == Text(
        "6 removals; the limit is 5", "停止・削除 6 件は上限 5 件を超えます"
    )
    assert Breach("targets", 30, 0.25, 100, True).text == Text(
        "30 targets are 30.0% of 100; the limit is 25.0%",
        "対象 30 件は全 100 件の 30.0% で、上限 25.0% を超えます",
    )


@pytest.mark.parametrize("risk", list(Risk))
def test_every_risk_has_a_label_in_both_languages(risk: Risk) -> None:
    assert risk.label.en
    assert risk.label.ja
