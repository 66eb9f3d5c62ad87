"""What people and commands wrote into the journal is found at once, among millions of lines that imports wrote."""

from __future__ import annotations

from django.db import migrations

# Every update asks whether it replaces somebody's edit, and mostly there is none.
FORWARD = (
    "CREATE INDEX roster_change_by_hand ON roster_change (institution_id, object_id) WHERE job_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [("roster", "0006_org_unit_keys")]

    operations = [migrations.RunSQL(FORWARD, "DROP INDEX roster_change_by_hand")]
