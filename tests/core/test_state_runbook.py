"""What becomes of a step is read from the target, whatever the writing said or did not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from unyo.core.change import Change, State
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.secret import SecretRef
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools

NOTHING = Text("x", "x")
LOST = Unreachable("lamp.lost", NOTHING, NOTHING)
NO = TargetSaidNo("lamp.no", NOTHING, NOTHING, detail="lamp is broken")
PIN = SecretRef("lamp/1/pin").as_state()
LAMP, OTHER = Target("lamp", "1"), Target("lamp", "2")
OFF, ON, DIM = {"light": "off"}, {"light": "on"}, {"light": "dim"}
TO_ON = Change(LAMP, OFF, ON)
NO_TOOLS = cast(Tools, None)


@dataclass(frozen=True)
class Wish:
    light: str = "on"


@dataclass
class Lamps(StateRunbook[Wish]):
    """Lamps that can lose replies, refuse, lie, or be switched by somebody else meanwhile."""

    title = Text("lamps", "照明")
    Params = Wish

    now: dict[str, State | UnyoError | None]
    wanted: State | None = field(default_factory=lambda: dict(ON))
    refusal: UnyoError | None = None
    works: bool = True
    dies: bool = False
    written: list[Change] = field(default_factory=list)

    def targets(self, params: Wish, tools: Tools) -> Sequence[Target]:
        return [Target("lamp", key) for key in self.now]

    def want(self, target: Target, params: Wish, tools: Tools) -> State | None:
        return self.wanted

    def read(self, target: Target, tools: Tools) -> State | None:
        found = self.now[target.key]
        if isinstance(found, UnyoError):
            raise found
        return found

    def write(self, change: Change, tools: Tools) -> None:
        self.written.append(change)
        if self.works:
            self.now[change.target.key] = change.after and {
                key: value for key, value in change.after.items() if value != PIN
            }
        if self.dies:
            self.now[change.target.key] = LOST
        if self.refusal is not None:
            raise self.refusal


def applied(lamps: Lamps, change: Change = TO_ON, recovering: bool = False) -> StepResult:
    (result,) = lamps.apply([change], NO_TOOLS, recovering)
    return result


def settled(now: State | UnyoError | None, change: Change) -> StepResult:
    (result,) = Lamps({"1": now}).settle([change], NO_TOOLS)
    return result


def test_a_plan_holds_only_what_differs_and_names_what_stays() -> None:
    plan = Lamps({"1": {**OFF, "watt": 40}, "2": ON}).plan(Wish(), NO_TOOLS)
    assert plan.changes == (Change(LAMP, OFF, ON, sort="update"),)
    assert plan.unchanged == (OTHER,)
    assert plan.population == 2
    assert plan.params == {"light": "on"}


def test_planning_twice_gives_one_digest_and_writes_nothing() -> None:
    lamps = Lamps({"1": OFF, "2": ON})
    assert lamps.plan(Wish(), NO_TOOLS).digest == lamps.plan(Wish(), NO_TOOLS).digest
    assert lamps.written == []


def test_a_plan_removes_what_should_not_be_there_and_counts_it() -> None:
    (change,) = Lamps({"1": OFF}, wanted=None).plan(Wish(), NO_TOOLS).changes
    assert (change.before, change.after, change.sort, change.removes) == (OFF, None, "delete", True)


def test_hidden_attributes_stay_out_of_a_plan() -> None:
    (change,) = Lamps({"1": {**OFF, "_id": 7}}, wanted=None).plan(Wish(), NO_TOOLS).changes
    assert change.before == OFF


def test_a_wanted_secret_is_always_written_for_nobody_can_read_it() -> None:
    plan = Lamps({"1": ON}, wanted={**ON, "pin": PIN}).plan(Wish(), NO_TOOLS)
    assert len(plan.changes) == 1


def test_a_target_that_cannot_be_read_stops_the_planning() -> None:
    with pytest.raises(Unreachable):
        Lamps({"1": OFF, "2": LOST}).plan(Wish(), NO_TOOLS)


def test_what_was_written_and_read_back_is_done() -> None:
    lamps = Lamps({"1": OFF})
    assert applied(lamps) == StepResult(Outcome.DONE, ON)
    assert lamps.written == [TO_ON]


def test_the_writer_gets_the_whole_present_state() -> None:
    lamps = Lamps({"1": {**OFF, "watt": 40}})
    applied(lamps)
    assert lamps.written[0].before == {**OFF, "watt": 40}


def test_what_is_as_wanted_already_is_not_written() -> None:
    lamps = Lamps({"1": ON})
    assert applied(lamps).outcome is Outcome.UNCHANGED
    assert lamps.written == []


def test_what_is_as_wanted_after_a_cut_was_done_before_it() -> None:
    assert applied(Lamps({"1": ON}), recovering=True).outcome is Outcome.DONE


def test_what_somebody_changed_after_the_approval_is_not_touched() -> None:
    lamps = Lamps({"1": DIM})
    result = applied(lamps)
    assert (result.outcome, result.code, result.seen) == (Outcome.SKIPPED, "step.moved", DIM)
    assert lamps.written == []


@pytest.mark.parametrize(("now", "before"), [(None, OFF), (OFF, None)])
def test_what_came_or_went_meanwhile_is_not_touched(now: State | None, before: State | None) -> None:
    assert applied(Lamps({"1": now}), Change(LAMP, before, ON)).code == "step.moved"


def test_after_a_cut_a_half_written_target_is_finished() -> None:
    assert applied(Lamps({"1": DIM}), recovering=True) == StepResult(Outcome.DONE, ON)


def test_a_change_of_something_else_is_no_hindrance() -> None:
    assert applied(Lamps({"1": {**OFF, "watt": 60}})).outcome is Outcome.DONE


def test_a_refusal_is_failed_with_what_the_target_said() -> None:
    result = applied(Lamps({"1": OFF}, refusal=NO, works=False))
    assert (result.outcome, result.code, result.detail, result.seen) == (
        Outcome.FAILED,
        "lamp.no",
        "lamp is broken",
        OFF,
    )


def test_a_lost_reply_to_a_write_that_worked_is_done() -> None:
    assert applied(Lamps({"1": OFF}, refusal=LOST)) == StepResult(Outcome.DONE, ON)


def test_a_lost_reply_with_a_secret_is_not_called_done() -> None:
    change = Change(LAMP, OFF, {**ON, "pin": PIN})
    assert applied(Lamps({"1": OFF}, refusal=LOST), change).outcome is Outcome.UNREACHABLE


def test_a_write_that_claims_success_and_did_nothing_is_unverified_and_names_what_is_odd() -> None:
    result = applied(Lamps({"1": OFF}, works=False), Change(LAMP, OFF, {**ON, "pin": PIN}))
    assert (result.outcome, result.code) == (Outcome.UNVERIFIED, "step.unverified")
    assert result.message == Text(
        "read back, not as wanted: light", "読み戻した結果が計画と異なります: light"
    )


def test_a_write_that_cannot_be_read_back_is_unverified() -> None:
    assert applied(Lamps({"1": OFF}, dies=True)).outcome is Outcome.UNVERIFIED


def test_a_write_and_its_target_both_lost_is_unreachable() -> None:
    assert applied(Lamps({"1": OFF}, dies=True, refusal=LOST)).outcome is Outcome.UNREACHABLE


def test_a_removal_that_left_something_is_unverified() -> None:
    result = applied(Lamps({"1": OFF}, works=False), Change(LAMP, OFF, None))
    assert result.outcome is Outcome.UNVERIFIED
    assert "(exists)" in str(result.message)


def test_a_target_that_does_not_answer_is_not_written() -> None:
    lamps = Lamps({"1": LOST})
    assert applied(lamps).outcome is Outcome.UNREACHABLE
    assert lamps.written == []


def test_results_come_in_the_order_of_the_changes() -> None:
    lamps = Lamps({"1": ON, "2": OFF, "3": LOST, "4": DIM})
    changes = [Change(Target("lamp", key), OFF, ON) for key in "4321"]
    assert [result.outcome for result in lamps.apply(changes, NO_TOOLS, False)] == [
        Outcome.SKIPPED,
        Outcome.UNREACHABLE,
        Outcome.DONE,
        Outcome.UNCHANGED,
    ]


@pytest.mark.parametrize(
    ("now", "change", "outcome"),
    [
        (ON, TO_ON, Outcome.DONE),
        (OFF, TO_ON, Outcome.SKIPPED),
        (DIM, TO_ON, Outcome.UNVERIFIED),
        (LOST, TO_ON, Outcome.UNVERIFIED),
        (None, Change(LAMP, OFF, None), Outcome.DONE),
        (OFF, Change(LAMP, OFF, None), Outcome.SKIPPED),
        (None, Change(LAMP, None, ON), Outcome.SKIPPED),
        (ON, Change(LAMP, None, {**ON, "pin": PIN}), Outcome.DONE),
        (ON, Change(LAMP, ON, {**ON, "pin": PIN}), Outcome.UNVERIFIED),
    ],
)
def test_a_step_that_was_cut_off_is_settled_by_what_is_there(
    now: Any, change: Change, outcome: Outcome
) -> None:
    assert settled(now, change).outcome is outcome


def test_a_runbook_may_undo_what_it_did() -> None:
    lamps = Lamps({"1": OFF})
    applied(lamps)
    back = TO_ON.reversed()
    assert back is not None
    assert applied(lamps, back) == StepResult(Outcome.DONE, OFF)


def test_an_own_fault_is_not_hidden_as_an_answer() -> None:
    with pytest.raises(KeyError):
        applied(Lamps({}))
