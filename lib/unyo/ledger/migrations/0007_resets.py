"""Verifications at the desk: who made sure of whom, and how; codes only as hashes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_notifications")]

    operations = [
        migrations.CreateModel(
            name="VerificationRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("way", models.CharField(max_length=12)),
                ("operator", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("ticket", models.CharField(blank=True, max_length=64)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("sent_to", models.CharField(blank=True, max_length=80)),
                ("salt", models.BinaryField(default=bytes)),
                ("hash", models.BinaryField(default=bytes)),
                ("expires_at", models.DateTimeField(null=True)),
                ("tries", models.IntegerField(default=0)),
                ("passed_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person", "started_at"], name="verification_of_person")],
            },
        ),
    ]
