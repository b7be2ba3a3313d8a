"""Who is told of what, and the messages on their way."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from unyo.core.text import Language


class SubscriptionRecord(models.Model):
    """One wish to be told; ``since_seq`` is the newest event that was there before it.

    ``channel`` is a name of notifications.yml, ``address`` a mail address where the channel needs one;
    ``patterns`` and ``filters`` as in core.notification.Subscription. An ended one is kept.
    """

    who = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)
    address = models.CharField(max_length=254, blank=True)
    patterns = models.JSONField(default=list)
    filters = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=[(each.value, each.value) for each in Language])
    active = models.BooleanField(default=True)
    since_seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]


class PostState(models.TextChoices):
    """Where a message stands. SENDING: a worker has it; what a dead one had is sent again.

    MOOT: what it was to tell was no longer so when its turn came (a plan that waited for approval).
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    MOOT = "moot"


class OutboxMessage(models.Model):
    """One message to one subscriber about events of one kind; its text is made when it is sent.

    ``events`` are the first of its events (seq), ``count`` is the number of all. ``not_before`` is when it
    is sent or tried again; until then, if it was not tried yet, further events join it. ``error`` is the last
    one, as JSON. ``sent_at`` of a moot one is when it became so.
    """

    subscription = models.ForeignKey(SubscriptionRecord, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=60)
    events = models.JSONField(default=list)
    count = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=PostState.choices, default=PostState.WAITING)
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    error = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=["waiting", "sending"]),
                name="message_to_send",
            ),
            models.Index(fields=["subscription", "kind", "sent_at"], name="message_of_a_kind"),
        ]


class NotificationCursor(models.Model):
    """How far the event chain was read for messages."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
