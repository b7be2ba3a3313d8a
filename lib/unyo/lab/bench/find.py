"""Looking for indicators over 400 terminals, with and without the time that PowerShell takes to start."""

from __future__ import annotations

from typing import Any

from unyo.core.indicators import Indicator, IndicatorType
from unyo.lab.bench.office import open_road, travel
from unyo.lab.bench.park import Watch, park

WANTED = (
    Indicator(IndicatorType.FILE, "invoice-2026-11.exe"),
    Indicator(IndicatorType.SHA256, "ab" * 32),
    Indicator(IndicatorType.PROCESS, "mimikatz.exe"),
    Indicator(IndicatorType.SERVICE, "EvilService"),
    Indicator(IndicatorType.TASK, "EvilUpdater"),
    Indicator(IndicatorType.RUN_KEY, "EvilRun"),
    Indicator(IndicatorType.DNS, "bad.example"),
    Indicator(IndicatorType.ADDRESS, "203.0.113.9:443"),
)


def measure(quick: bool) -> dict[str, Any]:
    """Seconds and CPU seconds per terminal of terminals.find with eight indicators."""
    terminals = 4 if quick else 400
    figures: dict[str, Any] = {"indicators": len(WANTED)}
    for label, start in (("no_start_time", 0.0), ("half_second_start", 0.5)):
        for protocol in ("winrm", "psrp"):
            figures[f"{label}_{protocol}"] = _one(terminals, start, protocol)
    return figures


def _one(terminals: int, start: float, protocol: str) -> dict[str, Any]:
    with park(terminals, start, protocol) as parked, open_road() as road:
        params = road.find_runbook("terminals.find").Params
        with Watch(parked.fleet) as watch:
            job, _ = travel(road, "terminals.find", params(everything=True, indicators=WANTED))
        looked = job.steps.filter(outcome="DONE").count()
        if looked != terminals:
            raise SystemExit(f"only {looked} of {terminals} terminals were searched")
        return watch.spent.as_json(terminals)
