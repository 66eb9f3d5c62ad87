"""Results of imports that are too long to be made at once have a kind of job of their own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_attempts_by_kind")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "Import"),
                    ("undo", "Undo"),
                    ("export", "Export"),
                    ("report", "Report"),
                    ("results", "Results"),
                ],
                max_length=10,
            ),
        )
    ]
