"""How fast the command line answers, against an empty Python and against Ansible."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def measure(quick: bool) -> dict[str, Any]:
    """Median seconds of each command, taken in turn, and the ratio to ``python -c pass``."""
    place = Path(sys.executable).parent
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "unyo --version": [str(place / "unyo"), "--version"],
        "unyo --help": [str(place / "unyo"), "--help"],
        "ansible --version": [str(place / "ansible"), "--version"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(2 if quick else 15):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            seconds[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    base = medians["python -c pass"]
    return {
        "median_s": medians,
        "times_python": {name: value / base for name, value in medians.items()},
        "help_share_of_ansible": medians["unyo --help"] / medians["ansible --version"],
    }
