"""What becomes of schedules when a room or section goes, or a section moves (echovideo.md 4.3, 6.2 (39))."""

from __future__ import annotations

from edu_csv.roster.ahead import SCHEDULES_AHEAD
from edu_csv.roster.nouns import SCHEDULE
from imports.formats.base import Dependents, Effect, Rule
from imports.formats.leaving import off_schedules

# What was captured is no reason to keep anything; what is still to be captured is. Asked once for a file.
AHEAD = f"child.id IN ({SCHEDULES_AHEAD})"

KEEP_A_ROOM = Dependents(
    SCHEDULE, "room_id", where=AHEAD, words="schedules that run today or later point to it"
)
# The others go with their room, and come back with it; where the submitter may not delete them, it stays.
KEEP_A_ROOM_OF_OTHERS = Dependents(
    SCHEDULE,
    "room_id",
    beyond=True,
    words="schedules that the submitter may not delete point to it, even when they are over",
)
_GO_WITH_ROOM = """
    SELECT w._row, 11, schedule.id, 3, '{}'::jsonb, '{}'::jsonb
      FROM act AS w
      JOIN roster_schedule AS schedule
        ON schedule.institution_id = %(institution)s AND schedule.room_id = w._id AND schedule.deleted_at IS NULL
"""
GO_WITH_ROOM = Effect("schedules left", _GO_WITH_ROOM, ("delete",))

# A section is taken off its schedules, unless one that lies ahead would have none left.
KEEP_THEIR_ONLY_SECTION = Dependents(
    SCHEDULE,
    "section_ids",
    where=f"cardinality(child.section_ids) = 1 AND {AHEAD}",
    words="it is the only section of schedules that run today or later",
)
# Nor may a file take all sections of a schedule, one after the other: the last of them stays. The rows are
# joined to the schedules once, for one look for the last row of each would go through all rows each time.
_TAKES_ALL = f"""
    (child.id, points.to_id) IN (
        SELECT s.id, (array_agg(taken._id ORDER BY taken._row DESC))[1]
          FROM roster_schedule AS s
         CROSS JOIN LATERAL unnest(s.section_ids) AS one_of (id)
          LEFT JOIN (SELECT w._id, w._row FROM work AS w
                      WHERE w._row NOT IN (
                            SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)
                    ) AS taken ON taken._id = one_of.id
         WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL AND cardinality(s.section_ids) > 1
         GROUP BY s.id HAVING count(*) = count(taken._row))
    AND {AHEAD}
"""  # noqa: S608  # of our own words
KEEP_THEIR_LAST_SECTION = Dependents(
    SCHEDULE,
    "section_ids",
    where=_TAKES_ALL,
    words="the file deletes all sections of schedules that run today or later, and names it last of them",
)
DETACHED = Effect(
    "schedules detached", off_schedules("(SELECT a._row AS row, a._id AS id FROM act AS a)"), ("delete",)
)

# The sections on schedules are found once for a file, and only when a row moves one.
_MOVES = """
    o.{field} <> w.{field} AND w._id IN (
        SELECT one_of.id FROM roster_schedule AS child CROSS JOIN LATERAL unnest(child.section_ids) AS one_of (id)
         WHERE child.institution_id = %(institution)s AND child.deleted_at IS NULL AND {ahead})
"""
_CELL = "(SELECT r.text FROM ref_{column} AS r WHERE r.ordinal = w._o_{column})"


def _stays(header: str, column: str) -> Rule:
    """A section stays where its captures are published."""
    return Rule(
        "has_schedules",
        header,
        _MOVES.format(field=f"{column}_id", ahead=AHEAD),
        _CELL.format(column=column),
        actions=("update",),
        joins="JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = w._id",
        exported="FALSE",
    )


STAY_IN_COURSE = _stays("Course ID", "course")
STAY_IN_TERM = _stays("Term ID", "term")
