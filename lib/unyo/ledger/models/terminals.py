"""Terminals as the asset ledger keeps them, their history by date, and what approved jobs left on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from unyo.core.terminal import TerminalState


class TerminalRecord(models.Model):
    """One terminal or server; ``name_key`` is the name as it is compared (NFKC, lower case).

    Only one that is not retired may have a name. ``user`` is a staff number, ``department`` a department's code; ``address`` is what unyo connects to.
    """

    serial = models.CharField(max_length=60, primary_key=True)
    asset_number = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=64, blank=True)
    name_key = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=255, blank=True)
    port = models.IntegerField(default=0)
    model = models.CharField(max_length=120, blank=True)
    manufacturer = models.CharField(max_length=120, blank=True)
    site = models.CharField(max_length=80, blank=True)
    floor = models.CharField(max_length=40, blank=True)
    room = models.CharField(max_length=80, blank=True)
    seat = models.CharField(max_length=40, blank=True)
    user = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in TerminalState],
        default=TerminalState.IN_USE.value,
    )
    kind = models.CharField(max_length=10, choices=[("client", "client"), ("server", "server")])
    mac_addresses = models.JSONField(default=list)
    ip_addresses = models.JSONField(default=list)
    os_build = models.CharField(max_length=60, blank=True)
    last_seen = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["name_key", "serial"]
        indexes = [models.Index(fields=["state", "site", "floor"], name="terminal_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=~Q(state="retired") & ~Q(name_key=""),
                name="terminal_name_once",
            )
        ]


class TerminalChange(models.Model):
    """One field of one terminal that changed; ``source`` is a file, a job's number or the command line."""

    serial = models.CharField(max_length=60)
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    source = models.CharField(max_length=255)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["serial", "at"], name="history_of_terminal")]


class ApprovedBaseline(models.Model):
    """What approved jobs last set or confirmed of one rule pack on one terminal: rule → value."""

    serial = models.CharField(max_length=60)
    pack = models.CharField(max_length=120)
    values = models.JSONField()
    step = models.ForeignKey("ledger.Step", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["serial", "pack"], name="baseline_once")]


class IsolationRecord(models.Model):
    """A terminal that was cut off from the network, until when at the latest, and its release."""

    serial = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    step = models.ForeignKey("ledger.Step", on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["serial", "released_at"], name="isolation_of_terminal")]
