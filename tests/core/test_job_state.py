"""A job moves only along the table, and ends as its steps really ended."""

from __future__ import annotations

from itertools import product

import pytest

from unyo.core.errors import Refused
from unyo.core.job_state import MOVES, JobState, check_move, state_of
from unyo.core.outcome import Outcome

S, O = JobState, Outcome  # noqa: E741
ALLOWED = [(now, to) for now in S for to in sorted(MOVES[now])]
FORBIDDEN = [(now, to) for now, to in product(S, S) if (now, to) not in ALLOWED]


@pytest.mark.parametrize(("now", "to"), ALLOWED)
def test_an_allowed_move_passes(now: JobState, to: JobState) -> None:
    check_move("J-1", now, to)


@pytest.mark.parametrize(("now", "to"), FORBIDDEN)
def test_any_other_move_is_refused_and_names_the_job(now: JobState, to: JobState) -> None:
    with pytest.raises(Refused) as refused:
        check_move("J-1", now, to)
    assert refused.value.target == "J-1"


def test_every_state_stands_in_the_table_and_has_a_label() -> None:
    assert set(MOVES) == set(S)
    assert all(state.label.en and state.label.ja for state in S)


def test_nothing_leaves_an_end() -> None:
    assert {state for state in S if state.is_end} == {
        S.DONE,
        S.PARTIAL,
        S.FAILED,
        S.ERRORED,
        S.REFUSED,
        S.CANCELLED,
        S.EXPIRED,
        S.STALE,
    }


def test_nothing_runs_without_an_approval() -> None:
    assert {now for now in S if S.RUNNING in MOVES[now]} == {S.APPROVED, S.INTERRUPTED}
    assert {now for now in S if S.APPROVED in MOVES[now]} == {S.PLANNED}


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], S.DONE),
        ([O.DONE, O.UNCHANGED, O.PENDING_REBOOT], S.DONE),
        ([O.DONE, O.FAILED], S.PARTIAL),
        ([O.UNCHANGED, O.ERRORED], S.PARTIAL),
        ([O.DONE, O.SKIPPED], S.PARTIAL),
        ([O.DONE, O.UNVERIFIED], S.PARTIAL),
        ([O.FAILED, O.UNREACHABLE], S.FAILED),
        ([O.FAILED, O.ERRORED], S.ERRORED),
        ([O.SKIPPED], S.FAILED),
        ([O.UNVERIFIED], S.FAILED),
    ],
)
def test_a_job_ends_as_its_steps_did(outcomes: list[Outcome], state: JobState) -> None:
    assert state_of(outcomes) is state


def test_good_outcomes_never_stop_a_wave() -> None:
    assert not [outcome for outcome in O if outcome.is_good and outcome.stops_waves]
