"""Jobs, their steps and approvals, the people who run them and the tickets they belong to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from unyo.core.job_state import JobState, check_move
from unyo.core.outcome import Outcome
from unyo.core.risk import Risk


def _choices(kind: type[JobState] | type[Outcome] | type[Risk]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


class Operator(models.Model):
    """A person who may request or approve; ``role`` is operator, officer (the customer's) or auditor."""

    name = models.CharField(max_length=60, primary_key=True)
    display = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, default="operator")
    os_user = models.CharField(max_length=60, blank=True)
    password = models.CharField(max_length=255, blank=True)
    active = models.BooleanField(default=True)


class Ticket(models.Model):
    """A request, problem or inquiry at the help desk that jobs are linked to."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, default="request")
    subject = models.CharField(max_length=200, blank=True)
    requester = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField()
    agreed_until = models.DateTimeField(null=True)
    agreed_reason = models.TextField(blank=True)
    solved_at = models.DateTimeField(null=True)


class Origin(models.TextChoices):
    """Why a job exists: asked for, going on with an earlier one, or taking one back."""

    REQUEST = "request"
    RESUME = "resume"
    UNDO = "undo"


class Job(models.Model):
    """One journey along the road.

    ``deadline`` is how long its steps may wait for targets that are away; ``only`` are the keys to which an
    undo is restricted (None: all).
    """

    runbook = models.CharField(max_length=120)
    params = models.JSONField()
    state = models.CharField(max_length=20, choices=_choices(JobState), default=JobState.REQUESTED)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.REQUEST)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="descendants")
    requester = models.CharField(max_length=120)
    reason = models.TextField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="jobs")
    risk = models.CharField(max_length=10, choices=_choices(Risk), blank=True)
    digest = models.CharField(max_length=64, blank=True)
    plan = models.JSONField(default=dict)
    not_before = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    requested_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_reason = models.JSONField(null=True)
    cancelled_by = models.CharField(max_length=120, blank=True)
    error = models.JSONField(null=True)
    deadline = models.DateTimeField(null=True)
    only = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"], name="job_to_run")]

    @property
    def number(self) -> str:
        """The job's name for people."""
        return f"J-{self.pk}"

    def move_to(self, state: JobState) -> None:
        """Change the state in memory and in the ledger; Refused unless the table of moves allows it."""
        check_move(self.number, JobState(self.state), state)
        moved = Job.objects.filter(pk=self.pk, state=self.state).update(state=state)
        if not moved:
            self.refresh_from_db(fields=["state"])
            check_move(self.number, JobState(self.state), state)
            Job.objects.filter(pk=self.pk, state=self.state).update(state=state)
        self.state = state


class Approval(models.Model):
    """Somebody's yes to exactly one digest."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="approvals")
    approver = models.CharField(max_length=120)
    reason = models.TextField()
    digest = models.CharField(max_length=64)
    risk = models.CharField(max_length=10)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()


class StepState(models.TextChoices):
    """Whether a step waits, is under way, or has an outcome."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"


class WaitingFor(models.TextChoices):
    """What a step waits for that has left its wave; nothing for all others."""

    NOTHING = ""
    ANSWER = "answer"
    REBOOT = "reboot"


class Step(models.Model):
    """One change of one job; ``change`` is the approved change as JSON, ``seen`` what was read back.

    ``lock`` names the target; at most one running step in the whole ledger may hold it. ``order`` and
    ``wave`` say when its turn comes, ``due`` the instant before which it is held back. ``unsure`` says that
    an earlier try may have written. ``found`` is what was there before the first write, where the plan could
    not know it. A target that is away or must restart leaves the step ``waiting_for`` it from
    ``waiting_since`` until the ``deadline``.
    """

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="steps")
    order = models.IntegerField()
    wave = models.IntegerField()
    due = models.DateTimeField(null=True)
    lock = models.CharField(max_length=200)
    label = models.CharField(max_length=200, blank=True)
    sort = models.CharField(max_length=40)
    change = models.JSONField()
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.WAITING)
    outcome = models.CharField(max_length=20, choices=_choices(Outcome), blank=True)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    unsure = models.BooleanField(default=False)
    found = models.JSONField(null=True)
    waiting_for = models.CharField(
        max_length=10, choices=WaitingFor.choices, default=WaitingFor.NOTHING, blank=True
    )
    waiting_since = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    seen = models.JSONField(null=True)
    code = models.CharField(max_length=60, blank=True)
    message = models.JSONField(null=True)
    next_step = models.JSONField(null=True)
    detail = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["job", "order"]
        indexes = [
            models.Index(fields=["job", "state", "wave", "order"], name="step_to_claim"),
            models.Index(
                fields=["waiting_since"],
                condition=Q(state="waiting", waiting_since__isnull=False),
                name="step_that_waits",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "order"], name="step_once"),
            models.UniqueConstraint(fields=["lock"], condition=Q(state="running"), name="one_job_per_target"),
        ]
