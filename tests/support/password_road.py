"""The road with the runbooks of passwords on a desk of box accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.password_desk import Desk
from unyo.flow.context import Road
from unyo.runbooks import load


def password_road(desk: Desk, home: Path) -> Road:
    return Road(desk, load, home / "audit.anchor")  # type: ignore[arg-type]


def asked(road: Road, verb: str = "rotate", **params: Any) -> Any:
    """A planned job; tanaka asks for all accounts of the desk unless told otherwise."""
    from unyo.core.params import params_from_json
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    name = f"passwords.{verb}"
    made: Any = params_from_json(road.find_runbook(name).Params, params or {"everything": True})
    job = request_job(road, name, made, "tanaka", "quarter's end")
    plan_job(road, job)
    return job


def approved(road: Road, verb: str = "rotate", **params: Any) -> Any:
    from unyo.flow.approval import approve

    job = asked(road, verb, **params)
    approve(road, job, "suzuki", "as agreed", job.digest)
    return job


def findings(job: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["where"]) for each in job.plan["findings"]]
