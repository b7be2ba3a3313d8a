"""The one way in which the road says no about a job."""

from __future__ import annotations

from unyo.core.errors import Refused
from unyo.core.text import Text
from unyo.ledger.models import Job


def refused(job: Job, code: str, en: str, ja: str) -> Refused:
    """A Refused error that names the job and where to look."""
    return Refused(
        code,
        Text(en, ja),
        Text(f"look at it: unyo jobs show {job.pk}", f"確認: unyo jobs show {job.pk}"),
        target=job.number,
    )
