"""Tests to copy with the runbook: real folders, no fakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from unyo.core.errors import BadInput
from unyo.core.outcome import Outcome
from unyo.core.params import params_from_json
from unyo.core.tools import Tools
from unyo.runbooks import add_runbook_directory, load

add_runbook_directory(Path(__file__).resolve().parent)
NO_TOOLS = cast(Tools, None)


def planned(folder: Path, mode: str) -> Any:
    runbook = load("shares.folder")
    params: Any = params_from_json(runbook.Params, {"folders": [{"path": str(folder), "mode": mode}]})
    return runbook, runbook.plan(params, NO_TOOLS)


def test_a_missing_folder_is_made_with_its_permissions(tmp_path: Path) -> None:
    runbook, plan = planned(tmp_path / "general-affairs", "2770")
    (result,) = runbook.apply(plan.changes, NO_TOOLS, recovering=False)
    assert result.outcome is Outcome.DONE
    assert (tmp_path / "general-affairs").stat().st_mode & 0o7777 == 0o2770


def test_a_folder_as_wanted_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "accounting").mkdir()
    (tmp_path / "accounting").chmod(0o750)
    _, plan = planned(tmp_path / "accounting", "750")
    assert plan.changes == ()


def test_undo_takes_a_new_folder_away_again(tmp_path: Path) -> None:
    runbook, plan = planned(tmp_path / "personnel", "750")
    runbook.apply(plan.changes, NO_TOOLS, recovering=False)
    runbook.apply([change.reversed() for change in plan.changes], NO_TOOLS, recovering=False)
    assert not (tmp_path / "personnel").exists()


def test_undo_never_removes_a_folder_with_something_in_it(tmp_path: Path) -> None:
    runbook, plan = planned(tmp_path / "personnel", "750")
    runbook.apply(plan.changes, NO_TOOLS, recovering=False)
    (tmp_path / "personnel" / "list.txt").write_text("names")
    (result,) = runbook.apply([change.reversed() for change in plan.changes], NO_TOOLS, recovering=False)
    assert (result.outcome, result.code) == (Outcome.FAILED, "shares.refused")
    assert (tmp_path / "personnel" / "list.txt").exists()


def test_a_mode_that_is_none_is_refused_before_planning(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"shares\.mode"):
        planned(tmp_path / "accounting", "rwx")
