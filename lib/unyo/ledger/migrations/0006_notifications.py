"""Subscriptions and messages to be sent."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_schedules")]

    operations = []
