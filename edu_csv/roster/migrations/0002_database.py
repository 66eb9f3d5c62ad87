"""What the database itself promises about the roster (design sections 2 and 11).

References carry their institution in the key, so a row that points across institutions is refused
here, whoever writes it. Keys that may move are deferrable exclusion constraints, since a set update
that swaps two keys breaks a unique index. Lists of references are arrays, and enrollments are too
many for a trigger per row: both are checked set-wise by triggers of the statement.
"""

from __future__ import annotations

from django.db import migrations
from psycopg.sql import SQL, Identifier, Literal

from edu_csv.rls import definer, keep, protect

WITH_EXTERNAL_ID = {
    "roster_org_unit": "external_id",
    "roster_term": "external_id",
    "roster_course": "external_id",
    "roster_offering": "external_id",
    "roster_person": "external_id",
    "roster_campus": "external_id",
    "roster_building": "external_id",
    "roster_room": "external_id",
}
TABLES = (*WITH_EXTERNAL_ID, "roster_section", "roster_enrollment")

# (table, column, table it points to)
REFERENCES = [
    ("roster_course", "organization_id", "roster_org_unit"),
    ("roster_course", "department_id", "roster_org_unit"),
    ("roster_offering", "course_id", "roster_course"),
    ("roster_offering", "term_id", "roster_term"),
    ("roster_section", "offering_id", "roster_offering"),
    ("roster_section", "course_id", "roster_course"),
    ("roster_section", "term_id", "roster_term"),
    ("roster_section", "instructor_id", "roster_person"),
    ("roster_building", "campus_id", "roster_campus"),
    ("roster_room", "building_id", "roster_building"),
    ("access_grant", "org_unit_id", "roster_org_unit"),
]
LISTS = [
    ("roster_org_unit", "parent_ids", "roster_org_unit"),
    ("roster_term", "parent_ids", "roster_term"),
    ("roster_offering", "course_ids", "roster_course"),
    ("roster_offering", "term_ids", "roster_term"),
    ("roster_section", "secondary_instructor_ids", "roster_person"),
]


def _plain(sql: str, reverse: str = migrations.RunSQL.noop) -> migrations.RunSQL:
    return migrations.RunSQL(sql, reverse)


# External ids are looked up, and exports ordered, by bytes: the same on every machine.
KEYS = "".join(
    SQL(
        'ALTER TABLE {table} ALTER COLUMN external_id TYPE text COLLATE "C";'
        "ALTER TABLE {table} ADD CONSTRAINT {live_key} EXCLUDE USING btree"
        " (institution_id WITH =, external_id WITH =)"
        " WHERE (deleted_at IS NULL AND external_id IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;"
        "ALTER TABLE {table} ADD CONSTRAINT {own} UNIQUE (institution_id, id);"
    )
    .format(
        table=Identifier(table),
        live_key=Identifier(f"{table}_external_id"),
        own=Identifier(f"{table}_of_institution"),
    )
    .as_string(None)
    for table in WITH_EXTERNAL_ID
)

SECTION_KEYS = """
ALTER TABLE roster_section ALTER COLUMN external_id TYPE text COLLATE "C";
ALTER TABLE roster_section ADD CONSTRAINT roster_section_external_id EXCLUDE USING btree
    (institution_id WITH =, external_id WITH =, term_id WITH =)
    WHERE (deleted_at IS NULL AND external_id IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE roster_section ADD CONSTRAINT roster_section_of_institution UNIQUE (institution_id, id);
CREATE INDEX roster_section_course ON roster_section (institution_id, course_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_section_term ON roster_section (institution_id, term_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_section_offering ON roster_section (institution_id, offering_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_section_instructor ON roster_section (institution_id, instructor_id)
    WHERE deleted_at IS NULL AND instructor_id IS NOT NULL;
"""

PERSON_KEYS = """
ALTER TABLE roster_person ALTER COLUMN email_folded TYPE text COLLATE "C";
ALTER TABLE roster_person ALTER COLUMN username_folded TYPE text COLLATE "C";
ALTER TABLE roster_person ADD CONSTRAINT roster_person_username EXCLUDE USING btree
    (institution_id WITH =, username_folded WITH =)
    WHERE (deleted_at IS NULL AND username_folded IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX roster_person_email ON roster_person (institution_id, email_folded) WHERE deleted_at IS NULL;
CREATE INDEX roster_person_sso ON roster_person (institution_id, sso_id)
    WHERE deleted_at IS NULL AND sso_id IS NOT NULL;
"""

# Two indexes and the primary key: the key of a live enrollment also finds a section's people.
ENROLLMENT_KEYS = """
CREATE UNIQUE INDEX roster_enrollment_once ON roster_enrollment (institution_id, section_id, person_id)
    WHERE deleted_at IS NULL;
CREATE INDEX roster_enrollment_person ON roster_enrollment (institution_id, person_id) WHERE deleted_at IS NULL;
"""

LOOKUPS = """
CREATE INDEX roster_course_code ON roster_course (institution_id, code_folded) WHERE deleted_at IS NULL;
CREATE INDEX roster_course_organization ON roster_course (institution_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_course_department ON roster_course (institution_id, department_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_term_name ON roster_term (institution_id, name_folded) WHERE deleted_at IS NULL;
CREATE INDEX roster_offering_first ON roster_offering (institution_id, course_id, term_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_building_campus ON roster_building (institution_id, campus_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_room_building ON roster_room (institution_id, building_id) WHERE deleted_at IS NULL;
CREATE SEQUENCE roster_room_number OWNED BY roster_room.number;
ALTER TABLE roster_room ALTER COLUMN number SET DEFAULT nextval('roster_room_number');
GRANT USAGE ON SEQUENCE roster_room_number TO edu_csv_app;
"""

# An enrollment is of the institution that its person and section are of, which its trigger checks.
INSTITUTIONS = "".join(
    SQL("ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY (institution_id) REFERENCES access_institution (id);")
    .format(Identifier(table), Identifier(f"{table}_institution"))
    .as_string(None)
    for table in (*WITH_EXTERNAL_ID, "roster_section")
)

# Room in each page for the next version of a row: an update that changes no key then touches no index.
ROOM = "".join(
    SQL("ALTER TABLE {} SET (fillfactor = 90);").format(Identifier(table)).as_string(None) for table in TABLES
)

# A load of a hundred thousand rows must be known to the planner before the next file is planned.
MAINTAIN = (
    SQL("GRANT MAINTAIN ON {} TO edu_csv_app").format(SQL(", ").join(map(Identifier, TABLES))).as_string(None)
)

FOREIGN_KEYS = "".join(
    SQL(
        "ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (institution_id, {column})"
        " REFERENCES {target} (institution_id, id);"
    )
    .format(
        table=Identifier(table),
        name=Identifier(f"{table}_{column}_same_institution"),
        column=Identifier(column),
        target=Identifier(target),
    )
    .as_string(None)
    for table, column, target in REFERENCES
)

# One check for all rows of a statement: that each reference exists, lives, and is of the same
# institution. Half of what loading enrollments costs with foreign keys is their trigger per row.
# Distinct pairs, and a plan made for the real number of rows: a cached one believes in a few and
# probes the index a million times.
# Joined by id alone: rows of this very transaction are in no statistics yet, and a join that may also use
# the institution was seen to compare each row with all of it.
ENROLLMENTS_POINT_HOME = """
CREATE FUNCTION roster_enrollments_point_home() RETURNS trigger
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
            MESSAGE = format('an enrollment points to person %s, who is not in institution %s',
                             stray.person_id, stray.institution_id),
            TABLE = 'roster_enrollment', CONSTRAINT = 'roster_enrollment_person_same_institution';
    END IF;
    SELECT pair.institution_id, pair.section_id INTO stray
      FROM (SELECT DISTINCT institution_id, section_id FROM written WHERE deleted_at IS NULL) AS pair
      LEFT JOIN roster_section AS section ON section.id = pair.section_id
     WHERE section.institution_id IS DISTINCT FROM pair.institution_id OR section.deleted_at IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('an enrollment points to section %s, which is not in institution %s',
                             stray.section_id, stray.institution_id),
            TABLE = 'roster_enrollment', CONSTRAINT = 'roster_enrollment_section_same_institution';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER point_home_insert AFTER INSERT ON roster_enrollment
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_enrollments_point_home();
CREATE TRIGGER point_home_update AFTER UPDATE ON roster_enrollment
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_enrollments_point_home();
"""

LIST_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stray record;
BEGIN
    SELECT row.id, row.institution_id, element.id AS element INTO stray
      FROM written AS row CROSS JOIN LATERAL unnest(row.{column}) AS element (id)
      LEFT JOIN {target} AS target ON target.id = element.id
     WHERE target.institution_id IS DISTINCT FROM row.institution_id LIMIT 1;
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


def _lists_point_home(table: str, column: str, target: str) -> str:
    return (
        SQL(LIST_FUNCTION)
        .format(
            function=Identifier(f"{table}_{column}_point_home"),
            column=Identifier(column),
            target=Identifier(target),
            table=Identifier(table),
            table_name=Literal(table),
            label=Literal(column),
            name=Literal(f"{table}_{column}_same_institution"),
            insert=Identifier(f"{column}_point_home_insert"),
            update=Identifier(f"{column}_point_home_update"),
        )
        .as_string(None)
    )


JOURNAL = """
CREATE TABLE roster_change (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    at timestamptz NOT NULL,
    institution_id bigint NOT NULL,
    object_type smallint NOT NULL,
    object_id uuid NOT NULL,
    operation smallint NOT NULL,
    before jsonb NOT NULL DEFAULT '{}',
    after jsonb NOT NULL DEFAULT '{}',
    job_id uuid,
    "row" integer,
    is_effect boolean NOT NULL DEFAULT false,
    account_id bigint,
    undone_by uuid
) PARTITION BY RANGE (at);
CREATE INDEX roster_change_object ON roster_change (institution_id, object_id, at);
CREATE INDEX roster_change_job ON roster_change (job_id) WHERE job_id IS NOT NULL;
CREATE TABLE roster_change_other PARTITION OF roster_change DEFAULT;
ALTER TABLE roster_change_other ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON roster_change TO edu_csv_app;
-- What an undo may write into an old entry, and what erasing a person empties.
GRANT UPDATE (undone_by, before, after) ON roster_change TO edu_csv_app;
REVOKE DELETE ON roster_change FROM edu_csv_app;
"""

ADD_MONTHS = """
CREATE FUNCTION roster_add_months(ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz;
    name text;
    is_taken boolean;
BEGIN
    FOR i IN 0..ahead LOOP
        month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
        name := 'roster_change_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        -- Changes that came before their month had a partition stay where they are, and so does their month.
        SELECT EXISTS (SELECT FROM roster_change_other AS early
                        WHERE early.at >= month AND early.at < month + interval '1 month') INTO is_taken;
        IF to_regclass(name) IS NULL AND NOT is_taken THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF roster_change FOR VALUES FROM (%L) TO (%L)',
                           name, month, month + interval '1 month');
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        END IF;
    END LOOP;
END $$;
"""

# Whole months only: the journal lasts at least as long as the setting says.
DROP_MONTHS = """
CREATE FUNCTION roster_drop_months(keep_days integer) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT child.relname FROM pg_inherits
          JOIN pg_class AS child ON child.oid = inhrelid
         WHERE inhparent = 'roster_change'::regclass AND child.relname ~ '_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(child.relname, 7), 'YYYY_MM') + interval '1 month'
               < current_date - keep_days
    LOOP
        EXECUTE format('DROP TABLE %I', name);
        RETURN NEXT name;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0001_initial"), ("access", "0002_database")]

    operations = [
        _plain(KEYS),
        _plain(SECTION_KEYS),
        _plain(PERSON_KEYS),
        _plain(ENROLLMENT_KEYS),
        _plain(LOOKUPS),
        _plain(FOREIGN_KEYS),
        _plain(INSTITUTIONS),
        _plain(MAINTAIN),
        _plain(ROOM),
        _plain(ENROLLMENTS_POINT_HOME),
        *(_plain(_lists_point_home(*each)) for each in LISTS),
        _plain(JOURNAL, "DROP TABLE roster_change"),
        definer(ADD_MONTHS, "roster_add_months(integer)"),
        definer(DROP_MONTHS, "roster_drop_months(integer)"),
        _plain("SELECT roster_add_months(3)"),
        *(protect(table) for table in TABLES),
        protect("roster_change"),
        keep(*TABLES),
    ]
