"""The months of events: how they are made, and what waits for one that is not.

``activity_add_event_months`` gives up after three seconds on a table that somebody reads. Whoever calls it must know:
a month that was not made is to be asked for again, and one that is there never.
"""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import APP_ROLE, definer

TABLES = (
    "activity_view_event", "activity_download", "activity_slide_view", "activity_confusion",
    "activity_poll_answer_revision", "activity_answer_revision", "activity_note_revision",
)  # fmt: skip

# Made apart and then attached: that holds up no writers and readers of the months that are there. Attaching looks
# at the default table, and waits for whoever reads it; after three seconds the month is left to the next call, and
# what comes meanwhile to the default table. A date in the year 201 makes no thousands of months: those of ten years
# back and one ahead are made, all else has its place in the default table too.
# True as well for months that are never made.
ADD_MONTHS = """
CREATE FUNCTION activity_add_event_months(first date, last date, event_table text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
    month date;
    parent text;
    at text;
    name text;
    other text;
    low timestamptz;
    high timestamptz;
BEGIN
    FOR parent, at IN
        SELECT c.relname, a.attname
          FROM pg_partitioned_table AS p
          JOIN pg_class AS c ON c.oid = p.partrelid
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
         WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ({tables})
           AND c.relname = coalesce(event_table, c.relname)
         ORDER BY c.relname
    LOOP
        FOR month IN
            SELECT m::date
              FROM generate_series(
                   date_trunc('month', greatest(first, (today - interval '10 years')::date)::timestamp),
                   date_trunc('month', least(last, (today + interval '1 year')::date)::timestamp),
                   interval '1 month') AS m
             WHERE to_regclass(parent || '_' || to_char(m, 'YYYY_MM')) IS NULL
             ORDER BY m
        LOOP
            name := parent || '_' || to_char(month, 'YYYY_MM');
            other := parent || '_other';
            low := month::timestamp AT TIME ZONE 'UTC';
            high := (month + interval '1 month')::timestamp AT TIME ZONE 'UTC';
            PERFORM pg_advisory_xact_lock(hashtextextended('edu_csv.activity.event_months', 0));
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            BEGIN
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', other);
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('GRANT MAINTAIN ON %I TO {role}', name);
                EXECUTE format('WITH early AS (DELETE FROM %I WHERE %I >= $1 AND %I < $2 RETURNING *)'
                               ' INSERT INTO %I SELECT * FROM early', other, at, at, name) USING low, high;
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, low, high);
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                RETURN false;
            END;
        END LOOP;
    END LOOP;
    RETURN true;
END $$;
""".replace("{tables}", ", ".join(f"'{table}'" for table in TABLES)).replace("{role}", APP_ROLE)

# Of the years for which months are made: what is older or further ahead has its place in the default table.
WAITING_MONTHS = """
CREATE FUNCTION activity_waiting_months() RETURNS TABLE (event_table text, month date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
    at text;
BEGIN
    FOR event_table, at IN
        SELECT c.relname, a.attname
          FROM pg_partitioned_table AS p
          JOIN pg_class AS c ON c.oid = p.partrelid
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
         WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ({tables})
         ORDER BY c.relname
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT DISTINCT %L::text, date_trunc(''month'', o.%I AT TIME ZONE ''UTC'')::date FROM %I AS o'
            ' WHERE o.%I >= $1 AND o.%I < $2',
            event_table, at, event_table || '_other', at, at)
        USING date_trunc('month', (today - interval '10 years')::timestamp) AT TIME ZONE 'UTC',
              (date_trunc('month', (today + interval '1 year')::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    END LOOP;
END $$;
""".replace("{tables}", ", ".join(f"'{table}'" for table in TABLES))


class Migration(migrations.Migration):
    dependencies = [("activity", "0005_events_database")]

    operations = [
        definer(ADD_MONTHS, "activity_add_event_months(date, date, text)"),
        definer(WAITING_MONTHS, "activity_waiting_months()"),
        migrations.RunSQL(
            "SELECT activity_add_event_months(current_date, (current_date + interval '3 months')::date)",
            migrations.RunSQL.noop,
        ),
    ]
