"""Shell blocks marked as tested in the pages are run as they stand, each in a place of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from unyo.cli.app import COMMANDS, unyo

ROOT = Path(__file__).resolve().parents[2]
MARKED = re.compile(r"<!-- tested -->\n```sh\n(.*?)```", re.DOTALL)
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(MARKED.findall(page.read_text(encoding="utf-8")), 1)
]
LINKS = re.compile(r"\]\(([^)#:]+)\)")
RUNS = ("plan", "run")
# Each command gets one line on standard input: what a person types where a password is asked for.
PRELUDE = 'unyo() { command unyo "$@" <<<"suzuki, her own password"; }\n'


@pytest.mark.parametrize("block", BLOCKS)
def test_every_marked_block_works(block: str, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
    environment |= {
        "UNYO_CONFIG": str(tmp_path / "unyo.toml"),
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    try:
        done = typed(block, tmp_path, environment)
    finally:
        # A block that broke half way leaves its terminals up; where none are, nothing happens.
        typed("unyo lab down", tmp_path, environment)
    assert done.returncode == 0, done.stdout + done.stderr


def typed(block: str, place: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", PRELUDE + block],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = LINKS.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_on_the_page_of_commands(name: str) -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    rows = [row.split(" | ")[0] for row in page.splitlines() if re.match(rf"\| .*`{name}\b", row)]
    context = click.Context(unyo)
    found = unyo.get_command(context, name)
    # Below plan and run stand the runbooks, which unyo runbooks lists.
    inner = found.list_commands(context) if isinstance(found, click.Group) and name not in RUNS else []
    assert [word for word in (name, *inner) if word not in " ".join(rows)] == []
