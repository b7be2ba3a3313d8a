"""scripts/setup installs once, answers at once when nothing is to do, and says what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("packaging")

PIP = """
import os, sys, time
time.sleep(0.3)
with open(os.environ["PIP_CALLS"], "a", encoding="utf-8") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
"""


class Checkout:
    """A copy of the parts that setup reads, in a folder whose name has blanks; pip only writes down its calls."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my own unyo"
        self.calls = folder / "calls"
        self.home = folder / "home"
        self.home.mkdir()
        (folder / "stub/pip").mkdir(parents=True)
        (folder / "stub/pip/__init__.py").touch()
        (folder / "stub/pip/__main__.py").write_text(PIP, encoding="utf-8")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(folder / "stub"),
            "PIP_CALLS": str(self.calls),
            "UNYO_PYTHON": sys.executable,
            "UNYO_NO_APT": "1",
        }
        self.root.mkdir()
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        shutil.copy(ROOT / "pyproject.toml", self.root)

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.root / "scripts/setup", *arguments],
            cwd="/",
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def setup(self, *arguments: str, **environment: str) -> str:
        running = self.begin(*arguments, **environment)
        said, complained = running.communicate(timeout=120)
        assert running.returncode == 0, said + complained
        return said

    def installed(self) -> list[str]:
        """The extras of every call of pip so far."""
        lines = self.calls.read_text(encoding="utf-8").splitlines() if self.calls.exists() else []
        return [line.partition("[")[2].removesuffix("]").removesuffix(",kerberos") for line in lines]


@pytest.fixture
def bare(tmp_path: Path) -> Checkout:
    """A checkout without an environment."""
    return Checkout(tmp_path)


@pytest.fixture
def checkout(bare: Checkout) -> Checkout:
    """A checkout with an environment in which nothing is installed: not even pip, which saves seconds."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(bare.root / ".venv")]
    subprocess.run(command, check=True, timeout=60)
    return bare


@pytest.fixture
def ready(checkout: Checkout) -> Checkout:
    checkout.setup()
    return checkout


def test_the_first_run_makes_an_environment_and_installs_the_test_tools(bare: Checkout) -> None:
    bare.setup()
    assert bare.installed() == ["postgresql,lab,test"]
    assert (bare.root / ".venv/bin/python").exists()


def test_a_second_run_does_nothing_and_takes_less_than_a_second(ready: Checkout) -> None:
    began = time.perf_counter()
    ready.setup()
    assert time.perf_counter() - began < 1.0
    assert ready.installed() == ["postgresql,lab,test"]


def test_the_demo_asks_for_less_than_what_is_there(ready: Checkout) -> None:
    ready.setup("--demo")
    assert ready.installed() == ["postgresql,lab,test"]


def test_the_demo_alone_installs_no_test_tools(checkout: Checkout) -> None:
    checkout.setup("--demo")
    assert checkout.installed() == ["postgresql,lab"]


def test_the_checks_add_their_tools(ready: Checkout) -> None:
    ready.setup("--check")
    assert ready.installed() == ["postgresql,lab,test", "postgresql,lab,test,check"]


def test_changed_dependencies_are_installed(ready: Checkout) -> None:
    with (ready.root / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("# changed\n")
    ready.setup()
    assert len(ready.installed()) == 2


def test_an_environment_whose_python_is_gone_is_made_anew(ready: Checkout) -> None:
    (ready.root / ".venv/bin/python").unlink()
    ready.setup()
    assert (ready.root / ".venv/bin/python").exists()
    assert len(ready.installed()) == 2


def test_a_moved_checkout_gets_a_new_environment(ready: Checkout) -> None:
    ready.root = ready.root.rename(ready.root.with_name("elsewhere"))
    ready.setup()
    assert str(ready.root) in (ready.root / ".venv/bin/activate").read_text(encoding="utf-8")


def test_two_runs_at_once_install_once(checkout: Checkout) -> None:
    both = [checkout.begin(), checkout.begin()]
    assert [(run.communicate(timeout=120), run.returncode)[1] for run in both] == [0, 0]
    assert checkout.installed() == ["postgresql,lab,test"]


def test_an_empty_home_is_no_hindrance(checkout: Checkout) -> None:
    checkout.setup(HOME="")
    assert checkout.installed() == ["postgresql,lab,test"]


def test_a_missing_package_is_named_with_the_command_and_what_is_left_out(checkout: Checkout) -> None:
    with (checkout.root / "scripts/debian-packages.txt").open("a", encoding="utf-8") as packages:
        packages.write("test | unyo-no-such-package | the tests of nothing | 何もない試験\n")
    said = checkout.setup()
    assert "scripts/install-packages' unyo-no-such-package" in said
    assert "the tests of nothing" in said
    assert checkout.installed() == ["postgresql,lab,test"]


def test_setup_speaks_japanese_where_the_locale_does(ready: Checkout) -> None:
    assert "準備ができました" in ready.setup("--check", LANG="ja_JP.UTF-8")


def test_no_python_that_is_new_enough_is_said_plainly(bare: Checkout) -> None:
    running = bare.begin(UNYO_PYTHON="/bin/false")
    assert "Python 3.11 or newer is needed" in running.communicate(timeout=60)[1]
    assert running.returncode == 1
