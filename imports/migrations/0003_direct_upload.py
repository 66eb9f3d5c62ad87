"""Files that their senders put into storage themselves, invisible to other institutions."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import edu_csv.ids
from edu_csv.rls import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_database"), ("imports", "0002_database")]

    operations = [
        migrations.CreateModel(
            name="DirectUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("bytes", models.BigIntegerField()),
                ("key", models.TextField()),
                ("state", models.JSONField()),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="access.account",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="access.apiclient",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "used_by",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="direct_upload",
                        to="imports.import",
                    ),
                ),
            ],
            options={
                "db_table": "imports_direct_upload",
                "indexes": [models.Index(fields=["institution", "-created_at"], name="direct_upload_newest")],
            },
        ),
        protect("imports_direct_upload"),
    ]
