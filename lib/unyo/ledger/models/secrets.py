"""Sealed secrets, as the vault gives them, and how initial passwords were handed over."""

from __future__ import annotations

from django.db import models


class SealedSecret(models.Model):
    """One version of one secret; ``blob`` is opaque to everybody without the vault's key.

    ``state`` is core.secret_state.SecretState, empty for what is no account's password and counts at once.
    """

    path = models.CharField(max_length=200)
    version = models.IntegerField()
    key_id = models.CharField(max_length=40)
    blob = models.BinaryField()
    purpose = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="", blank=True)
    set_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "version"], name="version_once")]


class HandoverRecord(models.Model):
    """How one sealed secret reached its person; one record a secret version."""

    path = models.CharField(max_length=200)
    version = models.IntegerField()
    state = models.CharField(max_length=20)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "version"], name="handover_once")]
