"""Where plans are kept: shared tables by week for small imports, tables of their own for big ones."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer, protect

PLAN_TABLES = """
CREATE TABLE imports_plan_row (
    institution_id bigint NOT NULL,
    import_id uuid NOT NULL,
    received_on date NOT NULL,
    file smallint NOT NULL,
    "row" integer NOT NULL,
    outcome smallint NOT NULL,
    object_id uuid,
    key text,
    cells text[],
    problems jsonb,
    meaning text,
    plan_changed boolean NOT NULL DEFAULT false
) PARTITION BY RANGE (received_on);
CREATE INDEX imports_plan_row_place ON imports_plan_row (import_id, file, "row");
CREATE TABLE imports_plan_row_other PARTITION OF imports_plan_row DEFAULT;

CREATE TABLE imports_plan_change (
    institution_id bigint NOT NULL,
    import_id uuid NOT NULL,
    received_on date NOT NULL,
    file smallint NOT NULL,
    "row" integer NOT NULL,
    object_type smallint NOT NULL,
    object_id uuid NOT NULL,
    operation smallint NOT NULL,
    is_effect boolean NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL
) PARTITION BY RANGE (received_on);
CREATE INDEX imports_plan_change_place ON imports_plan_change (import_id, file, "row");
CREATE TABLE imports_plan_change_other PARTITION OF imports_plan_change DEFAULT;
GRANT SELECT, INSERT, UPDATE, DELETE ON imports_plan_row, imports_plan_change TO edu_csv_app;
"""

DROP_PLAN_TABLES = "DROP TABLE imports_plan_row; DROP TABLE imports_plan_change;"

# Weeks that are not there yet; rows of a week without its partition go to the default one.
ADD_WEEKS = """
CREATE FUNCTION imports_add_weeks(ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    monday date := date_trunc('week', current_date)::date;
    base text;
    name text;
    is_taken boolean;
BEGIN
    FOR i IN 0..ahead LOOP
        FOREACH base IN ARRAY ARRAY['imports_plan_row', 'imports_plan_change'] LOOP
            name := base || '_' || to_char(monday + 7 * i, 'IYYY_IW');
            -- Rows that came before their week had a partition stay where they are, and so does their week.
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE received_on >= %L AND received_on < %L)',
                           base || '_other', monday + 7 * i, monday + 7 * (i + 1)) INTO is_taken;
            IF to_regclass(name) IS NULL AND NOT is_taken THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                               name, base, monday + 7 * i, monday + 7 * (i + 1));
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
            END IF;
        END LOOP;
    END LOOP;
END $$;
"""

# A big plan gets two tables of its own: written without an index, dropped in one piece. The
# application's role owns nothing, so the owner makes them, under the same row-level security.
OPEN_PLAN = """
CREATE FUNCTION imports_open_plan(import_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    base text;
    name text;
BEGIN
    IF NOT EXISTS (SELECT FROM imports_import AS i
                    WHERE i.job_id = import_id AND i.institution_id = edu_csv_institution()) THEN
        RAISE EXCEPTION 'no such import in this institution';
    END IF;
    FOREACH base IN ARRAY ARRAY['plan_row', 'plan_change'] LOOP
        name := base || '_' || replace(import_id::text, '-', '');
        EXECUTE format('DROP TABLE IF EXISTS %I', name);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', name, 'imports_' || base);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY of_institution ON %I USING ((SELECT edu_csv_institution()) = %L::bigint)',
                       name, edu_csv_institution());
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO edu_csv_app', name);
    END LOOP;
END $$;
"""

INDEX_PLAN = """
CREATE FUNCTION imports_index_plan(import_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    suffix text := replace(import_id::text, '-', '');
BEGIN
    IF NOT EXISTS (SELECT FROM imports_import AS i
                    WHERE i.job_id = import_id AND i.institution_id = edu_csv_institution()) THEN
        RAISE EXCEPTION 'no such import in this institution';
    END IF;
    IF to_regclass('plan_row_' || suffix) IS NOT NULL THEN
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (file, "row")', 'pr_' || suffix, 'plan_row_' || suffix);
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (outcome, file, "row")', 'po_' || suffix, 'plan_row_' || suffix);
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (file, "row")', 'pc_' || suffix, 'plan_change_' || suffix);
        EXECUTE format('ANALYZE %I, %I', 'plan_row_' || suffix, 'plan_change_' || suffix);
    END IF;
END $$;
"""

CLOSE_PLAN = """
CREATE FUNCTION imports_close_plan(import_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM imports_import AS i
                WHERE i.job_id = import_id AND i.institution_id = edu_csv_institution()) THEN
        EXECUTE format('DROP TABLE IF EXISTS %I, %I',
                       'plan_row_' || replace(import_id::text, '-', ''),
                       'plan_change_' || replace(import_id::text, '-', ''));
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("access", "0002_database")]

    operations = [
        migrations.RunSQL(PLAN_TABLES, DROP_PLAN_TABLES),
        definer(ADD_WEEKS, "imports_add_weeks(integer)"),
        migrations.RunSQL("SELECT imports_add_weeks(4)", migrations.RunSQL.noop),
        protect("imports_import"),
        protect("imports_conflict"),
        protect("imports_plan_row"),
        protect("imports_plan_change"),
        # A partition is a table of its own for whoever names it: without a policy it shows nothing.
        migrations.RunSQL(
            "ALTER TABLE imports_plan_row_other ENABLE ROW LEVEL SECURITY;"
            "ALTER TABLE imports_plan_change_other ENABLE ROW LEVEL SECURITY;",
            migrations.RunSQL.noop,
        ),
        definer(OPEN_PLAN, "imports_open_plan(uuid)"),
        definer(INDEX_PLAN, "imports_index_plan(uuid)"),
        definer(CLOSE_PLAN, "imports_close_plan(uuid)"),
    ]
