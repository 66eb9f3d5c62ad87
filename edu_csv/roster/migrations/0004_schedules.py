import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import edu_csv.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_unpublished_captures"),
        ("roster", "0003_person_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="device_id",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="room",
            name="device_software_version",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="room",
            name="device_type",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "schedule_id",
                        "starts_at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("schedule_id", models.UUIDField()),
                ("room_number", models.BigIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.institution",
                    ),
                ),
            ],
            options={
                "db_table": "roster_occurrence",
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("external_id", models.TextField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("made_by_job", models.UUIDField(editable=False, null=True)),
                ("made_by_row", models.IntegerField(editable=False, null=True)),
                ("name", models.TextField()),
                ("start_date", models.DateField()),
                ("start_time", models.TimeField()),
                ("duration_minutes", models.IntegerField()),
                ("end_date", models.DateField(blank=True, null=True)),
                (
                    "days_of_week",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "exclusion_dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), default=list, size=None
                    ),
                ),
                ("room_id", models.UUIDField()),
                (
                    "section_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("instructor_id", models.UUIDField(blank=True, null=True)),
                ("guest_instructor", models.TextField(blank=True, null=True)),
                ("stream_live", models.BooleanField(default=False)),
                ("caption", models.BooleanField(default=False)),
                ("auto_publish", models.BooleanField(default=False)),
                ("input_1", models.TextField()),
                ("input_2", models.TextField(blank=True, null=True)),
                ("capture_quality", models.TextField()),
                ("stream_quality", models.TextField(blank=True, null=True)),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.institution",
                    ),
                ),
            ],
            options={
                "db_table": "roster_schedule",
            },
        ),
    ]
