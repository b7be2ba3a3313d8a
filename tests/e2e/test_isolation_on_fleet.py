"""Cutting off at the command line: one operator cuts, the books say so, a colleague releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.fleet_desk import FleetDesk, open_desk
from unyo.lab.terminals.fleet_process import FleetProcess


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FleetDesk]:
    with FleetProcess(count=6) as fleet:
        yield open_desk(fleet, tmp_path)
        assert fleet.unsupported == []


def test_a_cut_stands_in_the_books_until_a_colleague_releases_it(desk: FleetDesk) -> None:
    reason = ("--terminal", "PC00003", "--reason", "strange mail")
    assert "DONE" in desk.unyo("run", "terminals.isolate", *reason, "-y").stdout
    shown = desk.answer("terminals", "show", "PC00003")
    assert (shown["isolated"], bool(shown["isolated_until"])) == (True, True)
    assert "CUT OFF from the network since" in desk.unyo("terminals", "show", "PC00003").stdout
    assert "通信遮断中" in desk.unyo("terminals", "show", "PC00003", lang="ja").stdout

    alone = desk.unyo("run", "terminals.release", *reason, "-y", code=3)
    assert "another person approves it" in alone.stdout + alone.stderr
    assert desk.answer("terminals", "show", "PC00003")["isolated"] is True
    with_suzuki = ("--approve-by", "suzuki", "--approve-reason", "reinstalled")
    assert "DONE" in desk.unyo("run", "terminals.release", *reason, *with_suzuki).stdout
    assert desk.answer("terminals", "show", "PC00003")["isolated"] is False


def test_the_help_of_every_runbook_of_terminals_is_said_without_a_warning(desk: FleetDesk) -> None:
    for verb in ("find", "isolate", "release", "diagnose", "restart", "updates", "prepare", "return"):
        said = desk.unyo("run", f"terminals.{verb}", "--help", lang="ja")
        assert (said.stderr, "--reason" in said.stdout) == ("", True)
