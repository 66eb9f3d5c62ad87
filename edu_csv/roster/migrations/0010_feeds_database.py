"""What the database promises about memberships, attributes of people, and the new lists of references.

The same as about the other nouns. Parents of terms, courses and offerings are org units. Lists of one table
are looked at together: a statement's new rows are read once.
"""

from __future__ import annotations

from django.db import migrations
from psycopg.sql import SQL, Identifier, Literal

from edu_csv.rls import keep, protect

KEYS = """
CREATE UNIQUE INDEX roster_membership_once ON roster_membership (institution_id, unit_id, person_id)
    WHERE deleted_at IS NULL;
CREATE INDEX roster_membership_person ON roster_membership (institution_id, person_id) WHERE deleted_at IS NULL;
ALTER TABLE roster_membership ADD CONSTRAINT roster_membership_unit CHECK (unit_type IN (1, 2, 3, 4));
ALTER TABLE roster_membership SET (fillfactor = 90);
CREATE UNIQUE INDEX roster_person_attributes_once ON roster_person_attributes (institution_id, person_id)
    WHERE deleted_at IS NULL;
ALTER TABLE roster_person_attributes ADD CONSTRAINT roster_person_attributes_institution
    FOREIGN KEY (institution_id) REFERENCES access_institution (id);
ALTER TABLE roster_person_attributes ADD CONSTRAINT roster_person_attributes_person_id_same_institution
    FOREIGN KEY (institution_id, person_id) REFERENCES roster_person (institution_id, id);
ALTER TABLE roster_person_attributes ADD CONSTRAINT roster_person_attributes_manager_id_same_institution
    FOREIGN KEY (institution_id, manager_id) REFERENCES roster_person (institution_id, id);
ALTER TABLE roster_person_attributes SET (fillfactor = 90);
GRANT MAINTAIN ON roster_membership, roster_person_attributes TO edu_csv_app;
"""

# One check for all rows of a statement, as for enrollments: person and unit exist, live, and are of the same
# institution.
MEMBERSHIPS_POINT_HOME = """
CREATE FUNCTION roster_memberships_point_home() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    stray record;
BEGIN
    SELECT pair.institution_id, pair.person_id INTO stray
      FROM (SELECT DISTINCT institution_id, person_id FROM written WHERE deleted_at IS NULL) AS pair
      LEFT JOIN roster_person AS person ON person.id = pair.person_id
     WHERE person.institution_id IS DISTINCT FROM pair.institution_id OR person.deleted_at IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('a membership points to person %s, who is not in institution %s',
                             stray.person_id, stray.institution_id),
            TABLE = 'roster_membership', CONSTRAINT = 'roster_membership_person_same_institution';
    END IF;
    SELECT pair.institution_id, pair.unit_id INTO stray
      FROM (SELECT DISTINCT institution_id, unit_type, unit_id FROM written WHERE deleted_at IS NULL) AS pair
      LEFT JOIN roster_org_unit AS org_unit ON pair.unit_type = 1 AND org_unit.id = pair.unit_id
      LEFT JOIN roster_term AS term ON pair.unit_type = 2 AND term.id = pair.unit_id
      LEFT JOIN roster_course AS course ON pair.unit_type = 3 AND course.id = pair.unit_id
      LEFT JOIN roster_offering AS offering ON pair.unit_type = 4 AND offering.id = pair.unit_id
     WHERE coalesce(org_unit.institution_id, term.institution_id, course.institution_id, offering.institution_id)
               IS DISTINCT FROM pair.institution_id
        OR coalesce(org_unit.deleted_at, term.deleted_at, course.deleted_at, offering.deleted_at) IS NOT NULL
     LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('a membership points to unit %s, which is not in institution %s',
                             stray.unit_id, stray.institution_id),
            TABLE = 'roster_membership', CONSTRAINT = 'roster_membership_unit_same_institution';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER point_home_insert AFTER INSERT ON roster_membership
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_memberships_point_home();
CREATE TRIGGER point_home_update AFTER UPDATE ON roster_membership
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_memberships_point_home();
"""

# (table, its lists, tables that they point to)
LISTS = [
    ("roster_course", ["parent_ids"], ["roster_org_unit"]),
    ("roster_offering", ["parent_ids"], ["roster_org_unit"]),
    (
        "roster_person",
        ["parent_person_ids", "guardian_person_ids", "auditor_person_ids"],
        ["roster_person"],
    ),
    (
        "roster_person_attributes",
        ["affiliated_units"],
        ["roster_org_unit", "roster_term", "roster_course", "roster_offering", "roster_section"],
    ),
]
# Most rows have nothing in their lists, and cost nothing then.
LIST_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stray record;
BEGIN
    SELECT row.id, row.institution_id, element.id AS element INTO stray
      FROM written AS row CROSS JOIN LATERAL unnest({lists}) AS element (id) {targets}
     WHERE cardinality({lists}) > 0 AND {found} IS DISTINCT FROM row.institution_id LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s of %s points to %s, which is not in institution %s',
                             {label}, stray.id, stray.element, stray.institution_id),
            TABLE = {table_name}, CONSTRAINT = {name};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {insert} AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE TRIGGER {update} AFTER UPDATE ON {table}
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


def _lists_point_home(table: str, columns: list[str], targets: list[str]) -> str:
    first = columns[0]
    joined = [
        SQL("LEFT JOIN {} AS {} ON {}.id = element.id").format(
            Identifier(target), Identifier(f"target_{place}"), Identifier(f"target_{place}")
        )
        for place, target in enumerate(targets)
    ]
    found = [SQL("{}.institution_id").format(Identifier(f"target_{place}")) for place in range(len(targets))]
    return (
        SQL(LIST_FUNCTION)
        .format(
            function=Identifier(f"{table}_{first}_point_home"),
            lists=SQL(" || ").join(SQL("row.{}").format(Identifier(column)) for column in columns),
            targets=SQL(" ").join(joined),
            found=SQL("coalesce({})").format(SQL(", ").join(found)),
            table=Identifier(table),
            table_name=Literal(table),
            label=Literal(" or ".join(columns)),
            name=Literal(f"{table}_{first}_same_institution"),
            insert=Identifier(f"{first}_point_home_insert"),
            update=Identifier(f"{first}_point_home_update"),
        )
        .as_string(None)
    )


# Until now a term's parents were meant to be terms, and no format had any.
PARENTS_OF_TERMS = """
DROP TRIGGER parent_ids_point_home_insert ON roster_term;
DROP TRIGGER parent_ids_point_home_update ON roster_term;
DROP FUNCTION roster_term_parent_ids_point_home();
""" + _lists_point_home("roster_term", ["parent_ids"], ["roster_org_unit"])


class Migration(migrations.Migration):
    dependencies = [("roster", "0009_feeds")]

    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(MEMBERSHIPS_POINT_HOME, migrations.RunSQL.noop),
        *(migrations.RunSQL(_lists_point_home(*each), migrations.RunSQL.noop) for each in LISTS),
        migrations.RunSQL(PARENTS_OF_TERMS, migrations.RunSQL.noop),
        protect("roster_membership"),
        protect("roster_person_attributes"),
        protect("roster_org_unit_type"),
        protect("roster_role_name"),
        keep("roster_membership", "roster_person_attributes"),
    ]
