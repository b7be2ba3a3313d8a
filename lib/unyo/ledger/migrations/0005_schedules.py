"""Schedules and their runs, and what events set off."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def begin_at_the_end(apps: Any, _schema_editor: Any) -> None:
    """What happened before triggers were known sets nothing off."""
    head = apps.get_model("ledger", "ChainHead").objects.filter(pk=1).first()
    apps.get_model("ledger", "TriggerCursor").objects.create(pk=1, seq=head.seq if head else 0)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_passwords")]

    operations = [
        migrations.CreateModel(
            name="TriggerCursor",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ScheduleRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("runbook", models.CharField(max_length=120)),
                ("content", models.JSONField()),
                ("version", models.IntegerField(default=1)),
                ("owner", models.CharField(max_length=120)),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("starts_from", models.DateTimeField()),
                ("settled_until", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("calendar", models.CharField(blank=True, max_length=64)),
                ("paused_at", models.DateTimeField(null=True)),
                ("paused_by", models.CharField(blank=True, max_length=120)),
                ("paused_reason", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("approved_by", models.CharField(blank=True, max_length=120)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_until", models.DateTimeField(null=True)),
                ("approved_digest", models.CharField(blank=True, max_length=64)),
                ("approval_reason", models.TextField(blank=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ScheduleRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("requested", "Requested"),
                            ("waiting_approval", "Waiting Approval"),
                            ("started", "Started"),
                            ("caught_up", "Caught Up"),
                            ("merged", "Merged"),
                            ("missed", "Missed"),
                            ("skipped", "Skipped"),
                            ("paused", "Paused"),
                            ("failed_to_plan", "Failed To Plan"),
                            ("not_approved", "Not Approved"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                ("noticed_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("owner", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("version", models.IntegerField()),
                ("planned_for", models.DateTimeField()),
                ("at", models.DateTimeField(null=True)),
                ("late", models.BooleanField(default=False)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.job",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="ledger.schedulerecord",
                    ),
                ),
            ],
            options={
                "ordering": ["planned_for"],
            },
        ),
        migrations.CreateModel(
            name="TriggeredRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("requested", "Requested"),
                            ("waiting_approval", "Waiting Approval"),
                            ("started", "Started"),
                            ("caught_up", "Caught Up"),
                            ("merged", "Merged"),
                            ("missed", "Missed"),
                            ("skipped", "Skipped"),
                            ("paused", "Paused"),
                            ("failed_to_plan", "Failed To Plan"),
                            ("not_approved", "Not Approved"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                ("noticed_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("owner", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("trigger", models.CharField(max_length=60)),
                ("event_seq", models.BigIntegerField()),
                ("scope", models.JSONField()),
                ("read_by", models.CharField(blank=True, max_length=120)),
                ("requester", models.CharField(max_length=120)),
                ("reason", models.TextField()),
                ("deadline", models.DateTimeField()),
                ("preapproved", models.BooleanField(default=False)),
                ("most", models.IntegerField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.job",
                    ),
                ),
            ],
            options={
                "ordering": ["event_seq", "trigger"],
            },
        ),
        migrations.AddConstraint(
            model_name="schedulerecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("name",),
                name="one_living_schedule_a_name",
            ),
        ),
        migrations.AddIndex(
            model_name="schedulerun",
            index=models.Index(fields=["state", "not_before"], name="run_on_its_way"),
        ),
        migrations.AddConstraint(
            model_name="schedulerun",
            constraint=models.UniqueConstraint(fields=("schedule", "planned_for"), name="run_once"),
        ),
        migrations.AddConstraint(
            model_name="triggeredrun",
            constraint=models.UniqueConstraint(fields=("trigger", "event_seq"), name="triggered_once"),
        ),
        migrations.RunPython(begin_at_the_end, migrations.RunPython.noop),
    ]
