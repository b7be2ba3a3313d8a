"""What other systems have been told about accounts."""

from __future__ import annotations

from django.db import models


class Delivery(models.Model):
    """The last account information that one system took for one person, with its receipt."""

    system = models.CharField(max_length=60)
    staff_number = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    receipt = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "staff_number"], name="delivered_once")]
