"""Jobs that are given up after another number of workers, and those that were never begun."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

from edu_csv.rls import definer

BEFORE = definer(import_module("edu_csv.jobs.migrations.0002_database").REAP, "jobs_reap(integer)")

# As before, save that ``most_of`` names another number for some kinds of job.
REAP = """
CREATE FUNCTION jobs_reap(most integer, most_of jsonb)
    RETURNS TABLE (job_id uuid, institution_id bigint, kind text, new_state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    UPDATE jobs_job AS job
       SET losses = job.losses + 1,
           state = CASE WHEN lost.is_given_up THEN 'ended' ELSE 'queued' END,
           status = CASE WHEN lost.is_given_up THEN 'failed'
                         WHEN job.kind = 'undo' THEN 'voiding' ELSE 'queued' END,
           phase = CASE WHEN lost.is_given_up THEN job.phase ELSE 'queued' END,
           finished_at = CASE WHEN lost.is_given_up THEN now() END,
           problem = CASE WHEN lost.is_given_up THEN jsonb_build_object(
               'code', 'worker_lost',
               'detail', format('The work was begun %s times and no worker lived to end it.', job.losses + 1),
               'hint', 'Nothing was changed. Tell whoever runs this system; the log says what happened.') END
      FROM (SELECT dead.id,
                   dead.losses + 1 >= coalesce((most_of ->> dead.kind)::integer, most) AS is_given_up
              FROM jobs_job AS dead
             WHERE dead.state = 'running' AND pg_try_advisory_xact_lock(jobs_lease_key(dead.id))
               FOR UPDATE SKIP LOCKED) AS lost
     WHERE job.id = lost.id
 RETURNING job.id, job.institution_id, job.kind::text, job.state::text;
END $$;
"""

STATUSES = [
    ("queued", "Queued"),
    ("reading", "Reading"),
    ("checking", "Checking"),
    ("planning", "Planning"),
    ("awaiting_approval", "Awaiting Approval"),
    ("applying", "Applying"),
    ("completed", "Completed"),
    ("completed_with_errors", "Completed With Errors"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("voiding", "Voiding"),
    ("voided", "Voided"),
    ("running", "Running"),
    ("expired", "Expired"),
    ("missing", "Missing"),
]


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_shown_percentage")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="status",
            field=models.CharField(choices=STATUSES, default="queued", max_length=24),
        ),
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        definer(REAP, "jobs_reap(integer, jsonb)"),
    ]
