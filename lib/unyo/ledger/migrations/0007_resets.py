"""Password resets at the desk: codes and attempts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_notifications")]

    operations = []
