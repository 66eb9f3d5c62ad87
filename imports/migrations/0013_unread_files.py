"""A fault of its own: of a package, files were not read while the others went on."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0012_inbox_order")]

    operations = [
        migrations.AlterField(
            model_name="feedevent",
            name="fault",
            field=models.CharField(
                choices=[
                    ("stopped", "Stopped"),
                    ("unread", "Unread"),
                    ("late", "Late"),
                    ("empty", "Empty"),
                    ("smaller", "Smaller"),
                    ("unchanged", "Unchanged"),
                ],
                max_length=10,
            ),
        ),
    ]
