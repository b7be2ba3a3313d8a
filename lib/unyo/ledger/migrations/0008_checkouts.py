"""Passwords that people hold for a while."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_resets")]

    operations = []
