"""Sources and their inboxes, and what may be known of them before there is an institution."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import edu_csv.ids
from edu_csv.rls import definer, protect

# SFTP asks for a log-in before it knows an institution.
BY_LOGIN = """
CREATE FUNCTION imports_source_by_login(wanted text) RETURNS TABLE (source_id uuid, institution_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT s.id, s.institution_id FROM imports_source AS s WHERE s.login = wanted;
    END;
"""
# One question for all institutions, every minute: whose inbox has something to take or to answer, and who
# has a folder to look into.
AT_WORK = """
CREATE FUNCTION imports_sources_at_work() RETURNS TABLE (source_id uuid, institution_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT s.id, s.institution_id FROM imports_source AS s
         WHERE (s.is_enabled AND (s.watched_folder <> '' OR s.watched_prefix <> ''))
            OR EXISTS (SELECT FROM imports_inbox_file AS f
                        WHERE f.institution_id = s.institution_id AND f.source_id = s.id
                          AND f.folder = 'incoming' AND f.state IN ('complete', 'taken'))
         ORDER BY s.institution_id, s.id;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_unpublished_captures"),
        ("imports", "0008_plan_object_type"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("slug", models.SlugField()),
                ("login", models.CharField(max_length=110, unique=True)),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("echovideo", "EchoVideo"),
                            ("d2l", "D2L Standard CSV"),
                            ("circlein", "CircleIn"),
                        ],
                        max_length=20,
                    ),
                ),
                ("action", models.CharField(blank=True, max_length=10)),
                ("is_enabled", models.BooleanField(default=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[("apply", "Apply"), ("preview", "Preview"), ("validate", "Validate")],
                        default="apply",
                        max_length=10,
                    ),
                ),
                (
                    "on_error",
                    models.CharField(
                        choices=[("skip", "Skip"), ("abort", "Abort")], default="skip", max_length=10
                    ),
                ),
                ("switches", models.JSONField(default=dict)),
                ("expected", models.JSONField(blank=True, null=True)),
                ("limits", models.JSONField(default=dict)),
                ("automation_enabled", models.BooleanField(default=False)),
                ("notify", models.JSONField(default=list)),
                ("password", models.TextField(blank=True)),
                ("public_keys", models.JSONField(default=list)),
                ("watched_folder", models.TextField(blank=True)),
                ("watched_prefix", models.TextField(blank=True)),
                ("last_poll", models.JSONField(default=dict)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("last_file_at", models.DateTimeField(blank=True, null=True)),
                ("last_problem", models.TextField(blank=True)),
                ("last_problem_at", models.DateTimeField(blank=True, null=True)),
                ("watch", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="access.apiclient",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "imports_source",
            },
        ),
        migrations.CreateModel(
            name="InboxFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("shown", models.TextField()),
                (
                    "folder",
                    models.CharField(
                        choices=[("incoming", "Incoming"), ("processed", "Processed"), ("failed", "Failed")],
                        default="incoming",
                        max_length=10,
                    ),
                ),
                ("key", models.TextField()),
                ("bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("arriving", "Arriving"),
                            ("complete", "Complete"),
                            ("taken", "Taken"),
                            ("done", "Done"),
                        ],
                        default="complete",
                        max_length=10,
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("sftp", "Sftp"),
                            ("rest", "Rest"),
                            ("folder", "Folder"),
                            ("bucket", "Bucket"),
                            ("answer", "Answer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("problem", models.JSONField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inbox_files",
                        to="imports.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="imports.source"
                    ),
                ),
            ],
            options={
                "db_table": "imports_inbox_file",
            },
        ),
        migrations.AddField(
            model_name="import",
            name="source",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="imports.source"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("institution", "slug"), name="source_slug"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("institution", "name"), name="source_name"),
        ),
        migrations.AddIndex(
            model_name="inboxfile",
            index=models.Index(fields=["institution", "key"], name="inbox_file_key"),
        ),
        migrations.AddIndex(
            model_name="inboxfile",
            index=models.Index(
                condition=models.Q(("folder", "incoming")),
                fields=["institution", "source"],
                name="inbox_file_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxfile",
            constraint=models.UniqueConstraint(fields=("source", "folder", "shown"), name="inbox_file_shown"),
        ),
        protect("imports_source"),
        protect("imports_inbox_file"),
        definer(BY_LOGIN, "imports_source_by_login(text)"),
        definer(AT_WORK, "imports_sources_at_work()"),
    ]
