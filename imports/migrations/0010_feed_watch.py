"""What the feed watch notices, until when a source is paused, and which end of an import was told last."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import edu_csv.ids
from edu_csv.rls import definer, protect

ENDED_FORMER = """
CREATE FUNCTION imports_untold(ended_after timestamptz) RETURNS TABLE (institution_id bigint, import_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT i.institution_id, i.job_id FROM imports_import AS i JOIN jobs_job AS job ON job.id = i.job_id
         WHERE i.told_at IS NULL AND i.notify <> '[]'::jsonb
           AND job.state = 'ended' AND job.finished_at > ended_after
         ORDER BY job.finished_at LIMIT 1000;
    END;
"""
FORMER_INDEX = (
    "CREATE INDEX import_untold ON imports_import (job_id) WHERE told_at IS NULL AND notify <> '[]'::jsonb"
)
# What may have to be told still: not ended when it was told last, or undone since.
MAY_BE_TOLD = """
    (notify <> '[]'::jsonb OR source_id IS NOT NULL)
    AND (told_status IN ('', 'awaiting_approval', 'plan_changed')
         OR (void IS NOT NULL AND told_status <> 'voided'))
"""
INDEX = f"CREATE INDEX import_untold ON imports_import (job_id) WHERE {MAY_BE_TOLD}"
UNTOLD = """
CREATE FUNCTION imports_untold(ended_after timestamptz) RETURNS TABLE (institution_id bigint, import_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT i.institution_id, i.job_id
          FROM imports_import AS i
          JOIN jobs_job AS job ON job.id = i.job_id
          LEFT JOIN jobs_job AS undo ON undo.id = (i.void ->> 'job')::uuid
         WHERE (i.notify <> '[]'::jsonb OR i.source_id IS NOT NULL)
           AND (i.told_status IN ('', 'awaiting_approval', 'plan_changed')
                OR (i.void IS NOT NULL AND i.told_status <> 'voided'))
           AND job.status IN ('awaiting_approval', 'completed', 'completed_with_errors', 'failed', 'cancelled', 'voided')
           AND i.told_status <> CASE WHEN job.status = 'awaiting_approval' AND i.plan_changed THEN 'plan_changed'
                                     ELSE job.status END
           AND CASE job.status WHEN 'awaiting_approval' THEN coalesce(i.planned_at, job.started_at)
                               WHEN 'voided' THEN coalesce(undo.finished_at, job.finished_at)
                               ELSE job.finished_at END > ended_after
         ORDER BY i.job_id LIMIT 1000;
    END;
"""
TOLD_ALREADY = """
    UPDATE imports_import AS i SET told_status = job.status FROM jobs_job AS job
     WHERE job.id = i.job_id AND i.told_at IS NOT NULL
"""
# Institutions whose feeds are watched: one question for all of them, every minute.
WATCHED = """
CREATE FUNCTION imports_institutions_with_sources() RETURNS TABLE (institution_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT DISTINCT s.institution_id FROM imports_source AS s ORDER BY 1;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0009_sources")]

    operations = [
        migrations.RemoveField(model_name="source", name="watch"),
        migrations.AddField(
            model_name="source",
            name="paused_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="watched_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name="inboxfile",
            name="door",
            field=models.CharField(
                choices=[
                    ("sftp", "Sftp"),
                    ("rest", "Rest"),
                    ("folder", "Folder"),
                    ("bucket", "Bucket"),
                    ("hand", "Hand"),
                    ("answer", "Answer"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="FeedEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=edu_csv.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "fault",
                    models.CharField(
                        choices=[
                            ("stopped", "Stopped"),
                            ("late", "Late"),
                            ("empty", "Empty"),
                            ("smaller", "Smaller"),
                            ("unchanged", "Unchanged"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField()),
                ("params", models.JSONField(default=dict)),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("well_told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="imports.source",
                    ),
                ),
            ],
            options={"db_table": "imports_feed_event"},
        ),
        migrations.AddConstraint(
            model_name="feedevent",
            constraint=models.UniqueConstraint(fields=("source", "fault", "day"), name="feed_event_once"),
        ),
        migrations.AddIndex(
            model_name="feedevent",
            index=models.Index(
                condition=models.Q(
                    ("told_at", None), ("ended_at", None), ("well_told_at", None), _connector="OR"
                ),
                fields=["institution", "source"],
                name="feed_event_open",
            ),
        ),
        protect("imports_feed_event"),
        migrations.AddField(
            model_name="import",
            name="told_status",
            field=models.CharField(blank=True, default="", max_length=24),
        ),
        migrations.AddField(model_name="import", name="told_to", field=models.JSONField(default=list)),
        migrations.RunSQL(TOLD_ALREADY, migrations.RunSQL.noop),
        migrations.RunSQL("DROP INDEX import_untold", FORMER_INDEX),
        migrations.RunSQL(INDEX, "DROP INDEX import_untold"),
        migrations.RunSQL("DROP FUNCTION imports_untold(timestamptz)", ENDED_FORMER),
        definer(UNTOLD, "imports_untold(timestamptz)"),
        definer(WATCHED, "imports_institutions_with_sources()"),
    ]
