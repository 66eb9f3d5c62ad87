"""By what uploads knew people who were erased, as keyed hashes."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from edu_csv.rls import protect


class Migration(migrations.Migration):
    dependencies = [("imports", "0005_told")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("erased_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "imports_erasure",
                "indexes": [models.Index(fields=["institution", "erased_at"], name="erasure_newest")],
            },
        ),
        protect("imports_erasure"),
    ]
