"""What an unapproved plan would make of a week: captures that come, move and go, and rows that find no place.

The plan's changes are laid over the roster, and what then would take place is reckoned by the same SQL that
will reckon it when the plan is applied (``edu_csv.roster.occurrences.expansion``). Nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import Reach
from edu_csv.front.calendar.events import Event, Kind, event, named
from edu_csv.front.calendar.places import Place
from edu_csv.ids import uuid7
from edu_csv.jobs.models import State
from edu_csv.roster.nouns import BUILDING, CAMPUS, ROOM, SCHEDULE, TERM, Noun
from edu_csv.roster.occurrences import expansion
from edu_csv.roster.reach import reaching
from imports.models import Import
from imports.plans.schedules import Named, PlannedSchedule, planned_schedules, refused_in
from imports.plans.table import fetch

# The nouns whose change moves captures. (A section with captures ahead keeps its term.)
MOVING = {noun.code: noun for noun in (SCHEDULE, TERM, ROOM, BUILDING, CAMPUS)}

# Columns of the plan's changes that are laid over the roster.
CHANGED = SQL("""
    SELECT c.object_type, c.object_id, c.operation, c.after, c.row FROM {plan_change} AS c
     WHERE c.import_id = %(import)s AND c.object_type = ANY (%(moving)s)
""")
OVERLAID = SQL("""
    SELECT laid.* FROM {table} AS x
      LEFT JOIN changed AS c ON c.object_type = {code} AND c.object_id = x.id
     CROSS JOIN LATERAL jsonb_populate_record(x, coalesce(c.after, '{{}}')) AS laid
     WHERE x.institution_id = %(institution)s AND x.deleted_at IS NULL AND c.operation IS DISTINCT FROM 3
""")
# {{expansion}} asks ``touched``; here it is a part of the statement.
PLANNED = SQL("""
    changed AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(changed)s::jsonb)
                   AS c (object_type integer, object_id uuid, operation integer, after jsonb)),
    made AS MATERIALIZED (
        SELECT laid.* FROM jsonb_to_recordset(%(made)s::jsonb)
                        AS given (id uuid, fields jsonb, room text[], sections jsonb)
         CROSS JOIN LATERAL jsonb_populate_record(NULL::roster_schedule, given.fields || jsonb_build_object(
                'id', given.id, 'institution_id', %(institution)s::bigint, 'name', coalesce(given.fields ->> 'name', ''),
                'days_of_week', coalesce(given.fields -> 'days_of_week', '[]'),
                'exclusion_dates', coalesce(given.fields -> 'exclusion_dates', '[]'),
                'room_id', ({room}),
                'section_ids', coalesce(({sections}), '[]'))) AS laid),
    shown AS MATERIALIZED (
        SELECT laid.* FROM ({overlaid}) AS laid WHERE {here} UNION ALL SELECT made.* FROM made),
    touched (schedule_id) AS (SELECT shown.id FROM shown),
    ahead AS MATERIALIZED (SELECT o.*, %(institution)s::bigint AS institution_id FROM ({expansion}) AS o)
""")
ROOM_NAMED = """
    SELECT room.id FROM roster_room AS room
      JOIN roster_building AS building ON building.institution_id = %(institution)s AND building.id = room.building_id
      JOIN roster_campus AS campus ON campus.institution_id = %(institution)s AND campus.id = building.campus_id
     WHERE room.institution_id = %(institution)s AND room.deleted_at IS NULL
       AND CASE WHEN cardinality(given.room) = 1
                THEN room.id::text = lower(given.room[1]) OR room.external_id = given.room[1]
                ELSE ARRAY[campus.name, building.name, room.name] = given.room END
     LIMIT 1
"""
SECTIONS_NAMED = """
    SELECT jsonb_agg(found.id) FROM jsonb_array_elements(given.sections) AS each (texts)
      JOIN LATERAL (
            SELECT section.id FROM roster_section AS section
              JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = section.term_id
              JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
             WHERE section.institution_id = %(institution)s AND section.deleted_at IS NULL
               AND CASE WHEN jsonb_array_length(each.texts) = 1
                        THEN section.id::text = lower(each.texts ->> 0) OR section.external_id = each.texts ->> 0
                        ELSE (term.name, course.code, section.name)
                             = (each.texts ->> 0, each.texts ->> 1, each.texts ->> 2) END
             LIMIT 1) AS found ON TRUE
"""


def is_shown(upload: Import) -> bool:
    """Whether a calendar can show something of it: its plan waits, or stands with rows that failed."""
    return upload.job.state in (State.WAITING, State.ENDED) and upload.planned_at is not None


def would_be(
    upload: Import, reach: Reach, place: Place, params: Mapping[str, Any], live: Sequence[Event]
) -> tuple[list[Event], list[tuple[int, str]]]:
    """The week as the plan would leave it, drawn over ``live``, and why rows of it failed: (row, sentence).

    Once the plan is applied (or given up), only the rows that failed are drawn. Four statements at most.
    """
    waits = upload.job.state == State.WAITING
    made = {
        uuid7(): planned
        for planned in planned_schedules(
            upload, _named(place), is_room=place.kind == "room", only_failed=not waits
        )
    }
    changed = fetch(upload, CHANGED, {"moving": sorted(MOVING)}) if waits else []
    failed = (
        refused_in(upload, place.id)
        if place.kind == "room"
        else [(planned.row, sentence) for planned in made.values() for sentence in planned.says]
    )
    if not made and not changed:
        return list(live), failed
    ahead = _ahead(reach, place, params, made, changed)
    rows = {object_id: row for code, object_id, _, _, row in changed if code == SCHEDULE.code}
    return _compared(live, ahead, made, rows, waits=waits, since=params["now"]), failed


def _compared(
    live: Sequence[Event],
    ahead: Sequence[Event],
    made: Mapping[UUID, PlannedSchedule],
    rows: Mapping[UUID, int],
    *,
    waits: bool,
    since: Any,
) -> list[Event]:
    stays = {each.key for each in ahead}
    shown = []
    for each in live:
        goes = waits and each.schedule is not None and each.starts_at > since and each.key not in stays
        shown.append(
            replace(each, kind=Kind.GOES, row=rows.get(each.schedule)) if goes and each.schedule else each
        )
    there = {each.key for each in live}
    for each in ahead:
        if each.schedule is None:
            # Out of reach: whether it moves is told to those who may know of it.
            continue
        if (planned := made.get(each.schedule)) is not None:
            kind = Kind.FAILED if planned.says else Kind.ADDED
            shown.append(replace(each, kind=kind, schedule=None, row=planned.row))
        elif each.key not in there:
            shown.append(replace(each, kind=Kind.MOVED, row=rows.get(each.schedule)))
    return shown


def _ahead(
    reach: Reach,
    place: Place,
    params: Mapping[str, Any],
    made: Mapping[UUID, PlannedSchedule],
    changed: Sequence[tuple[Any, ...]],
) -> list[Event]:
    """What would take place here in this week, of schedules as the plan leaves them."""
    codes = {code for code, *_ in changed}
    sources: dict[str, Composable] = {
        noun.name: _overlaid(noun) for code, noun in MOVING.items() if code in codes and noun is not SCHEDULE
    }
    sources[SCHEDULE.name] = SQL("SELECT * FROM shown")
    planned = PLANNED.format(
        room=SQL(ROOM_NAMED),
        sections=SQL(SECTIONS_NAMED),
        overlaid=_overlaid(SCHEDULE),
        here=SQL(
            "laid.room_id = %(place)s" if place.kind == "room" else "%(place)s = ANY (laid.section_ids)"
        ),
        expansion=expansion(sources),
    )
    statement = SQL("{with_} {planned} {named}").format(
        with_=_with(reach),
        planned=planned,
        named=named(reach, SQL("ahead"), SQL("shown"), SQL("TRUE")),
    )
    given = {
        "changed": json.dumps(
            [
                {"object_type": code, "object_id": str(id_), "operation": operation, "after": _loaded(after)}
                for code, id_, operation, after, _ in changed
            ]
        ),
        "made": json.dumps(
            [
                {"id": str(id_), "fields": each.fields, "room": each.room, "sections": each.sections}
                for id_, each in made.items()
            ]
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, **given})
        return [event(row) for row in cursor.fetchall()]


def _with(reach: Reach) -> Composable:
    """The beginning of a statement that has more parts than its reach."""
    return SQL("WITH") if reach.is_whole else SQL("{},").format(reaching(reach))


def _overlaid(noun: Noun) -> Composable:
    return OVERLAID.format(table=Identifier(noun.table), code=Literal(noun.code))


def _named(place: Place) -> Named:
    return Named((str(place.id), *filter(None, [place.external_id])), place.names)


def _loaded(after: Any) -> Any:
    # Django's connection hands JSON over as text.
    return json.loads(after) if isinstance(after, str) else after
