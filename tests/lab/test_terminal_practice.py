"""unyo lab: a fleet to practise on comes up with a ledger that knows it, and goes away whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from unyo.core.errors import Refused
from unyo.lab.terminals import practice
from unyo.lab.terminals.practice import Practice

pytestmark = pytest.mark.xdist_group("terminal-practice")
UNYO = str(Path(sys.executable).with_name("unyo"))


@pytest.fixture(autouse=True, scope="module")
def own_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Not the place of a person who is practising on this machine right now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNYO_LAB_DIR", str(tmp_path_factory.mktemp("lab")))
        patch.setenv("UNYO_LANG", "en")
        yield


def unyo(*words: str, settings: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "UNYO_CONFIG": settings} if settings else dict(os.environ)
    return subprocess.run([UNYO, *words], env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def made() -> Iterator[Practice]:
    began = unyo("lab", "up", "--terminals", "5")
    found = practice.running()
    assert found is not None, began.stderr
    yield found
    practice.down()


def test_the_ledger_knows_the_fleet(made: Practice) -> None:
    listed = json.loads(unyo("lab", "list", "--json").stdout)
    exported = Path(made.register).with_name("exported.csv")
    unyo("terminals", "export", str(exported), settings=made.settings)
    sheet = exported.read_text(encoding="utf-8-sig")
    assert all(terminal["serial"] in sheet for terminal in listed)
    assert len(listed) == 5


def test_the_ledger_knows_the_fleet_whatever_settings_this_process_has(
    sqlite_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNYO_HOME")  # which is stronger than the home of a settings file
    with practice.practice(tmp_path, 2) as found:
        listed = json.loads(unyo("terminals", "list", "--json", settings=found.settings).stdout)
    assert len(listed) == 2


def test_the_password_is_private(made: Practice) -> None:
    assert Path(made.password_file).stat().st_mode & 0o077 == 0


def test_a_second_start_is_refused_while_one_is_up(made: Practice) -> None:
    with pytest.raises(Refused, match=r"lab\.running"):
        practice.up(2)
    assert practice.running() == made


def test_the_command_prints_the_settings_to_use_and_takes_them_away() -> None:
    began = unyo("lab", "up", "--terminals", "2")
    assert f"export UNYO_CONFIG='{practice.practice_place()}/unyo.toml'" in began.stdout, began.stderr
    assert "nothing is left" in unyo("lab", "down").stdout
    assert not practice.practice_place().exists()
    assert not practice.down()


def test_stopping_takes_the_terminals_away_too(made: Practice) -> None:
    folder = Path(made.ca_file).parent
    assert practice.down()
    assert not folder.exists()


@pytest.mark.usefixtures("made")
def test_a_killed_fleet_can_be_started_again() -> None:
    holder = psutil.Process(int((practice.practice_place() / "pid").read_text()))
    children = holder.children(recursive=True)
    holder.kill()
    holder.wait(timeout=10)
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert practice.running() is None
    assert unyo("lab", "up", "--terminals", "2").returncode == 0
