"""Planning a whole transfer: 2,000 people against 2,000 accounts, and 10,000 against 10,000."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from unyo.lab.bench.office import import_roster, open_road, prepare, travel
from unyo.lab.directory_simulator import SimulatorProcess
from unyo.lab.personnel import staff, transfer


def measure(quick: bool) -> dict[str, Any]:
    """Seconds and peak memory of ``unyo plan`` as a process of its own; the directory is the simulator."""
    small, large = (50, 100) if quick else (2000, 10000)
    figures: dict[str, Any] = {"directory": "simulator", str(small): _one(small), str(large): _one(large)}
    figures["large_times_small"] = figures[str(large)]["seconds"] / figures[str(small)]["seconds"]
    return figures


def _one(size: int) -> dict[str, Any]:
    directory = SimulatorProcess()
    directory.start()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            prepare(Path(scratch), directory)
            roster = staff(7, size)
            with open_road() as road:
                first = import_roster(road, roster)
                params = road.find_runbook("accounts.provision").Params
                job, _ = travel(road, "accounts.provision", params(roster=first))
                second = import_roster(road, transfer(roster, 7))
            return {"loaded": job.state, **_plan_process(second)}
    finally:
        directory.stop()


def _plan_process(roster: int) -> dict[str, Any]:
    """One ``unyo plan`` with its seconds, peak memory and number of changes."""
    words = ["plan", "accounts.provision", "--roster", str(roster), "--reason", "measure", "--json"]
    code = (
        "import resource,subprocess,sys;"
        f"done=subprocess.run([sys.executable,'-m','unyo',*{words!r}],capture_output=True,text=True,check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);print(done.stdout)"
    )
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took = time.perf_counter() - begun
    peak, _, answer = done.stdout.partition("\n")
    plan = json.loads(answer)
    return {"seconds": took, "peak_mb": int(peak) / 1024, "changes": len(plan["changes"])}
