"""Servers, network devices, databases, directories and appliances whose passwords unyo keeps."""

from __future__ import annotations

from django.db import models

from unyo.core.credential import AccountKind


class DeviceRecord(models.Model):
    """One system that is no terminal.

    ``accounts`` are mappings {name, role, via, groups, options, initial}; ``options`` hold what the kind's
    hand needs: host keys, certificate authority, databases. Nothing in it is secret.
    """

    name = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in AccountKind])
    address = models.CharField(max_length=255, blank=True)
    port = models.IntegerField(default=0)
    driver = models.CharField(max_length=40, blank=True)
    site = models.CharField(max_length=80, blank=True)
    groups = models.JSONField(default=list)
    accounts = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]


class CredentialRecord(models.Model):
    """What is known of one account beside its sealed versions; made when it is first dealt with.

    ``bad_logons`` are instants (ISO, UTC), ``refused`` version numbers, ``lockout`` {threshold, window, duration}
    in seconds, ``trouble`` {code, en, ja}.
    """

    path = models.CharField(max_length=200, primary_key=True)
    bad_logons = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    lockout = models.JSONField(null=True)
    last_set = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)
    trouble_since = models.DateTimeField(null=True)
    rotate_by = models.DateTimeField(null=True)
    rotate_reason = models.CharField(max_length=200, blank=True)
