"""Undo and implicit offerings: they come and go with their sections (design section 2), by undo as by file."""

from __future__ import annotations

from imports.steps.workspace import Session

# The implicit offering of a course and term may have been made anew since it went with its last
# section: what comes back goes into the one that lives, for two of them would be one too many.
REPLACED = """
    CREATE TEMP TABLE replaced ON COMMIT DROP AS
    SELECT u.object_id AS old, min(living.id::text)::uuid AS new
      FROM undoing AS u
      JOIN roster_offering AS gone ON gone.institution_id = %(institution)s AND gone.id = u.object_id AND gone.is_implicit
      JOIN roster_offering AS living
        ON living.institution_id = %(institution)s AND living.deleted_at IS NULL AND living.is_implicit
       AND living.course_id = gone.course_id AND living.term_id = gone.term_id
     WHERE u.object_type = 4 AND u.operation = 3
     GROUP BY u.object_id
"""
STAY_GONE = "DELETE FROM undoing AS u USING replaced WHERE u.object_id = replaced.old AND u.operation = 3"
INTO_THE_LIVING = """
    INSERT INTO undoing
    SELECT 5, o.id, 2, 'offering_id', to_jsonb(replaced.new), to_jsonb(replaced.old), NULL, u.row, NULL, to_jsonb(replaced.old)
      FROM undoing AS u
      JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = u.object_id
      JOIN replaced ON replaced.old = o.offering_id
     WHERE u.object_type = 5 AND u.operation = 3 AND u.conflict IS NULL
"""
# A section that does not come back goes nowhere.
NOT_MOVED = """
    UPDATE undoing AS u SET conflict = back.conflict
      FROM undoing AS back
     WHERE u.operation = 2 AND u.field = 'offering_id' AND u.change_id IS NULL AND u.conflict IS NULL
       AND back.object_id = u.object_id AND back.operation = 3 AND back.conflict IS NOT NULL
"""
# An implicit offering goes with its last section, by undo as by file; one with members of its own stays.
LEFT = """
    INSERT INTO undoing
    SELECT 4, offering.id, 1, NULL, NULL, NULL, NULL, leaving.row
      FROM (SELECT o.offering_id AS id, min(u.row) AS row, count(DISTINCT o.id) AS sections
              FROM undoing AS u
              JOIN roster_section AS o
                ON o.institution_id = %(institution)s AND o.id = u.object_id AND o.deleted_at IS NULL
             WHERE u.object_type = 5 AND u.conflict IS NULL
               AND (u.operation = 1 OR u.operation = 2 AND u.field = 'offering_id')
             GROUP BY o.offering_id) AS leaving
      JOIN (SELECT o.offering_id AS id, count(*) AS sections FROM roster_section AS o
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL
             GROUP BY o.offering_id) AS held USING (id, sections)
      JOIN roster_offering AS offering
        ON offering.institution_id = %(institution)s AND offering.id = leaving.id AND offering.is_implicit
       AND offering.deleted_at IS NULL
     WHERE leaving.id NOT IN (SELECT known.object_id FROM undoing AS known WHERE known.object_type = 4)
       AND to_jsonb(leaving.id) NOT IN (
            SELECT comes.before FROM undoing AS comes
             WHERE comes.object_type = 5 AND comes.operation = 2 AND comes.field = 'offering_id'
               AND comes.conflict IS NULL AND comes.before IS NOT NULL)
       AND leaving.id NOT IN (
            SELECT member.unit_id FROM roster_membership AS member
             WHERE member.institution_id = %(institution)s AND member.deleted_at IS NULL
               AND member.id NOT IN (SELECT goes.object_id FROM undoing AS goes
                                      WHERE goes.operation = 1 AND goes.conflict IS NULL))
"""


def into_the_living(session: Session) -> None:
    """Let sections that come back go into the offering that took the place of theirs."""
    session.run(REPLACED)
    session.run(STAY_GONE)
    session.run(INTO_THE_LIVING)
