"""unyo doctor reads the rule packs and the site's exceptions before a job stumbles over them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "unyo.toml").write_text('home = "home"\n', encoding="utf-8")
    unyo(tmp_path, "init", "--operator", "tanaka")
    return tmp_path / "home"


def unyo(place: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
    environment |= {"UNYO_CONFIG": str(place / "unyo.toml"), "UNYO_LANG": "en"}
    command = [sys.executable, "-m", "unyo", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


def baselines_in(home: Path) -> dict[str, Any]:
    """What doctor says of them."""
    checks: list[dict[str, Any]] = json.loads(unyo(home.parent, "doctor", "--json"))
    (found,) = [check for check in checks if check["check"]["en"] == "baselines"]
    return found


def test_the_shipped_packs_are_good(home: Path) -> None:
    found = baselines_in(home)
    assert "windows11" in found["found"]
    assert found["error"] is None


def test_an_exception_for_a_rule_that_is_not_there_is_named(home: Path) -> None:
    (home / "inventory/baselines").mkdir(parents=True)
    (home / "inventory/baselines/exceptions.yml").write_text(
        "exceptions: [{rules: [nope]}]\n", encoding="utf-8"
    )
    assert "exceptions.yml" in json.dumps(baselines_in(home)["error"])
