"""A repeat may take over a request whose process died: who carries it out says so now and then."""

from __future__ import annotations

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0003_attempt")]

    operations = [
        migrations.AddField("idempotentrequest", "attempt", models.IntegerField(default=1)),
        migrations.AddField(
            "idempotentrequest", "beat_at", models.DateTimeField(default=django.utils.timezone.now)
        ),
    ]
