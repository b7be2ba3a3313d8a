"""Versions of passwords with their states, devices, and what is known of each account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_terminals_and_waiting"),
    ]

    operations = [
        migrations.CreateModel(
            name="CredentialRecord",
            fields=[
                ("path", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("bad_logons", models.JSONField(default=list)),
                ("refused", models.JSONField(default=list)),
                ("lockout", models.JSONField(null=True)),
                ("last_set", models.DateTimeField(null=True)),
                ("trouble", models.JSONField(null=True)),
                ("trouble_since", models.DateTimeField(null=True)),
                ("rotate_by", models.DateTimeField(null=True)),
                ("rotate_reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="DeviceRecord",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("windows", "windows"),
                            ("linux", "linux"),
                            ("postgresql", "postgresql"),
                            ("mariadb", "mariadb"),
                            ("network", "network"),
                            ("directory", "directory"),
                            ("appliance", "appliance"),
                        ],
                        max_length=12,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=255)),
                ("port", models.IntegerField(default=0)),
                ("driver", models.CharField(blank=True, max_length=40)),
                ("site", models.CharField(blank=True, max_length=80)),
                ("groups", models.JSONField(default=list)),
                ("accounts", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("active", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="sealedsecret",
            name="set_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sealedsecret",
            name="state",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="sealedsecret",
            name="verified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sealedsecret",
            name="verified_by",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
