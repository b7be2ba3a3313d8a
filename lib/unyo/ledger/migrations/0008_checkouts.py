"""Passwords that people hold for a while."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0007_resets"),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckoutRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("label", models.CharField(max_length=200)),
                ("holder", models.CharField(max_length=120)),
                ("reason", models.TextField()),
                ("ticket", models.CharField(blank=True, max_length=40)),
                ("minutes", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("open", "open"),
                            ("returned", "returned"),
                            ("expired", "expired"),
                            ("refused", "refused"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("version", models.IntegerField(null=True)),
                ("shown_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(null=True)),
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
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["path", "state"], name="checkout_of_account")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open"])),
                        fields=("path",),
                        name="one_holder_an_account",
                    )
                ],
            },
        ),
    ]
