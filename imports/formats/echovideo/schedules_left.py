"""What becomes of schedules when a room or section goes, or a section moves (echovideo.md 4.3, 6.2 (39))."""

from __future__ import annotations

from edu_csv.roster.nouns import SCHEDULE
from imports.formats.base import Dependents, Effect, Rule

# What was captured is no reason to keep anything; what is still to be captured is.
_IS_AHEAD = (
    "EXISTS (SELECT FROM roster_occurrence AS later WHERE later.institution_id = {schedule}.institution_id"
    " AND later.schedule_id = {schedule}.id AND later.starts_at > now())"
)
AHEAD = _IS_AHEAD.format(schedule="child")

KEEP_A_ROOM = Dependents(SCHEDULE, "room_id", where=AHEAD)
# The others go with their room, and come back with it.
_GO_WITH_ROOM = """
    SELECT w._row, 11, schedule.id, 3, '{}'::jsonb, '{}'::jsonb
      FROM act AS w
      JOIN roster_schedule AS schedule
        ON schedule.institution_id = %(institution)s AND schedule.room_id = w._id AND schedule.deleted_at IS NULL
"""
GO_WITH_ROOM = Effect("schedules left", _GO_WITH_ROOM, ("delete",))

# A section is taken off its schedules, unless one that lies ahead would have none left.
KEEP_THEIR_ONLY_SECTION = Dependents(
    SCHEDULE, "section_ids", where=f"cardinality(child.section_ids) = 1 AND {AHEAD}"
)
# Nor may a file take all sections of a schedule, one after the other: the last of them stays.
_TAKES_ALL = """
    cardinality(child.section_ids) > 1 AND {ahead}
    AND NOT EXISTS (
        SELECT FROM unnest(child.section_ids) AS one_of (id)
         WHERE one_of.id NOT IN (
               SELECT w._id FROM work AS w
                WHERE w._row NOT IN (
                      SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)))
    AND points.to_id = (
        SELECT w._id FROM work AS w WHERE w._id = ANY (child.section_ids) ORDER BY w._row DESC LIMIT 1)
"""
KEEP_THEIR_LAST_SECTION = Dependents(SCHEDULE, "section_ids", where=_TAKES_ALL.format(ahead=AHEAD))
_DETACHED = """
    SELECT min(w._row), 11, schedule.id, 2, jsonb_build_object('section_ids', schedule.section_ids),
           jsonb_build_object('section_ids', (
               SELECT coalesce(jsonb_agg(kept.id ORDER BY kept.place), '[]'::jsonb)
                 FROM unnest(schedule.section_ids) WITH ORDINALITY AS kept (id, place)
                WHERE kept.id NOT IN (SELECT gone._id FROM act AS gone)))
      FROM roster_schedule AS schedule
     CROSS JOIN LATERAL unnest(schedule.section_ids) AS one_of (id)
      JOIN act AS w ON w._id = one_of.id
     WHERE schedule.institution_id = %(institution)s AND schedule.deleted_at IS NULL
     GROUP BY schedule.id
"""
DETACHED = Effect("schedules detached", _DETACHED, ("delete",))

# The sections on schedules are found once for a file, and only when a row moves one.
_MOVES = """
    o.{field} <> w.{field} AND w._id IN (
        SELECT one_of.id FROM roster_schedule AS s CROSS JOIN LATERAL unnest(s.section_ids) AS one_of (id)
         WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL AND {ahead})
"""
_CELL = "(SELECT r.text FROM ref_{column} AS r WHERE r.ordinal = w._o_{column})"


def _stays(header: str, column: str) -> Rule:
    """A section stays where its captures are published."""
    return Rule(
        "has_schedules",
        header,
        _MOVES.format(field=f"{column}_id", ahead=_IS_AHEAD.format(schedule="s")),
        _CELL.format(column=column),
        actions=("update",),
        joins="JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = w._id",
        exported="FALSE",
    )


STAY_IN_COURSE = _stays("Course ID", "course")
STAY_IN_TERM = _stays("Term ID", "term")
