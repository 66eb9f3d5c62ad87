"""What a client may do at the xAPI statements endpoint, how often it may ask there, and the address in statements."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from edu_csv.rls import protect

ACCESS = [
    ("off", "Nothing"),
    ("write", "Write"),
    ("isolated", "Write, and read what it wrote"),
    ("all", "Write, and read everything"),
]


class Migration(migrations.Migration):
    dependencies = [("access", "0005_unpublished_captures")]

    operations = [
        migrations.AddField("institution", "xapi_base", models.TextField(blank=True, default="")),
        migrations.AddField(
            "apiclient",
            "xapi_access",
            models.CharField(blank=True, choices=ACCESS, default="", max_length=10),
        ),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.apiclient",
                    ),
                ),
                ("left", models.FloatField()),
                ("at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.institution"
                    ),
                ),
            ],
            options={"db_table": "access_allowance"},
        ),
        # Written with each request, and worth nothing after a crash.
        migrations.RunSQL(
            "ALTER TABLE access_allowance SET UNLOGGED, SET (fillfactor = 20)",
            "ALTER TABLE access_allowance SET LOGGED, RESET (fillfactor)",
        ),
        protect("access_allowance"),
    ]
