"""Whom an ended import still has to be told to."""

from __future__ import annotations

from django.db import migrations, models

from edu_csv.rls import definer

# One question for all institutions, every few seconds: an index of those that wait, mostly empty.
UNTOLD_INDEX = (
    "CREATE INDEX import_untold ON imports_import (job_id) WHERE told_at IS NULL AND notify <> '[]'::jsonb"
)
UNTOLD = """
CREATE FUNCTION imports_untold(ended_after timestamptz) RETURNS TABLE (institution_id bigint, import_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT i.institution_id, i.job_id FROM imports_import AS i JOIN jobs_job AS job ON job.id = i.job_id
         WHERE i.told_at IS NULL AND i.notify <> '[]'::jsonb
           AND job.state = 'ended' AND job.finished_at > ended_after
         ORDER BY job.finished_at LIMIT 1000;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0004_results")]

    operations = [
        migrations.AddField(model_name="import", name="told_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(UNTOLD_INDEX, "DROP INDEX import_untold"),
        definer(UNTOLD, "imports_untold(timestamptz)"),
    ]
