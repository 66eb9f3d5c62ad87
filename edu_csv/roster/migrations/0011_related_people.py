"""Who has a parent, guardian or auditor is found at once: a person's page asks whose they are.

Under row-level security no operator of arrays may be asked of an index; which rows have anything in their lists,
it knows.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE INDEX roster_person_related ON roster_person (institution_id)
    WHERE deleted_at IS NULL AND (cardinality(parent_person_ids) > 0 OR cardinality(guardian_person_ids) > 0
                                  OR cardinality(auditor_person_ids) > 0)
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0010_feeds_database")]

    operations = [migrations.RunSQL(FORWARD, "DROP INDEX roster_person_related")]
