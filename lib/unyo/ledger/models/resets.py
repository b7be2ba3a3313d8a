"""Verifications at the desk before a forgotten password is set anew; a code only as its hash."""

from __future__ import annotations

from django.db import models


class VerificationRecord(models.Model):
    """One attempt to make sure of a person; ``sent_to`` is the contact with most of it left out."""

    person = models.CharField(max_length=64)
    way = models.CharField(max_length=12)
    operator = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    ticket = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    sent_to = models.CharField(max_length=80, blank=True)
    salt = models.BinaryField(default=bytes)
    hash = models.BinaryField(default=bytes)
    expires_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    passed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "started_at"], name="verification_of_person")]
