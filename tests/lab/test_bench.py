"""Every benchmark runs to its end on tiny sizes; what it measures is nobody's proof here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from unyo.lab import samba


def figures_of(name: str, place: Path) -> dict[str, object]:
    """The figures of one benchmark, run as scripts/bench runs it."""
    environment = {
        n: value for n, value in os.environ.items() if not n.startswith("UNYO_") or n == "UNYO_TEST_RUN"
    }
    file = place / "figures.json"
    command = [sys.executable, "-m", "unyo.lab.bench", "--quick", "--json", str(file), name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(file.read_text())[name]
    return found


def test_the_command_line_is_measured(tmp_path: Path) -> None:
    assert "help_share_of_ansible" in figures_of("cli", tmp_path)


def test_planning_is_measured(tmp_path: Path) -> None:
    assert "large_times_small" in figures_of("plan", tmp_path)


@pytest.mark.postgresql
def test_the_engine_is_measured(tmp_path: Path) -> None:
    assert {"sqlite", "postgresql", "queries_ms"} <= figures_of("engine", tmp_path).keys()


@pytest.mark.samba
@pytest.mark.skipif(samba.unavailable() is not None, reason="no Samba controller can run here")
def test_provisioning_is_measured(tmp_path: Path) -> None:
    assert "median_ratio_to_fastest_ldapmodify" in figures_of("provision", tmp_path)


def test_a_search_over_terminals_is_measured(tmp_path: Path) -> None:
    assert {"no_start_time_winrm", "half_second_start_psrp"} <= figures_of("find", tmp_path).keys()


def test_rotating_network_devices_is_measured(tmp_path: Path) -> None:
    assert {"netmiko_one_by_one", "hand", "times_faster"} <= figures_of("network", tmp_path).keys()
