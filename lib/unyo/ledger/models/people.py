"""People as the personnel department's files state them, their posts by date, and their accounts."""

from __future__ import annotations

from django.db import models


class RosterFile(models.Model):
    """One good file of the personnel department, or the merge of late rows into an earlier one."""

    effective = models.DateField()
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    intake = models.JSONField()
    departments = models.JSONField()
    findings = models.JSONField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_into")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=120)


class PersonRecord(models.Model):
    """One person in one roster; ``data`` is ``Person.as_json()``."""

    roster = models.ForeignKey(RosterFile, on_delete=models.PROTECT, related_name="records")
    staff_number = models.CharField(max_length=40)
    data = models.JSONField()
    line = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "staff_number"], name="person_once_a_roster")
        ]


class Affiliation(models.Model):
    """A post that a person held from ``valid_from`` until the day before ``valid_until`` (None: still)."""

    staff_number = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    standing = models.CharField(max_length=20)
    department_code = models.CharField(max_length=40)
    department_name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    is_main = models.BooleanField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    roster = models.ForeignKey(RosterFile, on_delete=models.PROTECT, related_name="affiliations")

    class Meta:
        indexes = [models.Index(fields=["staff_number", "valid_from"], name="affiliation_of_person")]


class Account(models.Model):
    """A directory account as unyo last read it back."""

    staff_number = models.CharField(max_length=40, primary_key=True)
    state = models.JSONField(null=True)
    step = models.ForeignKey("ledger.Step", on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()


class LogonName(models.Model):
    """A log-on name given to a person; released when the account is gone, kept so that nobody inherits it."""

    name = models.CharField(max_length=64, primary_key=True)
    staff_number = models.CharField(max_length=40)
    reserved_at = models.DateTimeField()
    released_on = models.DateField(null=True)
