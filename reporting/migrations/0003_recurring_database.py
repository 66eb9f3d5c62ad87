"""What the database does for recurring reports and notices: tenants apart, and what is due in all of them."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer, protect

# Beside the table: nothing scans what was told long ago.
UNTOLD_INDEX = """
CREATE INDEX report_untold ON reporting_request (job_id)
    WHERE told_at IS NULL AND (notify <> '[]'::jsonb OR run_id IS NOT NULL)
"""
UNTOLD = """
CREATE FUNCTION reporting_untold() RETURNS TABLE (institution_id bigint, request_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT r.institution_id, r.job_id FROM reporting_request AS r JOIN jobs_job AS job ON job.id = r.job_id
         WHERE r.told_at IS NULL AND (r.notify <> '[]'::jsonb OR r.run_id IS NOT NULL) AND job.state = 'ended'
         ORDER BY job.finished_at LIMIT 500;
    END;
"""
# The oldest of each address of which none is under way: notices of one receiver come one by one and in order, and a
# receiver that is away for long holds up no other.
DUE = """
CREATE FUNCTION reporting_deliveries_due(at timestamptz, most integer)
    RETURNS TABLE (institution_id bigint, delivery_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT due.institution_id, due.id
          FROM (SELECT DISTINCT ON (d.institution_id, d.address) d.institution_id, d.address, d.id, d.next_at
                  FROM reporting_delivery AS d
                 WHERE d.state = 'waiting' AND d.next_at <= at
                 ORDER BY d.institution_id, d.address, d.next_at, d.id) AS due
         WHERE NOT EXISTS (
                SELECT FROM reporting_delivery AS other
                 WHERE other.institution_id = due.institution_id AND other.address = due.address
                   AND other.state = 'waiting' AND other.claimed_until > at)
         ORDER BY due.next_at, due.id LIMIT most;
    END;
"""
SCHEDULES_DUE = """
CREATE FUNCTION reporting_schedules_due(at timestamptz) RETURNS TABLE (institution_id bigint, schedule_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT s.institution_id, s.id FROM reporting_schedule AS s
         WHERE s.paused_at IS NULL AND s.next_due <= at ORDER BY s.next_due LIMIT 1000;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_recurring"), ("jobs", "0004_attempts_by_kind")]

    operations = [
        protect("reporting_schedule"),
        protect("reporting_schedule_run"),
        protect("reporting_webhook"),
        protect("reporting_delivery"),
        migrations.RunSQL(UNTOLD_INDEX, "DROP INDEX report_untold"),
        definer(UNTOLD, "reporting_untold()"),
        definer(DUE, "reporting_deliveries_due(timestamptz, integer)"),
        definer(SCHEDULES_DUE, "reporting_schedules_due(timestamptz)"),
    ]
