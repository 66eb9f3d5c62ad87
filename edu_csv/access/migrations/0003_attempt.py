from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_database")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "access_attempt",
                "indexes": [
                    models.Index(fields=["subject", "at"], name="attempt_subject"),
                    models.Index(fields=["at"], name="attempt_oldest"),
                ],
            },
        ),
    ]
