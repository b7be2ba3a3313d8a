"""The asset ledger of terminals, and steps that wait for terminals that are away."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovedBaseline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(max_length=60)),
                ("pack", models.CharField(max_length=120)),
                ("values", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="IsolationRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(max_length=60)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TerminalChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=40)),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=120)),
                ("source", models.CharField(max_length=255)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="TerminalRecord",
            fields=[
                ("serial", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("asset_number", models.CharField(blank=True, max_length=60)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("name_key", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=255)),
                ("port", models.IntegerField(default=0)),
                ("model", models.CharField(blank=True, max_length=120)),
                ("manufacturer", models.CharField(blank=True, max_length=120)),
                ("site", models.CharField(blank=True, max_length=80)),
                ("floor", models.CharField(blank=True, max_length=40)),
                ("room", models.CharField(blank=True, max_length=80)),
                ("seat", models.CharField(blank=True, max_length=40)),
                ("user", models.CharField(blank=True, max_length=40)),
                ("department", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("stock", "stock"),
                            ("in_use", "in_use"),
                            ("loan", "loan"),
                            ("repair", "repair"),
                            ("retired", "retired"),
                        ],
                        default="in_use",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("client", "client"), ("server", "server")], max_length=10),
                ),
                ("mac_addresses", models.JSONField(default=list)),
                ("ip_addresses", models.JSONField(default=list)),
                ("os_build", models.CharField(blank=True, max_length=60)),
                ("last_seen", models.DateTimeField(null=True)),
                ("added_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["name_key", "serial"],
            },
        ),
        migrations.AddField(
            model_name="job",
            name="deadline",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="only",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="step",
            name="deadline",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="step",
            name="found",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="step",
            name="unsure",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="step",
            name="waiting_for",
            field=models.CharField(
                blank=True,
                choices=[("", "Nothing"), ("answer", "Answer"), ("reboot", "Reboot")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="waiting_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("state", "waiting"), ("waiting_since__isnull", False)),
                fields=["waiting_since"],
                name="step_that_waits",
            ),
        ),
        migrations.AddField(
            model_name="approvedbaseline",
            name="step",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.step"
            ),
        ),
        migrations.AddField(
            model_name="isolationrecord",
            name="step",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.step"
            ),
        ),
        migrations.AddIndex(
            model_name="terminalchange",
            index=models.Index(fields=["serial", "at"], name="history_of_terminal"),
        ),
        migrations.AddIndex(
            model_name="terminalrecord",
            index=models.Index(fields=["state", "site", "floor"], name="terminal_by_place"),
        ),
        migrations.AddConstraint(
            model_name="terminalrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "retired"), _negated=True), models.Q(("name_key", ""), _negated=True)
                ),
                fields=("name_key",),
                name="terminal_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvedbaseline",
            constraint=models.UniqueConstraint(fields=("serial", "pack"), name="baseline_once"),
        ),
        migrations.AddIndex(
            model_name="isolationrecord",
            index=models.Index(fields=["serial", "released_at"], name="isolation_of_terminal"),
        ),
        # Steps begun before this version may have written.
        migrations.RunSQL(
            "UPDATE ledger_step SET unsure = (attempts > 0) WHERE state <> 'ended'", migrations.RunSQL.noop
        ),
    ]
