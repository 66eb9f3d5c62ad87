"""Undo and rooms: what would come back to a room that is taken at that time is left alone.

``change`` holds what the undo would write; the schedules that it moves are expanded as it would leave the
roster. Nothing is written yet. A schedule that cannot take place as it did keeps all that says when and
where it takes place now; where it is another object that moves it (a term, a campus), that one is left as
it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster import occurrences
from edu_csv.roster.nouns import BUILDING, CAMPUS, ROOM, SCHEDULE, SECTION, TERM, Noun
from edu_csv.roster.occurrences import MOVED_BY
from imports.steps.workspace import Session

PRESENT = "SELECT DISTINCT object_type, operation FROM change"

# The live rows of a table as ``change`` would leave them.
AS_CHANGED = SQL("""
    SELECT o.* FROM {table} AS o
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL
       AND o.id NOT IN (SELECT c.object_id FROM change AS c WHERE c.object_type = {code})
    UNION ALL
    SELECT n.*
      FROM (SELECT c.object_id, bool_or(c.operation = 3) AS goes, bool_or(c.operation = 4) AS comes,
                   (array_agg(c.after) FILTER (WHERE c.operation = 2))[1] AS after
              FROM change AS c WHERE c.object_type = {code} GROUP BY c.object_id) AS c
      JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = c.object_id
     CROSS JOIN LATERAL jsonb_populate_record(o, coalesce(c.after, '{{}}')) AS n
     WHERE NOT c.goes AND (c.comes OR o.deleted_at IS NULL)
""")
FORGET = "DROP TABLE IF EXISTS pg_temp.due, pg_temp.due_room, pg_temp.stands, pg_temp.meets, pg_temp.lost"
DUE = SQL("""
    CREATE TEMP TABLE due ON COMMIT DROP AS
    SELECT o.schedule_id, o.room_number, o.starts_at, o.ends_at, on_day.day
      FROM ({expansion}) AS o {days}
""")
# Tables of their own, with statistics: of what an import wrote just now the planner knows nothing, and a join that
# expects one capture a room compares each with each.
DUE_ROOMS = "CREATE TEMP TABLE due_room ON COMMIT DROP AS SELECT DISTINCT d.room_number FROM due AS d"
STANDS = SQL("""
    CREATE TEMP TABLE stands ON COMMIT DROP AS
    SELECT o.schedule_id, o.room_number, o.starts_at, o.ends_at, on_day.day
      FROM due_room JOIN roster_occurrence AS o ON o.room_number = due_room.room_number {days}
     WHERE o.institution_id = %(institution)s AND o.starts_at > now() - {longest} AND o.ends_at > now()
""")
# is_given: the other schedule would be elsewhere or at another time too, if it is not left alone.
MEETS = """
    CREATE TEMP TABLE meets ON COMMIT DROP AS
    SELECT DISTINCT due.schedule_id, o.schedule_id AS other_id,
           o.starts_at > now() AND o.schedule_id IN (SELECT t.schedule_id FROM touched AS t) AS is_given
      FROM due JOIN stands AS o ON o.room_number = due.room_number AND o.day = due.day
     WHERE o.starts_at < due.ends_at AND o.ends_at > due.starts_at AND o.schedule_id <> due.schedule_id
"""
# Who waits for the place of one that stays waits for ever.
LOST = SQL("""
    CREATE TEMP TABLE lost ON COMMIT DROP AS
    WITH RECURSIVE lost (schedule_id, holder_id) AS (
        SELECT m.schedule_id, m.other_id FROM meets AS m WHERE NOT m.is_given
        UNION
        SELECT m.schedule_id, m.other_id FROM meets AS m JOIN lost ON m.other_id = lost.schedule_id
         WHERE m.is_given)
    SELECT lost.schedule_id, min(lost.holder_id::text)::uuid AS holder_id, {moved_itself} AS moved_itself
      FROM lost GROUP BY lost.schedule_id
""")
# Of two that would come back to one place, the younger stays where it is.
RIVALS = SQL("""
    INSERT INTO lost
    SELECT lost.schedule_id, min(lost.holder_id::text)::uuid, {moved_itself}
      FROM (SELECT greatest(a.schedule_id, b.schedule_id) AS schedule_id,
                   least(a.schedule_id, b.schedule_id) AS holder_id
              FROM due AS a JOIN due AS b ON b.room_number = a.room_number AND b.day = a.day
             WHERE a.schedule_id < b.schedule_id AND a.starts_at < b.ends_at AND a.ends_at > b.starts_at
               AND a.schedule_id NOT IN (SELECT l.schedule_id FROM lost AS l)
               AND b.schedule_id NOT IN (SELECT l.schedule_id FROM lost AS l)) AS lost
     GROUP BY lost.schedule_id
""")
MOVED_ITSELF = SQL("""
    (lost.schedule_id IN (
        SELECT u.object_id FROM undoing AS u
         WHERE u.object_type = {code} AND u.conflict IS NULL
           AND (u.operation = 3 OR u.operation = 2 AND u.field = ANY ({fields}))))
""")
ITSELF_STAYS = SQL("""
    UPDATE undoing AS u SET conflict = 'key_taken', now = to_jsonb(lost.holder_id)
      FROM lost
     WHERE u.object_type = {code} AND u.object_id = lost.schedule_id AND u.conflict IS NULL
       AND (u.operation = 3 OR u.operation = 2 AND u.field = ANY ({fields}))
""")
# What else moves a schedule: where it is, and the terms that it is published to.
OTHERS_STAY = SQL("""
    UPDATE undoing AS u SET conflict = 'key_taken', now = to_jsonb(cause.holder_id)
      FROM (SELECT lost.holder_id, above.object_type, above.object_id
              FROM lost
              JOIN roster_schedule AS s ON s.institution_id = %(institution)s AND s.id = lost.schedule_id
              JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.id = s.room_id
              JOIN roster_building AS building
                ON building.institution_id = %(institution)s AND building.id = room.building_id
             CROSS JOIN LATERAL (
                   VALUES ({room}, room.id), ({building}, building.id), ({campus}, building.campus_id)
                   ) AS above (object_type, object_id)
             WHERE NOT lost.moved_itself
            UNION ALL
            SELECT lost.holder_id, above.object_type, above.object_id
              FROM lost
              JOIN roster_schedule AS s ON s.institution_id = %(institution)s AND s.id = lost.schedule_id
             CROSS JOIN LATERAL unnest(s.section_ids) AS one_of (id)
              JOIN roster_section AS section
                ON section.institution_id = %(institution)s AND section.id = one_of.id
             CROSS JOIN LATERAL (VALUES ({section}, section.id), ({term}, section.term_id)
                   ) AS above (object_type, object_id)
             WHERE NOT lost.moved_itself) AS cause
     WHERE u.object_type = cause.object_type AND u.object_id = cause.object_id AND u.operation = 2
       AND u.conflict IS NULL AND u.field = ANY ({fields})
""")


def find(session: Session) -> None:
    """Mark in ``undoing`` what ``change`` would bring into a room that is taken."""
    present = {(code, operation) for code, operation in session.fetch(PRESENT)}
    if not occurrences.touch(session, present):
        return
    session.run(FORGET)
    expansion = occurrences.expansion(_after({code for code, _ in present}))
    session.run(DUE.format(expansion=expansion, days=occurrences.on_days("o")), "occurrences")
    session.run("ANALYZE due")
    session.run(DUE_ROOMS, "occurrences")
    session.run("ANALYZE due_room")
    longest = Literal(occurrences.LONGEST_CAPTURE)
    session.run(STANDS.format(days=occurrences.on_days("o"), longest=longest), "occurrences")
    session.run("ANALYZE stands")
    session.run(MEETS, "occurrences")
    session.run("ANALYZE meets")
    code, fields = Literal(SCHEDULE.code), Literal(list(MOVED_BY[SCHEDULE.code][0]))
    moved_itself = MOVED_ITSELF.format(code=code, fields=fields)
    session.run(LOST.format(moved_itself=moved_itself), "occurrences")
    session.run(RIVALS.format(moved_itself=moved_itself), "occurrences")
    others = {noun.name: Literal(noun.code) for noun in (ROOM, BUILDING, CAMPUS, SECTION, TERM)}
    moving = [name for noun in MOVED_BY if noun != SCHEDULE.code for name in MOVED_BY[noun][0]]
    session.run(OTHERS_STAY.format(fields=Literal(moving), **others), "occurrences")
    session.run(ITSELF_STAYS.format(code=code, fields=fields), "occurrences")


def _after(codes: set[int]) -> Mapping[str, Composable]:
    """The tables as ``change`` would leave them, where it touches them."""
    nouns: tuple[Noun, ...] = (SCHEDULE, SECTION, TERM, ROOM, BUILDING, CAMPUS)
    return {
        noun.name: AS_CHANGED.format(table=Identifier(noun.table), code=Literal(noun.code))
        for noun in nouns
        if noun.code in codes
    }
