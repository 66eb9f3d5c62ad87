"""People by name, as the roster browser lists them: a page of 50 must not sort a million."""

from __future__ import annotations

from django.db import migrations

# Plain columns: under row-level security an expression is no condition that an index answers.
BY_NAME = """
CREATE INDEX roster_person_name ON roster_person
    (institution_id, family_name NULLS FIRST, given_name NULLS FIRST, id) WHERE deleted_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0002_database")]

    operations = [migrations.RunSQL(BY_NAME, "DROP INDEX roster_person_name")]
