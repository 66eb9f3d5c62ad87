"""The queue as the database keeps it: order of receipt, the claim with its lease, the reaper."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer, protect

# An own sequence and not an identity: a test's rolled-back job must not matter to the order.
RECEIVED = """
CREATE SEQUENCE jobs_job_received OWNED BY jobs_job.received;
ALTER TABLE jobs_job ALTER COLUMN received SET DEFAULT nextval('jobs_job_received');
GRANT USAGE ON SEQUENCE jobs_job_received TO edu_csv_app;
"""

# The lease of a job is a session-level advisory lock of whoever claimed it.
LEASE_KEY = """
CREATE FUNCTION jobs_lease_key(job uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN hashtextextended('edu_csv.job:' || job::text, 0);
"""

CLAIM = """
CREATE FUNCTION jobs_claim(wanted text[], slots integer, only_institution bigint DEFAULT NULL)
    RETURNS TABLE (job_id uuid, institution_id bigint, kind text, attempt integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    candidate record;
BEGIN
    -- One claim after the other: two workers must not both see an institution at rest.
    PERFORM pg_advisory_xact_lock(hashtextextended('edu_csv.claim', 0));
    FOR candidate IN
        WITH RECURSIVE
        -- Hop from institution to institution along the index: a queue of 30,000 files of one
        -- institution costs one step, not 30,000.
        waiting (queue, institution) AS (
            SELECT q.queue,
                   (SELECT min(job.institution_id) FROM jobs_job AS job
                     WHERE job.queue = q.queue AND job.state = 'queued')
              FROM unnest(wanted) AS q (queue)
            UNION ALL
            SELECT waiting.queue,
                   (SELECT min(job.institution_id) FROM jobs_job AS job
                     WHERE job.queue = waiting.queue AND job.state = 'queued'
                       AND job.institution_id > waiting.institution)
              FROM waiting WHERE waiting.institution IS NOT NULL
        ),
        running AS (
            SELECT job.institution_id AS institution, job.queue, count(*) AS jobs,
                   count(*) FILTER (WHERE job.size_class > 0) AS large
              FROM jobs_job AS job WHERE job.state = 'running' GROUP BY 1, 2
        )
        SELECT first.id
          FROM waiting
         CROSS JOIN LATERAL (
                SELECT job.id, job.received, job.size_class FROM jobs_job AS job
                 WHERE job.queue = waiting.queue AND job.institution_id = waiting.institution
                   AND job.state = 'queued'
                 ORDER BY job.received LIMIT 1) AS first
         WHERE (only_institution IS NULL OR waiting.institution = only_institution)
           AND (waiting.queue <> 'imports' OR NOT EXISTS (
                    SELECT FROM running
                     WHERE running.institution = waiting.institution AND running.queue = 'imports'))
           AND (first.size_class = 0 OR slots < 2
                OR (SELECT coalesce(sum(running.large), 0) FROM running WHERE running.queue = waiting.queue) < slots - 1)
         ORDER BY (SELECT coalesce(sum(running.jobs), 0) FROM running
                    WHERE running.institution = waiting.institution),
                  first.received
    LOOP
        -- A worker that was given up on may still hold its lease; take the next job then.
        IF pg_try_advisory_lock(jobs_lease_key(candidate.id)) THEN
            RETURN QUERY
                UPDATE jobs_job AS job
                   SET state = 'running', attempt = job.attempt + 1, beat_at = now(),
                       started_at = coalesce(job.started_at, now())
                 WHERE job.id = candidate.id AND job.state = 'queued'
             RETURNING job.id, job.institution_id, job.kind::text, job.attempt;
            RETURN;
        END IF;
    END LOOP;
END $$;
"""

# A running job whose lease is free has lost its worker. Taken up again, in its old place in the
# order; after ``most`` attempts it ends, for a file that kills workers would kill them for ever.
REAP = """
CREATE FUNCTION jobs_reap(most integer)
    RETURNS TABLE (job_id uuid, institution_id bigint, kind text, new_state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    UPDATE jobs_job AS job
       SET losses = job.losses + 1,
           state = CASE WHEN job.losses + 1 >= most THEN 'ended' ELSE 'queued' END,
           status = CASE WHEN job.losses + 1 >= most THEN 'failed'
                         WHEN job.kind = 'undo' THEN 'voiding' ELSE 'queued' END,
           phase = CASE WHEN job.losses + 1 >= most THEN job.phase ELSE 'queued' END,
           finished_at = CASE WHEN job.losses + 1 >= most THEN now() END,
           problem = CASE WHEN job.losses + 1 >= most THEN jsonb_build_object(
               'code', 'worker_lost',
               'detail', format('The work was begun %s times and no worker lived to end it.', job.losses + 1),
               'hint', 'Nothing was changed. Tell whoever runs this system; the log says what happened.') END
      FROM (SELECT lost.id FROM jobs_job AS lost
             WHERE lost.state = 'running' AND pg_try_advisory_xact_lock(jobs_lease_key(lost.id))
               FOR UPDATE SKIP LOCKED) AS lost
     WHERE job.id = lost.id
 RETURNING job.id, job.institution_id, job.kind::text, job.state::text;
END $$;
"""

# What a sweep must wake someone for: a broker may lose every message it ever had.
WAITING = """
CREATE FUNCTION jobs_waiting() RETURNS TABLE (queue text, jobs bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT job.queue::text, count(*) FROM jobs_job AS job WHERE job.state = 'queued' GROUP BY 1;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("access", "0002_database")]

    operations = [
        migrations.RunSQL(
            RECEIVED,
            "ALTER TABLE jobs_job ALTER COLUMN received SET DEFAULT 0; DROP SEQUENCE jobs_job_received;",
        ),
        protect("jobs_job"),
        migrations.RunSQL(LEASE_KEY, "DROP FUNCTION jobs_lease_key(uuid)"),
        definer(CLAIM, "jobs_claim(text[], integer, bigint)"),
        definer(REAP, "jobs_reap(integer)"),
        definer(WAITING, "jobs_waiting()"),
    ]
