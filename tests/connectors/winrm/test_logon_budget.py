"""Only a few terminals are tried with an account that has not yet worked."""

from __future__ import annotations

import threading

import pytest

from unyo.connectors.winrm.logon_budget import TRIES, LogonBudget
from unyo.core.errors import Refused
from unyo.core.terminal import Terminal

TERMINAL = Terminal("5CG1", "PC1", "192.0.2.1")


def test_after_three_refusals_nobody_else_is_tried() -> None:
    budget = LogonBudget()
    for _ in range(TRIES):
        budget.enter(TERMINAL)
        budget.refused()
    with pytest.raises(Refused):
        budget.enter(TERMINAL)


def test_one_success_lets_all_others_in_even_beside_refusals() -> None:
    budget = LogonBudget()
    budget.enter(TERMINAL)
    budget.accepted()
    for _ in range(TRIES + 1):
        budget.enter(TERMINAL)
        budget.refused()


def test_a_terminal_that_did_not_answer_counts_for_nothing() -> None:
    budget = LogonBudget()
    for _ in range(TRIES * 2):
        budget.enter(TERMINAL)
        budget.left()


def test_the_fourth_waits_until_it_is_clear() -> None:
    budget = LogonBudget()
    entered = threading.Event()
    for _ in range(TRIES):
        budget.enter(TERMINAL)

    def fourth() -> None:
        budget.enter(TERMINAL)
        entered.set()

    waiting = threading.Thread(target=fourth)
    waiting.start()
    assert not entered.wait(0.1)
    budget.accepted()
    assert entered.wait(2)
    waiting.join()
