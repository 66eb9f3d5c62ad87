"""Downloads of results made by jobs; weeks of plans that are past and empty can be dropped."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from edu_csv.rls import definer, protect

# Rows go with their import's retention; a week whose rows are all gone is only in the planner's way.
DROP_WEEKS = """
CREATE FUNCTION imports_drop_weeks() RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    filled boolean;
BEGIN
    FOR name IN
        SELECT child.relname FROM pg_inherits
          JOIN pg_class AS child ON child.oid = inhrelid
         WHERE inhparent IN ('imports_plan_row'::regclass, 'imports_plan_change'::regclass)
           AND child.relname ~ '_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(child.relname, 7), 'IYYY_IW') + 14 < current_date
         ORDER BY 1
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF NOT filled THEN
            EXECUTE format('DROP TABLE %I', name);
            RETURN NEXT name;
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_direct_upload"), ("jobs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ResultFile",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="result_file",
                        serialize=False,
                        to="jobs.job",
                    ),
                ),
                ("only_failed", models.BooleanField()),
                ("key", models.TextField()),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="result_files",
                        to="imports.import",
                    ),
                ),
            ],
            options={"db_table": "imports_result_file"},
        ),
        protect("imports_result_file"),
        definer(DROP_WEEKS, "imports_drop_weeks()"),
    ]
