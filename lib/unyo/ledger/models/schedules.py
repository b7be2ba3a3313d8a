"""Schedules with their runs, and what events set off."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from unyo.ledger.models.jobs import Job, Ticket


class ScheduleRecord(models.Model):
    """One schedule; ``content`` is core.schedule.Schedule as JSON, each change of it a new ``version``.

    ``owner`` requests its jobs. What the rule named up to ``starts_from`` is none of its runs; every planned
    instant up to ``settled_until`` has its row. ``next_at`` is when it must be looked at again (None: at
    once), as computed with the calendar whose digest is ``calendar``. The ``approved_`` fields are the
    standing approval of the content with that digest. An ended schedule is kept.
    """

    name = models.CharField(max_length=60)
    runbook = models.CharField(max_length=120)
    content = models.JSONField()
    version = models.IntegerField(default=1)
    owner = models.CharField(max_length=120)
    reason = models.TextField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    starts_from = models.DateTimeField()
    settled_until = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    calendar = models.CharField(max_length=64, blank=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=120, blank=True)
    paused_reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_until = models.DateTimeField(null=True)
    approved_digest = models.CharField(max_length=64, blank=True)
    approval_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at__isnull=True), name="one_living_schedule_a_name"
            )
        ]


class RunState(models.TextChoices):
    """What became of one run. QUEUED and REQUESTED are on their way; the others stay as they are.

    STARTED and CAUGHT_UP: the plan was approved, its job goes its way. WAITING_APPROVAL: a person must.
    NOT_APPROVED: nobody did. MERGED: another run stands for it.
    """

    QUEUED = "queued"
    REQUESTED = "requested"
    WAITING_APPROVAL = "waiting_approval"
    STARTED = "started"
    CAUGHT_UP = "caught_up"
    MERGED = "merged"
    MISSED = "missed"
    SKIPPED = "skipped"
    PAUSED = "paused"
    FAILED_TO_PLAN = "failed_to_plan"
    NOT_APPROVED = "not_approved"


class UnattendedRun(models.Model):
    """What brings a job on its way without anybody in front of it.

    ``not_before`` is what a queued one waits for, ``reasons`` why it is as it is (Texts). ``owner`` holds it
    while it is being planned, until ``lease_until``.
    """

    state = models.CharField(max_length=20, choices=RunState.choices)
    reasons = models.JSONField(default=list)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    noticed_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ScheduleRun(UnattendedRun):
    """One planned instant of one schedule, dealt with exactly once.

    ``at`` is when it was to start (None: it was to be skipped). ``late`` ones fell due while no worker was there.
    """

    schedule = models.ForeignKey(ScheduleRecord, on_delete=models.PROTECT, related_name="runs")
    version = models.IntegerField()
    planned_for = models.DateTimeField()
    at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["planned_for"]
        indexes = [models.Index(fields=["state", "not_before"], name="run_on_its_way")]
        constraints = [models.UniqueConstraint(fields=["schedule", "planned_for"], name="run_once")]


class TriggerCursor(models.Model):
    """How far the event chain was read for triggers."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)


class TriggeredRun(UnattendedRun):
    """What one event set off by one trigger, exactly once.

    ``deadline`` is by when the trigger's rule wants it done; ``preapproved`` whether that rule approves it, up to
    ``most`` accounts.
    """

    trigger = models.CharField(max_length=60)
    event_seq = models.BigIntegerField()
    scope = models.JSONField()
    read_by = models.CharField(max_length=120, blank=True)
    requester = models.CharField(max_length=120)
    reason = models.TextField()
    deadline = models.DateTimeField()
    preapproved = models.BooleanField(default=False)
    most = models.IntegerField(null=True)

    class Meta:
        ordering = ["event_seq", "trigger"]
        constraints = [models.UniqueConstraint(fields=["trigger", "event_seq"], name="triggered_once")]
