"""Occurrences: what schedules come to in real time, kept as ``roster_occurrence`` (echovideo.md 2.13).

A schedule takes place on its start date alone, or on each of its weekdays from start to end date; less
its own exclusion dates and those of the terms of its sections (6.2 (34)). Its time is local to the campus
of its room, else to the institution (6.2 (32)); it lasts so many minutes by any clock, so a capture over
the change of the clocks is as long as any other. An hour that the change leaves out is the one after it;
of an hour that comes twice, it is the second.

Only what lies ahead is ever rewritten: what took place, took place (6.2 (40), 4.3). Whoever writes the
roster says which schedules that touches, in the temporary table ``touched (schedule_id uuid)``, and calls
``refresh`` before the transaction ends; the exclusion constraint is looked at after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Protocol

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.models import Operation
from edu_csv.roster.nouns import BUILDING, CAMPUS, ROOM, SCHEDULE, SECTION, TERM

# In the order of a week; the place of a day is its ISO number.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

# The constraint that refuses two captures in one room.
NO_OVERLAP = "roster_occurrence_no_overlap"

# No capture lasts longer: the settings allow SCHEDULE_MAX_MINUTES less than a day, since a schedule may take
# place every day. So whatever is running at a moment began after the moment this long before it, and an index
# on beginnings need not be asked for earlier ones.
LONGEST_CAPTURE = timedelta(days=1)


class Session(Protocol):
    """Runs statements about one institution, which they name as %(institution)s."""

    def run(self, statement: Composable | str, name: str = "", /, **extra: Any) -> Any: ...

    def fetch(
        self, statement: Composable | str, name: str = "", /, **extra: Any
    ) -> list[tuple[Any, ...]]: ...


LIVE = SQL("SELECT * FROM {table} WHERE institution_id = %(institution)s AND deleted_at IS NULL")

# Rows of this very transaction are in no statistics, and a join that expects one of them compares each with
# each. A full join is never done that way; what it leaves without a partner has no day or no zone, and so
# no occurrence.
# One step a week for each weekday, so that a year of Mondays is 52 rows and not 365.
# A zone that the database does not know (any more) would end the statement, and with it files about other
# things: what lies in one has no future until the campus is corrected.
# A capture that is running is over when it is over, and the schedule's next one begins no sooner.
# A day on which the schedule took place already is done, also when its room has come into another zone since.
# Which day that was is not kept: it is the day in the room's zone, unless the schedule is as it was then and
# this zone does not give its time; then it is the one on which it was that time somewhere, from 10 hours
# behind UTC to (just below) 14 ahead. No capture of a day to come began earlier than three days ago.
EXPANSION = SQL("""
    WITH planned AS MATERIALIZED (
        SELECT schedule.id, schedule.room_id, schedule.section_ids, schedule.start_date, schedule.start_time,
               schedule.duration_minutes, schedule.end_date, schedule.days_of_week, schedule.exclusion_dates
          FROM ({schedule}) AS schedule
         WHERE (schedule.id IN (SELECT t.schedule_id FROM touched AS t)) IS TRUE),
    site AS MATERIALIZED (
        SELECT campus.id AS campus_id, known.name AS zone
          FROM ({campus}) AS campus
          JOIN access_institution AS institution ON institution.id = %(institution)s
          JOIN pg_timezone_names AS known ON known.name = coalesce(campus.time_zone, institution.time_zone)),
    place AS MATERIALIZED (
        SELECT room.id AS room_id, room.number, site.zone
          FROM ({room}) AS room
          JOIN ({building}) AS building ON building.id = room.building_id
          JOIN site ON site.campus_id = building.campus_id),
    published AS MATERIALIZED (
        SELECT planned.id, one_of.id AS section_id
          FROM planned CROSS JOIN LATERAL unnest(planned.section_ids) AS one_of (id)),
    taught AS MATERIALIZED (
        SELECT section.id AS section_id, term.exclusion_dates
          FROM ({section}) AS section JOIN ({term}) AS term ON term.id = section.term_id
         WHERE (section.id IN (SELECT p.section_id FROM published AS p)) IS TRUE
           AND term.exclusion_dates <> '{{}}'),
    free AS MATERIALIZED (
        SELECT published.id, array_agg(DISTINCT free.day) AS days
          FROM published FULL JOIN taught USING (section_id)
         CROSS JOIN LATERAL unnest(taught.exclusion_dates) AS free (day)
         GROUP BY published.id),
    over AS MATERIALIZED (
        SELECT t.schedule_id, o.starts_at, o.ends_at,
               was.updated_at < o.starts_at AND t.schedule_id = o.schedule_id AS as_it_is
          FROM touched AS t
          JOIN roster_occurrence AS o ON o.institution_id = %(institution)s AND o.schedule_id = t.{own}
           AND o.starts_at > now() - interval '3 days' AND o.starts_at <= now()
          JOIN roster_schedule AS was ON was.institution_id = %(institution)s AND was.id = o.schedule_id),
    placed AS MATERIALIZED (
        SELECT planned.*, place.number, place.zone FROM planned FULL JOIN place USING (room_id)),
    held AS MATERIALIZED (
        SELECT placed.id, max(over.ends_at) AS busy_until,
               array_agg(CASE WHEN over.as_it_is AND (over.starts_at AT TIME ZONE placed.zone)::time <> placed.start_time
                              THEN (over.starts_at AT TIME ZONE 'UTC' - placed.start_time
                                    + interval '14 hours' - interval '1 microsecond')::date
                              ELSE (over.starts_at AT TIME ZONE placed.zone)::date END)
                   FILTER (WHERE over.starts_at IS NOT NULL) AS days
          FROM placed FULL JOIN over ON over.schedule_id = placed.id
         GROUP BY placed.id),
    whole AS MATERIALIZED (
        SELECT placed.*, coalesce(free.days, '{{}}') AS free, coalesce(held.days, '{{}}') AS held, held.busy_until
          FROM placed FULL JOIN free ON free.id = placed.id FULL JOIN held ON held.id = placed.id)
    SELECT whole.id AS schedule_id, whole.number AS room_number, begins.at AS starts_at,
           begins.at + make_interval(mins => whole.duration_minutes) AS ends_at
      FROM whole
     CROSS JOIN LATERAL (
            SELECT whole.start_date AS day WHERE whole.days_of_week = '{{}}'
            UNION ALL
            SELECT whole.start_date + later.days
              FROM unnest(whole.days_of_week) AS weekday (name)
             CROSS JOIN LATERAL generate_series(
                    (array_position({weekdays}, weekday.name)
                     - extract(isodow FROM whole.start_date)::integer + 7) %% 7,
                    whole.end_date - whole.start_date, 7) AS later (days)) AS on_day
     CROSS JOIN LATERAL (SELECT (on_day.day + whole.start_time) AT TIME ZONE whole.zone AS at) AS begins
     WHERE begins.at > now()
       AND NOT on_day.day = ANY (whole.exclusion_dates)
       AND NOT on_day.day = ANY (whole.free)
       AND NOT on_day.day = ANY (whole.held)
       AND (whole.busy_until IS NULL OR whole.busy_until <= begins.at)
""")

# What is as it was is left alone: a day without teaching must not rewrite a term.
FORGET_OCCURRING = "DROP TABLE IF EXISTS pg_temp.occurring"
OCCURRING = SQL("CREATE TEMP TABLE occurring ON COMMIT DROP AS {expansion}")
FORGET = """
    DELETE FROM roster_occurrence AS o USING touched AS t
     WHERE o.institution_id = %(institution)s AND o.schedule_id = t.schedule_id AND o.starts_at > now()
       AND NOT EXISTS (
            SELECT FROM occurring AS n
             WHERE n.schedule_id = o.schedule_id AND n.starts_at = o.starts_at AND n.ends_at = o.ends_at
               AND n.room_number = o.room_number)
"""
WRITE = """
    INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)
    SELECT %(institution)s, n.schedule_id, n.room_number, n.starts_at, n.ends_at
      FROM occurring AS n
     WHERE NOT EXISTS (
            SELECT FROM roster_occurrence AS o
             WHERE o.institution_id = %(institution)s AND o.schedule_id = n.schedule_id AND o.starts_at = n.starts_at)
     ORDER BY n.room_number, n.starts_at
"""

# Which schedules a written set touches: the temporary table ``change`` (object_type, object_id, operation,
# after) of an import or undo, by what it changed of which noun. Asked when everything is written.
# Code of the noun -> (fields whose change moves occurrences, the schedules).
_OF_SECTIONS = """
    SELECT s.id FROM roster_schedule AS s
     CROSS JOIN LATERAL unnest(s.section_ids) AS one_of (id)
      JOIN roster_section AS section ON section.institution_id = %(institution)s AND section.id = one_of.id
      JOIN change AS c ON {which} AND c.object_id = section.{column}
     WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL
"""
_OF_ROOMS = """
    SELECT s.id FROM roster_schedule AS s
      JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.id = s.room_id
      JOIN roster_building AS building ON building.institution_id = %(institution)s AND building.id = room.building_id
      JOIN change AS c ON {which} AND c.object_id = {column}
     WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL
"""
_ITSELF = "SELECT c.object_id FROM change AS c WHERE {which}"
MOVED_BY: Mapping[int, tuple[tuple[str, ...], str, str]] = {
    SCHEDULE.code: (
        (
            "start_date", "start_time", "duration_minutes", "end_date", "days_of_week", "exclusion_dates",
            "room_id", "section_ids",
        ),
        _ITSELF,
        "id",
    ),
    SECTION.code: (("term_id",), _OF_SECTIONS, "id"),
    TERM.code: (("exclusion_dates",), _OF_SECTIONS, "term_id"),
    ROOM.code: (("building_id",), _OF_ROOMS, "room.id"),
    BUILDING.code: (("campus_id",), _OF_ROOMS, "building.id"),
    CAMPUS.code: (("time_zone",), _OF_ROOMS, "building.campus_id"),
}  # fmt: skip
_UPDATED = SQL("c.object_type = {code} AND c.operation = 2 AND c.after ?| {fields}")
_UPDATED_OR_GONE = SQL("c.object_type = {code} AND (c.operation <> 2 OR c.after ?| {fields})")

# The plan may have a table of this name too, of what it thought.
FORGET_TOUCHED = "DROP TABLE IF EXISTS pg_temp.touched"
TOUCHED = SQL("CREATE TEMP TABLE touched (schedule_id) ON COMMIT DROP AS {parts}")

# What overlaps all the same, for whoever has to be told why nothing was written.
OVERLAP = SQL("""
    SELECT room.name, to_char(one.starts_at AT TIME ZONE zone.name, 'YYYY-MM-DD'),
           to_char(one.starts_at AT TIME ZONE zone.name, 'HH24:MI'),
           to_char(one.ends_at AT TIME ZONE zone.name, 'HH24:MI'), this.name, other.name
      FROM roster_occurrence AS one
      JOIN roster_occurrence AS two
        ON two.institution_id = %(institution)s AND two.room_number = one.room_number
       AND two.starts_at < one.ends_at AND two.ends_at > one.starts_at
       AND two.starts_at > one.starts_at - {longest}
       AND (two.schedule_id, two.starts_at) <> (one.schedule_id, one.starts_at)
      JOIN roster_schedule AS this ON this.institution_id = %(institution)s AND this.id = one.schedule_id
      JOIN roster_schedule AS other ON other.institution_id = %(institution)s AND other.id = two.schedule_id
      JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.number = one.room_number
      JOIN roster_building AS building ON building.institution_id = %(institution)s AND building.id = room.building_id
      JOIN roster_campus AS campus ON campus.institution_id = %(institution)s AND campus.id = building.campus_id
      JOIN access_institution AS institution ON institution.id = %(institution)s
     CROSS JOIN LATERAL (SELECT coalesce(campus.time_zone, institution.time_zone) AS name) AS zone
     WHERE one.institution_id = %(institution)s AND one.schedule_id IN (SELECT t.schedule_id FROM touched AS t)
     ORDER BY one.starts_at, one.schedule_id LIMIT 1
""").format(longest=Literal(LONGEST_CAPTURE))

# The days (UTC, counted from 2000) that a capture lies on, as on_day (day, place), of which the first has
# place 1. Two captures that meet have a day in common, and do so first on a day that is the first of one of
# them: who joins on rooms and days compares few, and counts each pair there only.
ON_DAYS = SQL("""
    CROSS JOIN LATERAL generate_series(
        ({capture}.starts_at AT TIME ZONE 'UTC')::date - DATE '2000-01-01',
        ({capture}.ends_at AT TIME ZONE 'UTC')::date - DATE '2000-01-01') WITH ORDINALITY AS on_day (day, place)
""")


def expansion(sources: Mapping[str, Composable] | None = None, *, own: str = "schedule_id") -> Composable:
    """A SELECT of the future occurrences of the schedules in ``touched``, at most one a day for each.

    Columns: schedule_id, room_number, starts_at, ends_at. sources: by name of the noun (schedule, section,
    term, room, building, campus), a SELECT with that table's columns to take its place; what is not given
    is what lives now. So a plan can ask what would take place in the roster as an upload leaves it.
    own: the column of ``touched`` with the id under which a schedule took place so far.
    """
    given = sources or {}
    live = {
        noun.name: given.get(noun.name) or LIVE.format(table=Identifier(noun.table))
        for noun in (SCHEDULE, SECTION, TERM, ROOM, BUILDING, CAMPUS)
    }
    return EXPANSION.format(weekdays=Literal(list(WEEKDAYS)), own=Identifier(own), **live)


def on_days(capture: str) -> Composable:
    """What follows a table of captures in FROM, to have a row for each day that one lies on: ``ON_DAYS``.

    capture: the table's alias.
    """
    return ON_DAYS.format(capture=Identifier(capture))


def expand(session: Session, sources: Mapping[str, Composable] | None = None) -> None:
    """Fill ``occurring`` with the ``expansion`` of the schedules in ``touched``; nothing of the roster changes."""
    session.run(FORGET_OCCURRING)
    session.run(OCCURRING.format(expansion=expansion(sources)), "occurrences")
    session.run("ANALYZE occurring")


def write(session: Session) -> None:
    """Let ``occurring`` be all that lies ahead of the schedules in ``touched``; writes only what differs."""
    session.run(FORGET, "occurrences")
    session.run(WRITE, "occurrences")


def refresh(session: Session) -> None:
    """Write the future occurrences of the schedules in ``touched`` anew, from the roster as it now is."""
    expand(session)
    write(session)


def follow(
    session: Session, present: Collection[tuple[int, int]], made: Composable | str | None = None
) -> None:
    """Rewrite what a written set moves; ``change`` holds it, and costs nothing when none of it does.

    present, made: see ``touch``.
    """
    if touch(session, present, made):
        refresh(session)


def touch(
    session: Session, present: Collection[tuple[int, int]], made: Composable | str | None = None
) -> bool:
    """Fill ``touched`` with the schedules that ``change`` moves; False when there are none.

    present: (code of a noun, operation) of what ``change`` has. made: a SELECT of the ids of schedules that
    were made besides.
    """
    parts = [_touched(code) for code in MOVED_BY if _may_move(code, present)]
    if made is not None:
        parts.append(SQL(made) if isinstance(made, str) else made)
    if not parts:
        return False
    session.run(FORGET_TOUCHED)
    if session.run(TOUCHED.format(parts=SQL(" UNION ").join(parts)), "occurrences").rowcount == 0:
        return False
    session.run("ANALYZE touched")
    return True


def _may_move(code: int, present: Collection[tuple[int, int]]) -> bool:
    operations = {operation for of, operation in present if of == code}
    return bool(operations) if code == SCHEDULE.code else Operation.UPDATED in operations


def _touched(code: int) -> Composable:
    fields, schedules, column = MOVED_BY[code]
    which = _UPDATED_OR_GONE if code == SCHEDULE.code else _UPDATED
    return SQL(schedules).format(
        which=which.format(code=Literal(code), fields=Literal(list(fields))), column=SQL(column)
    )


def overlap(session: Session) -> dict[str, str] | None:
    """Two captures in one room, of which one is of ``touched``: what the sentence of a clash needs."""
    found = session.fetch(OVERLAP)
    if not found:
        return None
    return dict(zip(("room", "day", "from", "to", "schedule", "other"), found[0], strict=True))
