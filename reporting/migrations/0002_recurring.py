"""Recurring reports, their runs, addresses with a secret, and notices."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import edu_csv.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_reveal_anonymous"),
        ("reporting", "0001_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="reportrequest",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="ReportSchedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField(blank=True)),
                ("report_name", models.CharField(max_length=40)),
                (
                    "frequency",
                    models.CharField(
                        choices=[("daily", "daily"), ("weekly", "weekly"), ("monthly", "monthly")],
                        max_length=10,
                    ),
                ),
                ("hour", models.SmallIntegerField(default=6)),
                ("week_starts", models.SmallIntegerField(default=1)),
                ("compression", models.BooleanField(default=True)),
                ("delimiter", models.CharField(default=",", max_length=1)),
                ("spreadsheet_safe", models.BooleanField(default=False)),
                ("email", models.JSONField(default=list)),
                ("webhook", models.TextField(blank=True)),
                ("by_system", models.BooleanField(default=False)),
                ("made_by", models.TextField(default="")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("next_start", models.DateField()),
                ("next_due", models.DateTimeField()),
                ("counts_from", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                (
                    "pause_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "Person"),
                            ("not_fetched", "Not Fetched"),
                            ("not_permitted", "Not Permitted"),
                            ("maker_gone", "Maker Gone"),
                            ("report_gone", "Report Gone"),
                            ("refused", "Refused"),
                        ],
                        max_length=20,
                    ),
                ),
                ("pause_detail", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="access.apiclient",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "reporting_schedule",
            },
        ),
        migrations.CreateModel(
            name="ScheduleRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("left_out", models.IntegerField(default=0)),
                ("email", models.JSONField(default=list)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="reporting.reportschedule",
                    ),
                ),
            ],
            options={
                "db_table": "reporting_schedule_run",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(choices=[("mail", "Mail"), ("webhook", "Webhook")], max_length=10)),
                ("address", models.TextField()),
                ("body", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("taken", "Taken"), ("given_up", "Given Up")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempt", models.IntegerField(default=0)),
                ("tries", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("tried_from", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="reporting.reportrequest",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="reporting.reportschedule",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="reporting.schedulerun",
                    ),
                ),
            ],
            options={
                "db_table": "reporting_delivery",
            },
        ),
        migrations.AddField(
            model_name="reportrequest",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="requests",
                to="reporting.schedulerun",
            ),
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("url", models.TextField()),
                ("seed", models.CharField(max_length=64)),
                ("secret_sha256", models.CharField(max_length=64)),
                ("secret_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("made_by", models.TextField(default="")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="access.apiclient",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "reporting_webhook",
            },
        ),
        migrations.AddIndex(
            model_name="reportschedule",
            index=models.Index(
                condition=models.Q(("paused_at__isnull", True)), fields=["next_due"], name="schedule_due"
            ),
        ),
        migrations.AddIndex(
            model_name="reportschedule",
            index=models.Index(fields=["institution"], name="schedule_of_institution"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("hour__gte", 0), ("hour__lte", 23)), name="schedule_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("week_starts__gte", 1), ("week_starts__lte", 7)),
                name="schedule_week_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="schedulerun",
            index=models.Index(fields=["schedule", "-made_at"], name="run_newest"),
        ),
        migrations.AddConstraint(
            model_name="schedulerun",
            constraint=models.UniqueConstraint(fields=("schedule", "start", "end"), name="window_once"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["next_at"], name="delivery_due"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["institution", "-created_at"], name="delivery_newest"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("request__isnull", False), ("run__isnull", True), ("schedule__isnull", True)),
                    models.Q(("request__isnull", True), ("run__isnull", False), ("schedule__isnull", True)),
                    models.Q(("request__isnull", True), ("run__isnull", True), ("schedule__isnull", False)),
                    _connector="OR",
                ),
                name="delivery_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request__isnull", False)),
                fields=("request", "address"),
                name="request_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("run__isnull", False)), fields=("run", "address"), name="run_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.UniqueConstraint(fields=("institution", "url"), name="webhook_once"),
        ),
    ]
