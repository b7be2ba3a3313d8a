"""What a kind of job does once its last step has ended: files for people out of the steps' rows."""

from __future__ import annotations

import logging

from unyo.core.change import Change
from unyo.core.errors import UnyoError
from unyo.core.outcome import Outcome
from unyo.core.params import params_from_json
from unyo.core.runbook import Runbook, StepEnd
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import Job, Step

log = logging.getLogger("unyo.flow")


def conclude(road: Road, job: Job) -> None:
    """Let the runbook conclude; the job has ended already, so that a failure is only noted."""
    runbook = road.find_runbook(job.runbook)
    if type(runbook).conclude is Runbook.conclude:
        return
    steps = [_end(step) for step in job.steps.order_by("order").iterator(chunk_size=500)]
    try:
        runbook.conclude(params_from_json(runbook.Params, job.params), steps, road.tools)
    except (OSError, UnyoError) as error:
        log.error("job %s has no files: %s", job.pk, type(error).__name__)


def _end(step: Step) -> StepEnd:
    return StepEnd(
        Change.from_json(step.change).target,
        Outcome(step.outcome) if step.outcome else None,
        step.seen,
        None,
        step.code,
        Text.from_json(step.message) if step.message else None,
    )
