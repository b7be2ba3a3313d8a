"""Passwords that people hold for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from unyo.core.checkout import HELD, CheckoutState
from unyo.ledger.models.jobs import Job


class CheckoutRecord(models.Model):
    """One person's wish for one account's password, and what became of it.

    ``job`` asks for it; its approval is this one's. ``version`` is what was shown, ``shown_at`` when first;
    None: the holder never read it. ``settled_at`` is when a new password was proven after it was read.
    """

    path = models.CharField(max_length=200)
    label = models.CharField(max_length=200)
    holder = models.CharField(max_length=120)
    reason = models.TextField()
    ticket = models.CharField(max_length=40, blank=True)
    minutes = models.IntegerField()
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in CheckoutState],
        default=CheckoutState.REQUESTED.value,
    )
    requested_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    version = models.IntegerField(null=True)
    shown_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    end_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["path", "state"], name="checkout_of_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["path"],
                condition=Q(state__in=sorted(each.value for each in HELD)),
                name="one_holder_an_account",
            )
        ]
