"""Requested reports; those of one institution are invisible to another."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from edu_csv.rls import protect


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_database"),
        ("jobs", "0004_attempts_by_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportRequest",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="report_of",
                        serialize=False,
                        to="jobs.job",
                    ),
                ),
                ("report_name", models.CharField(max_length=40)),
                ("parameters", models.JSONField(default=dict)),
                ("compression", models.BooleanField(default=True)),
                ("delimiter", models.CharField(default=",", max_length=1)),
                ("spreadsheet_safe", models.BooleanField(default=False)),
                ("notify", models.JSONField(default=list)),
                ("by_system", models.BooleanField(default=False)),
                ("file_key", models.TextField(blank=True)),
                ("file_name", models.TextField(blank=True)),
                ("rows", models.BigIntegerField(null=True)),
                ("bytes", models.BigIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("columns", models.SmallIntegerField(null=True)),
                ("complete_through", models.DateField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "reporting_request",
                "indexes": [models.Index(fields=["institution", "expires_at"], name="report_expiry")],
            },
        ),
        protect("reporting_request"),
    ]
