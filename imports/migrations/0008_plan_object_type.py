"""What kind of object a planned row is about: rows of one feed speak of several."""

from __future__ import annotations

from django.db import migrations

# Plans with tables of their own that are there already get it too; null says: the kind of the format.
ADD = """
DO $$
DECLARE
    name text;
BEGIN
    ALTER TABLE imports_plan_row ADD COLUMN object_type smallint;
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^plan_row_[0-9a-f]{32}$' LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN object_type smallint', name);
    END LOOP;
END $$;
"""
REMOVE = """
DO $$
DECLARE
    name text;
BEGIN
    ALTER TABLE imports_plan_row DROP COLUMN object_type;
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^plan_row_[0-9a-f]{32}$' LOOP
        EXECUTE format('ALTER TABLE %I DROP COLUMN object_type', name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0007_feeds")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
