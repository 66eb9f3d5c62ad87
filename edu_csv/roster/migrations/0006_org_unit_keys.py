"""External ids of org units are unique among units of one type (echovideo.md 3.3).

An organization and a department may both be ``SCI``: whoever names one says which kind is meant.
"""

from __future__ import annotations

from django.db import migrations

BY_TYPE = """
ALTER TABLE roster_org_unit DROP CONSTRAINT roster_org_unit_external_id;
ALTER TABLE roster_org_unit ADD CONSTRAINT roster_org_unit_external_id EXCLUDE USING btree
    (institution_id WITH =, external_id WITH =, type WITH =)
    WHERE (deleted_at IS NULL AND external_id IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
"""
ACROSS_TYPES = """
ALTER TABLE roster_org_unit DROP CONSTRAINT roster_org_unit_external_id;
ALTER TABLE roster_org_unit ADD CONSTRAINT roster_org_unit_external_id EXCLUDE USING btree
    (institution_id WITH =, external_id WITH =)
    WHERE (deleted_at IS NULL AND external_id IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0005_schedules_database")]

    operations = [migrations.RunSQL(BY_TYPE, ACROSS_TYPES)]
