"""What the database promises about schedules and their occurrences (echovideo.md 2.13).

The same as about the other nouns, and that no two occurrences of one room overlap: an exclusion
constraint, looked at when the transaction ends, since a set of schedules that changes places overlaps
halfway. A room goes by its number there, as GiST has no operator class for uuid without an extension; room
and time are the sides of a box, from the first second to the last, which is whole numbers on both, and whose
index is written eight times as fast as that of two ranges.
"""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import keep, protect

KEYS = """
ALTER TABLE roster_schedule ALTER COLUMN external_id TYPE text COLLATE "C";
ALTER TABLE roster_schedule ADD CONSTRAINT roster_schedule_external_id EXCLUDE USING btree
    (institution_id WITH =, external_id WITH =)
    WHERE (deleted_at IS NULL AND external_id IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE roster_schedule ADD CONSTRAINT roster_schedule_of_institution UNIQUE (institution_id, id);
ALTER TABLE roster_schedule ADD CONSTRAINT roster_schedule_institution
    FOREIGN KEY (institution_id) REFERENCES access_institution (id);
ALTER TABLE roster_schedule ADD CONSTRAINT roster_schedule_room_id_same_institution
    FOREIGN KEY (institution_id, room_id) REFERENCES roster_room (institution_id, id);
ALTER TABLE roster_schedule ADD CONSTRAINT roster_schedule_instructor_id_same_institution
    FOREIGN KEY (institution_id, instructor_id) REFERENCES roster_person (institution_id, id);
-- What does not end after it began is no occurrence.
ALTER TABLE roster_schedule ADD CONSTRAINT roster_schedule_lasts CHECK (duration_minutes > 0);
ALTER TABLE roster_schedule SET (fillfactor = 90);
GRANT MAINTAIN ON roster_schedule TO edu_csv_app;
"""

# No index of section_ids: under row-level security no operator of arrays may be asked of an index, and an
# institution's schedules are few enough to be hashed by section once for a statement.
LOOKUPS = """
CREATE INDEX roster_schedule_room ON roster_schedule (institution_id, room_id) WHERE deleted_at IS NULL;
CREATE INDEX roster_schedule_instructor ON roster_schedule (institution_id, instructor_id)
    WHERE deleted_at IS NULL AND instructor_id IS NOT NULL;
"""

ROOM_NUMBER = "ALTER TABLE roster_room ADD CONSTRAINT roster_room_number_once UNIQUE (number)"

SECTIONS_POINT_HOME = """
CREATE FUNCTION roster_schedule_section_ids_point_home() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stray record;
BEGIN
    SELECT row.id, row.institution_id, element.id AS element INTO stray
      FROM written AS row CROSS JOIN LATERAL unnest(row.section_ids) AS element (id)
      LEFT JOIN roster_section AS target ON target.id = element.id
     WHERE target.institution_id IS DISTINCT FROM row.institution_id LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('section_ids of %s points to %s, which is not in institution %s',
                             stray.id, stray.element, stray.institution_id),
            TABLE = 'roster_schedule', CONSTRAINT = 'roster_schedule_section_ids_same_institution';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER section_ids_point_home_insert AFTER INSERT ON roster_schedule
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_schedule_section_ids_point_home();
CREATE TRIGGER section_ids_point_home_update AFTER UPDATE ON roster_schedule
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_schedule_section_ids_point_home();
"""

# The index of the constraint answers the constraint only (row-level security again); who looks for what
# takes place in a room goes by the plain one.
OCCURRENCES = """
ALTER TABLE roster_occurrence ADD CONSTRAINT roster_occurrence_lasts CHECK (ends_at > starts_at);
ALTER TABLE roster_occurrence ADD CONSTRAINT roster_occurrence_no_overlap EXCLUDE USING gist
    (box(point(room_number::double precision,
               extract(epoch FROM starts_at - timestamptz '2000-01-01 00:00+00')::double precision),
         point(room_number::double precision,
               extract(epoch FROM ends_at - timestamptz '2000-01-01 00:00+00')::double precision - 1)) WITH &&)
    DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX roster_occurrence_room ON roster_occurrence (institution_id, room_number, starts_at);
GRANT MAINTAIN ON roster_occurrence TO edu_csv_app;
"""

# One check for all rows of a statement, as for enrollments. A deleted schedule keeps what it captured.
OCCURRENCES_POINT_HOME = """
CREATE FUNCTION roster_occurrences_point_home() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    stray record;
BEGIN
    SELECT pair.institution_id, pair.schedule_id INTO stray
      FROM (SELECT DISTINCT institution_id, schedule_id FROM written) AS pair
      LEFT JOIN roster_schedule AS schedule ON schedule.id = pair.schedule_id
     WHERE schedule.institution_id IS DISTINCT FROM pair.institution_id LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('an occurrence points to schedule %s, which is not in institution %s',
                             stray.schedule_id, stray.institution_id),
            TABLE = 'roster_occurrence', CONSTRAINT = 'roster_occurrence_schedule_same_institution';
    END IF;
    SELECT pair.institution_id, pair.room_number INTO stray
      FROM (SELECT DISTINCT institution_id, room_number FROM written) AS pair
      LEFT JOIN roster_room AS room ON room.number = pair.room_number
     WHERE room.institution_id IS DISTINCT FROM pair.institution_id LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('an occurrence takes place in room number %s, which is not in institution %s',
                             stray.room_number, stray.institution_id),
            TABLE = 'roster_occurrence', CONSTRAINT = 'roster_occurrence_room_same_institution';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER point_home_insert AFTER INSERT ON roster_occurrence
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_occurrences_point_home();
CREATE TRIGGER point_home_update AFTER UPDATE ON roster_occurrence
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION roster_occurrences_point_home();
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0004_schedules")]

    operations = [
        *(
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (KEYS, LOOKUPS, ROOM_NUMBER, SECTIONS_POINT_HOME, OCCURRENCES, OCCURRENCES_POINT_HOME)
        ),
        protect("roster_schedule"),
        protect("roster_occurrence"),
        keep("roster_schedule"),
    ]
