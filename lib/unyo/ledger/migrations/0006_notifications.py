"""Subscriptions and messages to be sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_schedules"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotificationCursor",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SubscriptionRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(max_length=120)),
                ("channel", models.CharField(max_length=40)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("patterns", models.JSONField(default=list)),
                ("filters", models.JSONField(default=dict)),
                ("language", models.CharField(choices=[("en", "en"), ("ja", "ja")], max_length=2)),
                ("active", models.BooleanField(default=True)),
                ("since_seq", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("events", models.JSONField(default=list)),
                ("count", models.IntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("moot", "Moot"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("owner", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("error", models.JSONField(null=True)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="ledger.subscriptionrecord",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["not_before"],
                        name="message_to_send",
                    ),
                    models.Index(fields=["subscription", "kind", "sent_at"], name="message_of_a_kind"),
                ],
            },
        ),
    ]
