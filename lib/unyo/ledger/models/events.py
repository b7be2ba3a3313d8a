"""The event log: rows that are only ever added, each holding the hash of the one before."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened; ``hash`` covers all other columns and ``previous``."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=120)
    job_id = models.BigIntegerField(null=True)
    step_id = models.BigIntegerField(null=True)
    fields = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["job_id", "seq"], name="event_of_job")]
        ordering = ["seq"]


class ChainHead(models.Model):
    """The one row that says how long the chain is, so that rows missing at its end are noticed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
