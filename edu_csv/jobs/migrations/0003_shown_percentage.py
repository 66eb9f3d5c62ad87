"""The most that was told of a job's progress."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_database")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="shown_percentage",
            field=models.SmallIntegerField(default=0, editable=False),
        ),
    ]
