"""Runbooks are found by their files, a site's own beside the shipped ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import unyo.runbooks
from unyo.core.errors import BadSetting, NotFound
from unyo.core.params import options
from unyo.runbooks import add_runbook_directory, load, runbook_names

RUNBOOK = """
from unyo.core.text import Text
from unyo.core.state_runbook import StateRunbook
from unyo.runbooks.accounts.suspend import SuspendParams

class Wave(StateRunbook[SuspendParams]):
    title = Text("wave", "手を振る")
    Params = SuspendParams
    def targets(self, params, tools): return []
    def want(self, target, params, tools): return None
    def read(self, target, tools): return None
    def write(self, change, tools): ...
"""

SHIPPED = [
    "accounts.create",
    "accounts.distribute",
    "accounts.list",
    "accounts.move",
    "accounts.provision",
    "accounts.remote_access",
    "accounts.remove",
    "accounts.rename",
    "accounts.restore",
    "accounts.set_groups",
    "accounts.suspend",
]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    before = list(unyo.runbooks.__path__)
    yield tmp_path
    unyo.runbooks.__path__[:] = before


def place(site: Path, name: str, text: str) -> None:
    file = site / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_every_file_of_a_domain_is_a_runbook_and_nothing_else_is() -> None:
    assert [name for name in runbook_names() if name.startswith("accounts.")] == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_runbook_bears_the_name_of_its_file_and_speaks_both_languages(name: str) -> None:
    runbook = load(name)
    assert runbook.name == name
    assert runbook.title.en != runbook.title.ja
    assert [item.name for item in options(runbook.Params) if item.help.en == item.help.ja] == []


def test_an_unknown_name_is_answered_with_what_is_near() -> None:
    with pytest.raises(NotFound) as caught:
        load("accounts.provison")
    assert "accounts.provision" in caught.value.next_step.en


def test_a_site_adds_a_domain_of_its_own(site: Path) -> None:
    place(site, "greetings/wave.py", RUNBOOK)
    place(site, "greetings/_rules.py", "raise RuntimeError")
    add_runbook_directory(site)
    assert "greetings.wave" in runbook_names()
    assert "greetings._rules" not in runbook_names()
    assert load("greetings.wave").name == "greetings.wave"


def test_a_site_adds_to_a_shipped_domain(site: Path) -> None:
    place(site, "accounts/wave.py", RUNBOOK)
    add_runbook_directory(site)
    assert load("accounts.wave").title.en == "wave"


def test_a_file_with_two_runbooks_is_refused(site: Path) -> None:
    place(site, "pairs/two.py", RUNBOOK + RUNBOOK.replace("Wave", "Other"))
    add_runbook_directory(site)
    with pytest.raises(BadSetting, match=r"runbook\.file"):
        load("pairs.two")


def test_a_directory_that_is_not_there_is_a_wrong_setting(site: Path) -> None:
    with pytest.raises(BadSetting, match=r"runbooks\.directory"):
        add_runbook_directory(site / "none")
