"""What the database promises about personas and viewing permissions. The same as about the other nouns.

A persona is compared by its whole identity, so its parts are compared byte by byte. Who may view is a person or an
org unit: one check for all rows of a statement, as for memberships.
"""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import keep, protect

# As statements are looked for by it (``activity.xapi.agent_key``). A home page holds no blank, so no two read the same.
KEYS = """
ALTER TABLE roster_persona ADD COLUMN key text COLLATE "C"
    GENERATED ALWAYS AS (CASE identifier WHEN 'mbox_sha1sum' THEN 'sha1' ELSE identifier END
                         || ':' || coalesce(home_page || ' ', '') || value) STORED NOT NULL;
ALTER TABLE roster_viewing_permission ADD COLUMN key text COLLATE "C"
    GENERATED ALWAYS AS (grantee_id::text || ' ' || coalesce(org_unit_id::text, 'everyone')) STORED NOT NULL;
CREATE UNIQUE INDEX roster_persona_once ON roster_persona (institution_id, key) WHERE deleted_at IS NULL;
CREATE INDEX roster_persona_person ON roster_persona (institution_id, person_id);
ALTER TABLE roster_persona ADD CONSTRAINT roster_persona_institution
    FOREIGN KEY (institution_id) REFERENCES access_institution (id);
ALTER TABLE roster_persona ADD CONSTRAINT roster_persona_person_id_same_institution
    FOREIGN KEY (institution_id, person_id) REFERENCES roster_person (institution_id, id);
ALTER TABLE roster_persona ADD CONSTRAINT roster_persona_identifier
    CHECK (identifier IN ('mbox', 'mbox_sha1sum', 'openid', 'account'));
ALTER TABLE roster_persona SET (fillfactor = 90);
CREATE UNIQUE INDEX roster_viewing_permission_once ON roster_viewing_permission (institution_id, key)
    WHERE deleted_at IS NULL;
CREATE INDEX roster_viewing_permission_grantee ON roster_viewing_permission (institution_id, grantee_id);
CREATE INDEX roster_viewing_permission_unit ON roster_viewing_permission (institution_id, org_unit_id);
ALTER TABLE roster_viewing_permission ADD CONSTRAINT roster_viewing_permission_institution
    FOREIGN KEY (institution_id) REFERENCES access_institution (id);
ALTER TABLE roster_viewing_permission ADD CONSTRAINT roster_viewing_permission_org_unit_id_same_institution
    FOREIGN KEY (institution_id, org_unit_id) REFERENCES roster_org_unit (institution_id, id);
ALTER TABLE roster_viewing_permission ADD CONSTRAINT roster_viewing_permission_grantee CHECK (grantee_type IN (1, 6));
GRANT MAINTAIN ON roster_persona, roster_viewing_permission TO edu_csv_app;
"""
GRANTEES_POINT_HOME = """
CREATE FUNCTION roster_grantees_point_home() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    stray record;
BEGIN
    SELECT pair.institution_id, pair.grantee_id INTO stray
      FROM (SELECT DISTINCT institution_id, grantee_type, grantee_id FROM written WHERE deleted_at IS NULL) AS pair
      LEFT JOIN roster_person AS person ON pair.grantee_type = 6 AND person.id = pair.grantee_id
      LEFT JOIN roster_org_unit AS unit ON pair.grantee_type = 1 AND unit.id = pair.grantee_id
     WHERE coalesce(person.institution_id, unit.institution_id) IS DISTINCT FROM pair.institution_id
        OR coalesce(person.deleted_at, unit.deleted_at) IS NOT NULL
     LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('a viewing permission is of %s, which is not in institution %s',
                             stray.grantee_id, stray.institution_id),
            TABLE = 'roster_viewing_permission', CONSTRAINT = 'roster_viewing_permission_grantee_same_institution';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER point_home_insert AFTER INSERT ON roster_viewing_permission
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_grantees_point_home();
CREATE TRIGGER point_home_update AFTER UPDATE ON roster_viewing_permission
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_grantees_point_home();
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0012_personas")]

    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTEES_POINT_HOME, migrations.RunSQL.noop),
        protect("roster_persona"),
        protect("roster_viewing_permission"),
        keep("roster_persona", "roster_viewing_permission"),
    ]
