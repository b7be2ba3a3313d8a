"""scripts/lab: a directory to practise on comes up, can be used, and goes away whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from unyo.core.errors import Refused
from unyo.lab import training
from unyo.lab.samba import unavailable
from unyo.lab.training import Practice

pytestmark = [
    pytest.mark.samba,
    pytest.mark.xdist_group("training"),
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]
UNYO = str(Path(sys.executable).with_name("unyo"))


@pytest.fixture(autouse=True, scope="module")
def own_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Not the place of a person who is practising on this machine right now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNYO_LAB_DIR", str(tmp_path_factory.mktemp("lab")))
        patch.setenv("UNYO_LANG", "en")
        patch.setenv("SHELL", "/bin/sh")
        yield


def lab(command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "unyo.lab", "samba", command]
    return subprocess.run(whole, input=typed, capture_output=True, text=True, timeout=120)


@pytest.fixture
def practice() -> Iterator[Practice]:
    began = lab("up")
    made = training.running()
    assert made is not None, began.stderr
    yield made
    training.down()


def doctor(settings: str) -> str:
    environment = {**os.environ, "UNYO_CONFIG": settings}
    done = subprocess.run([UNYO, "doctor"], env=environment, capture_output=True, text=True, timeout=60)
    return done.stdout


def test_unyo_works_on_the_practice_directory(practice: Practice) -> None:
    assert f"as {practice.admin_name}; passwords:" in doctor(practice.settings)


def test_the_administrators_password_is_private(practice: Practice) -> None:
    assert Path(practice.password_file).stat().st_mode & 0o077 == 0


def test_a_second_start_is_refused_while_one_is_up(practice: Practice) -> None:
    with pytest.raises(Refused, match=r"lab\.running"):
        training.up()
    assert training.running() == practice


def test_the_command_prints_the_settings_to_use_and_takes_them_away() -> None:
    began = lab("up")
    assert f"export UNYO_CONFIG='{training.training_place()}/unyo.toml'" in began.stdout, began.stderr
    assert "nothing is left" in lab("down").stdout
    assert not training.training_place().exists()


def test_stopping_takes_the_controller_away_too(practice: Practice) -> None:
    controller = Path(practice.ca_file).parent
    assert training.down()
    assert not controller.exists()
    assert training.running() is None
    assert not training.down()


@pytest.mark.usefixtures("practice")
def test_a_killed_practice_directory_can_be_started_again() -> None:
    holder = psutil.Process(int((training.training_place() / "pid").read_text()))
    holder.kill()
    holder.wait(timeout=10)
    assert training.running() is None
    assert lab("up").returncode == 0
    assert training.running() is not None


def test_a_shell_has_a_directory_of_its_own_and_gives_its_exit_code_back() -> None:
    left = lab("shell", "unyo doctor; echo $UNYO_CONFIG; exit 3\n")
    assert left.returncode == 3, left.stderr
    assert "as Administrator@lab.unyo.test; passwords:" in left.stdout
    assert not Path(left.stdout.splitlines()[-1]).exists()
