"""Imports have a number beside their UUID: an integer of their institution (csv data import 4.2)."""

from __future__ import annotations

from django.db import migrations, models

from edu_csv.rls import APP_ROLE, definer

COUNTERS = f"""
CREATE TABLE imports_number (
    institution_id bigint PRIMARY KEY REFERENCES access_institution (id) ON DELETE CASCADE,
    last bigint NOT NULL);
REVOKE ALL ON imports_number FROM {APP_ROLE};
"""
# In the order in which they were received.
NUMBERED = """
UPDATE imports_import AS upload SET number = numbered.number
  FROM (SELECT job_id, row_number() OVER (PARTITION BY institution_id ORDER BY job_id) AS number
          FROM imports_import) AS numbered
 WHERE numbered.job_id = upload.job_id;
INSERT INTO imports_number (institution_id, last)
SELECT institution_id, max(number) FROM imports_import GROUP BY institution_id;
"""
# Whoever receives two files at once waits for the first to be received: a moment, and only within an institution.
NEXT = """
CREATE FUNCTION imports_give_number() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO imports_number AS counter (institution_id, last) VALUES (NEW.institution_id, 1)
        ON CONFLICT (institution_id) DO UPDATE SET last = counter.last + 1
        RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;
"""
TRIGGER = """
CREATE TRIGGER give_number BEFORE INSERT ON imports_import
    FOR EACH ROW WHEN (NEW.number = 0) EXECUTE FUNCTION imports_give_number();
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0014_templates")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="number",
            field=models.BigIntegerField(db_default=models.Value(0), editable=False),
        ),
        migrations.AddField(
            model_name="import", name="record_version", field=models.IntegerField(default=0, editable=False)
        ),
        migrations.RunSQL(COUNTERS, "DROP TABLE imports_number"),
        migrations.RunSQL(NUMBERED, migrations.RunSQL.noop),
        # The rows that were just numbered have checks to come, before which the table takes no constraint.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(fields=("institution", "number"), name="import_number"),
        ),
        definer(NEXT, "imports_give_number()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER give_number ON imports_import"),
    ]
