"""A terminal that cannot be told that unyo came back: cut off by a rule, or only away."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.terminal import Terminal
from unyo.core.text import Text
from unyo.runbooks.policy.rules.guarding import confirmed

PC = Terminal("S1", "PC00001", "pc00001.example.jp")
SEEN = {"uac-on": 1}
AWAY = Unreachable("terminals.unreachable.refused", Text("it refuses", "拒否"), Text("wait", "待つ"))
NO = TargetSaidNo("terminals.script", Text("a script failed", "失敗"), Text("look", "確認"), detail="line 3")


def after(answer: Any, *, untouched: bool, outcome: Outcome = Outcome.PENDING_REBOOT) -> StepResult:
    tools: Any = SimpleNamespace(
        terminals=SimpleNamespace(run=lambda *_, **__: [answer]),
        clock=SimpleNamespace(now=lambda: datetime(2026, 11, 25, 3, 0, tzinfo=timezone.utc)),
    )
    (result,) = confirmed([(PC, StepResult(outcome, SEEN, untouched=untouched))], tools)
    return result


@pytest.mark.parametrize("outcome", [Outcome.PENDING_REBOOT, Outcome.DONE])
def test_a_terminal_that_went_away_after_a_mere_look_is_only_away(outcome: Outcome) -> None:
    result = after(AWAY, untouched=True, outcome=outcome)

    assert (result.outcome, result.seen, result.untouched) == (Outcome.UNREACHABLE, SEEN, True)


def test_a_terminal_that_went_away_after_a_write_may_have_been_cut_off() -> None:
    result = after(AWAY, untouched=False)

    assert (result.outcome, result.code) == (Outcome.UNVERIFIED, "baseline.not_confirmed")
    assert "terminals.unreachable.refused" in result.detail
    assert result.message is not None
    assert "12:10" in result.message.en


@pytest.mark.parametrize("answer", [NO, {"armed": True}])
def test_a_guard_that_stays_armed_takes_the_settings_back(answer: UnyoError | dict[str, bool]) -> None:
    assert after(answer, untouched=True).code == "baseline.not_confirmed"


def test_a_confirmed_terminal_keeps_its_outcome() -> None:
    assert after({"confirmed": True, "armed": False}, untouched=False).outcome is Outcome.PENDING_REBOOT
