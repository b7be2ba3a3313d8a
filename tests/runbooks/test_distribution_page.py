"""What the page on distribution shows is what happens."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml

from support.distribution import YAMADA, YOSHIDA, Stage, no_directory
from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.outcome import Outcome
from unyo.core.secret import Secret
from unyo.policies import PolicyFiles
from unyo.runbooks.accounts.rules.layout_cells import SOURCES
from unyo.runbooks.accounts.rules.layouts import read_layouts

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["distribution.md", "distribution.ja.md"]


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    now = datetime(2026, 4, 1, tzinfo=timezone.utc)
    ways = OtherSystems(lambda ref: Secret("none"), tmp_path, no_directory, lambda seconds: None, lambda: now)
    return Stage(ways, tmp_path, "", [YAMADA, YOSHIDA])


@pytest.mark.parametrize("page", PAGES)
def test_the_file_of_the_example_is_as_printed(stage: Stage, page: str) -> None:
    stage.policy = blocks(page, "yaml")[0].replace("/srv/drop/payroll/", "payroll/")
    assert [result.outcome for result in stage.run()] == [Outcome.DONE]
    written = (stage.output / "payroll/accounts.csv").read_bytes().decode("cp932")
    header, line = blocks(page, "text")[0].splitlines()
    assert written.splitlines()[0] == header
    assert written.splitlines()[2] == line


@pytest.mark.parametrize("page", PAGES)
def test_every_example_is_a_valid_policy(page: str) -> None:
    names = [
        layout.system.name for text in blocks(page, "yaml") for layout in read_layouts(yaml.safe_load(text))
    ]
    assert names == ["payroll", "groupware"]


@pytest.mark.parametrize("page", PAGES)
def test_every_source_is_listed(page: str) -> None:
    (row,) = re.findall(r"\| `from` \|.*\|", (DOCS / page).read_text("utf-8"))
    assert set(re.findall(r"`(\w+)`", row)) == SOURCES | {"from"}


def test_the_shipped_policy_is_valid_and_sends_nothing_away(tmp_path: Path) -> None:
    layouts = read_layouts(PolicyFiles(tmp_path).load("distribution"))
    assert [layout.system.destination for layout in layouts] == ["distribution/addressbook.csv"]
