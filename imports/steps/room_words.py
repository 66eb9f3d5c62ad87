"""Room words: what a row is told that would put two captures into one room.

One problem a row, however often it meets others: some are named, the rest is counted. What lasts almost a day
meets nothing but itself where a day has 23 hours, and is told so. Days and times are
those of the room's campus, as this file leaves it. Whose schedule it is that takes the room is
said to whom reaches it, and to no one else.
"""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import BUILDING, CAMPUS, ROOM, SCHEDULE
from edu_csv.roster.occurrences import LIVE, WEEKDAYS
from imports.steps.resolve import written_fields
from imports.steps.scope import reachable
from imports.steps.workspace import Workspace

# So many are named; every week at one time is one of them.
NAMED = 3

# {table}: row, schedule_id, room_number, other_id, other_row, other_starts_at, other_ends_at; these last are null
# where all that is known is the other row.
TELL = SQL("""
    INSERT INTO problem
    WITH pair AS MATERIALIZED (SELECT m.* FROM {table} AS m WHERE {which}),
    here AS (
        SELECT pair.row, pair.schedule_id, pair.other_id, pair.other_row, room.id AS room_id, room.name AS room,
               pair.other_starts_at AT TIME ZONE zone.name AS begins,
               pair.other_ends_at AT TIME ZONE zone.name AS ends
          FROM pair
          JOIN ({room}) AS room ON room.number = pair.room_number
          JOIN ({building}) AS building ON building.id = room.building_id
          JOIN ({campus}) AS campus ON campus.id = building.campus_id
          JOIN access_institution AS institution ON institution.id = %(institution)s
         CROSS JOIN LATERAL (SELECT coalesce(campus.time_zone, institution.time_zone) AS name) AS zone
         WHERE pair.other_starts_at IS NOT NULL),
    weekly AS (
        SELECT here.row, here.schedule_id, here.other_id, here.other_row, here.room_id, here.room,
               extract(isodow FROM here.begins)::integer AS weekday, here.begins::time AS begins,
               here.ends::time AS ends, min(here.begins::date) AS day, count(*) AS times
          FROM here GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9),
    placed AS (
        SELECT weekly.*, sum(weekly.times) OVER (PARTITION BY weekly.row) AS all_times,
               row_number() OVER (PARTITION BY weekly.row ORDER BY weekly.day, weekly.begins, weekly.other_id,
                                  weekly.schedule_id) AS place
          FROM weekly),
    named AS (
        SELECT placed.row, placed.place, placed.times, placed.all_times,
               jsonb_strip_nulls(jsonb_build_object(
                   'room_id', placed.room_id, 'room', placed.room,
                   'day', placed.day, 'weekday', ({weekdays})[placed.weekday],
                   'from', to_char(placed.begins, 'HH24:MI'), 'to', to_char(placed.ends, 'HH24:MI'),
                   'times', placed.times, 'name', {other_name}, 'own', {own_name}, 'row', placed.other_row)) AS clash
          FROM placed
          LEFT JOIN roster_schedule AS o
            ON o.institution_id = %(institution)s AND o.id = placed.other_id AND {reached}
          LEFT JOIN roster_schedule AS own
            ON own.institution_id = %(institution)s AND own.id = placed.schedule_id AND {own_reached}
          LEFT JOIN work AS other ON other._row = placed.other_row
         WHERE placed.place <= {most})
    SELECT w._row, 'error', {header}, 'schedule_clash', {value},
           jsonb_build_object('object', %(object)s::text,
                              'variant', CASE WHEN pairs.is_itself THEN 'itself' ELSE {variant}::text END,
                              'other_row', pairs.other_row,
                              'clashes', coalesce(told.clashes, '[]'), 'more', told.more)
      FROM (SELECT pair.row, min(pair.other_row) AS other_row,
                   bool_and(pair.other_id = pair.schedule_id) AS is_itself
              FROM pair GROUP BY pair.row) AS pairs
      LEFT JOIN (SELECT named.row, jsonb_agg(named.clash ORDER BY named.place) AS clashes,
                        max(named.all_times) - sum(named.times) AS more
                   FROM named GROUP BY named.row) AS told ON told.row = pairs.row
      JOIN work AS w ON w._row = pairs.row
""")


def tell(
    space: Workspace,
    table: str,
    *,
    header: str,
    value: Composable,
    after: Mapping[str, Composable],
    which: Composable | None = None,
) -> None:
    """Fail each row of ``table`` by one problem. after: tables of places as this file leaves them."""
    of_schedules = space.fmt.target == SCHEDULE
    in_file = of_schedules and "name" in dict(written_fields(space))
    space.run(
        TELL.format(
            table=Identifier(table),
            which=which or SQL("TRUE"),
            weekdays=SQL("ARRAY[{}]").format(SQL(", ").join(map(Literal, WEEKDAYS))),
            other_name=SQL("coalesce(other.name, o.name)") if in_file else SQL("o.name"),
            own_name=SQL("NULL::text") if of_schedules else SQL("own.name"),
            reached=reachable(space, SCHEDULE, "o"),
            own_reached=reachable(space, SCHEDULE, "own"),
            most=Literal(NAMED),
            header=Literal(header),
            value=value,
            variant=Literal(None if of_schedules else "moved"),
            **{
                noun.name: after.get(noun.name) or LIVE.format(table=Identifier(noun.table))
                for noun in (ROOM, BUILDING, CAMPUS)
            },
        ),
        "places",
    )
