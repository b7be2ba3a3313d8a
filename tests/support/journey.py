"""Short sentences for the tests of the road: ask, plan, approve, work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.boxes import BoxParams
from unyo.flow.context import Road


def asked(road: Road, shelf: Path, *boxes: str, content: str = "apples", **more: Any) -> Any:
    """A job in state REQUESTED for these boxes."""
    from unyo.flow.request import request_job

    params = BoxParams(str(shelf), tuple(boxes), content)
    return request_job(road, "lab.fill_boxes", params, "tanaka", "the boxes are empty", **more)


def planned(road: Road, shelf: Path, *boxes: str, content: str = "apples", **more: Any) -> Any:
    from unyo.flow.planning import plan_job

    job = asked(road, shelf, *boxes, content=content, **more)
    plan_job(road, job)
    return job


def approved(road: Road, shelf: Path, *boxes: str, content: str = "apples", **more: Any) -> Any:
    """A job in state APPROVED; the officer approves what passes a limit."""
    from unyo.flow.approval import approve

    job = planned(road, shelf, *boxes, content=content, **more)
    approve(road, job, "sato" if job.risk == "GRAVE" else "suzuki", "looks right", job.digest)
    return job


def worked(road: Road, job: Any) -> Any:
    """The job after a worker has done what it can."""
    from unyo.flow.worker import Worker

    Worker(road).run_until_idle()
    job.refresh_from_db()
    return job


def outcomes(job: Any) -> dict[str, str]:
    """Label → outcome of every step."""
    return dict(job.steps.values_list("label", "outcome"))
