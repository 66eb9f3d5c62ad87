"""What takes place in a week: the occurrences of one room or section, named as far as the reader reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg.sql import SQL, Composable

from edu_csv.access.policy import Reach
from edu_csv.front.calendar.places import Place
from edu_csv.front.calendar.weeks import years_shown
from edu_csv.roster.nouns import SCHEDULE, SECTION
from edu_csv.roster.occurrences import LONGEST_CAPTURE
from edu_csv.roster.reach import reaching, within

# A week that holds more is no week that anybody reads; what is left out is said.
MOST_EVENTS = 500
# So many sections of one capture are named.
SECTIONS_NAMED = 3

# What a block is called: courses with sections, as far as they are in reach, and how many sections there are.
SECTIONS_OF = SQL("""
    (SELECT array_agg(coalesce(c.code, c.name) || ' ' || section.name ORDER BY each.place)
       FROM unnest(s.section_ids) WITH ORDINALITY AS each (id, place)
       JOIN roster_section AS section ON section.institution_id = %(institution)s AND section.id = each.id
       JOIN roster_course AS c ON c.institution_id = %(institution)s AND c.id = section.course_id
      WHERE {within})
""")
INSTRUCTOR_OF = """
    coalesce((SELECT coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, p.username)
                FROM roster_person AS p WHERE p.institution_id = %(institution)s AND p.id = s.instructor_id),
             s.guest_instructor)
"""
WHERE_IT_IS = """
    JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.number = o.room_number
    JOIN roster_building AS building ON building.institution_id = %(institution)s AND building.id = room.building_id
    JOIN roster_campus AS campus ON campus.institution_id = %(institution)s AND campus.id = building.campus_id
    JOIN access_institution AS institution ON institution.id = %(institution)s
"""
# {occurrences} and {schedules}: the tables, or what a plan would make of them.
NAMED = SQL("""
    SELECT s.id, o.starts_at, o.ends_at, o.room_number, room.id, room.name, building.name,
           coalesce(campus.time_zone, institution.time_zone), s.name, {sections}, cardinality(s.section_ids),
           {instructor}, {within}
      FROM {occurrences} AS o
      JOIN {schedules} AS s ON s.institution_id = %(institution)s AND s.id = o.schedule_id {where_it_is}
     WHERE {wanted} AND o.starts_at < %(until)s AND o.ends_at > %(since)s AND o.starts_at > %(from)s
     ORDER BY o.starts_at, o.room_number, s.id LIMIT %(most)s
""")
# Also of what is too much to be drawn.
TOTALS = SQL("""
    SELECT count(*), coalesce(sum(extract(epoch FROM o.ends_at - o.starts_at)), 0)::float8
      FROM roster_occurrence AS o
     WHERE {wanted} AND o.starts_at < %(until)s AND o.ends_at > %(since)s AND o.starts_at > %(from)s
""")
OF_ROOM = "o.institution_id = %(institution)s AND o.room_number = %(number)s"
# No index knows the sections of a schedule; an institution has few enough schedules.
OF_SECTION = """
    o.institution_id = %(institution)s AND o.schedule_id IN (
        SELECT s.id FROM roster_schedule AS s
         WHERE s.institution_id = %(institution)s AND %(place)s = ANY (s.section_ids))
"""
# Only what a week can be shown of: Python has no moment after the year 9999, which the database may.
NEIGHBOURS = SQL("""
    SELECT max(o.starts_at) FILTER (WHERE o.starts_at < %(since)s),
           min(o.starts_at) FILTER (WHERE o.starts_at >= %(until)s)
      FROM roster_occurrence AS o WHERE {wanted} AND o.starts_at >= %(earliest)s AND o.starts_at < %(latest)s
""")


class Kind(StrEnum):
    """What a block tells: something that takes place, or what an unapproved plan would make of it."""

    BOOKED = "booked"
    TAKEN = "taken"  # out of the reader's reach: that, and no more
    ADDED = "created"
    MOVED = "updated"
    GOES = "deleted"
    FAILED = "failed"  # a row of the plan that cannot have this place


@dataclass(frozen=True, slots=True)
class Event:
    """One capture. title: what it is called; sections: further ones. room, building: their names.
    row: of the plan's file, for what only the plan has."""

    kind: Kind
    schedule: UUID | None
    starts_at: datetime
    ends_at: datetime
    room_number: int
    room: str
    building: str
    zone: str
    title: str
    more: str = ""
    name: str = ""
    instructor: str = ""
    row: int | None = None

    @property
    def key(self) -> tuple[UUID | None, int, datetime, datetime]:
        """What makes two of them the same capture."""
        return self.schedule, self.room_number, self.starts_at, self.ends_at

    @property
    def takes_place(self) -> bool:
        """Whether it is or would be there, so that another cannot."""
        return self.kind is not Kind.GOES

    def overlaps(self, other: Event) -> bool:
        return (
            self.room_number == other.room_number
            and self.starts_at < other.ends_at
            and other.starts_at < self.ends_at
        )


def params_of(
    institution: int, reach: Reach, place: Place, since: datetime, until: datetime
) -> dict[str, Any]:
    earliest, latest = years_shown(place.zone)
    return {
        "institution": institution,
        "granted": reach.granted,
        "number": place.room_number,
        "place": place.id,
        "since": since,
        "until": until,
        # The index on when they begin is asked from here on.
        "from": since - LONGEST_CAPTURE,
        "earliest": earliest,
        "latest": latest,
        "most": MOST_EVENTS + 1,
        "now": timezone.now(),
    }


def events_of(reach: Reach, place: Place, params: Mapping[str, Any]) -> list[Event]:
    """What takes place there between two moments, in order; one statement, ``MOST_EVENTS`` + 1 at most."""
    statement = SQL("{} {}").format(
        reaching(reach),
        named(reach, SQL("roster_occurrence"), SQL("roster_schedule"), _of(place)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(params))
        return [event(row) for row in cursor.fetchall()]


def totals(place: Place, params: Mapping[str, Any]) -> tuple[int, float]:
    """How many captures there are between two moments, and their seconds; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TOTALS.format(wanted=_of(place)), dict(params))
        captures, seconds = cursor.fetchone()
    return captures, seconds


def named(reach: Reach, occurrences: Composable, schedules: Composable, wanted: Composable) -> Composable:
    """A SELECT of occurrences with what ``event`` needs, over aliases o and s."""
    return NAMED.format(
        sections=SECTIONS_OF.format(within=within(reach, SECTION, "section")),
        instructor=SQL(INSTRUCTOR_OF),
        within=within(reach, SCHEDULE, "s"),
        occurrences=occurrences,
        schedules=schedules,
        where_it_is=SQL(WHERE_IT_IS),
        wanted=wanted,
    )


def event(row: tuple[Any, ...], kind: Kind = Kind.BOOKED) -> Event:
    """One row of ``named``."""
    (
        schedule, starts_at, ends_at, number, _, room, building, zone, name, sections, section_count,
        instructor, is_reached,
    ) = row  # fmt: skip
    if not is_reached:
        return Event(Kind.TAKEN, None, starts_at, ends_at, number, room, building, zone, "Taken")
    told = list(sections or ())
    shown = told[:SECTIONS_NAMED]
    # Those out of reach are counted in: that a capture goes to more sections is no secret of theirs.
    hidden = section_count - len(shown)
    return Event(
        kind, schedule, starts_at, ends_at, number, room, building, zone,
        title=", ".join(shown) or name,
        more=f"and {hidden} more" if shown and hidden else "",
        name=name if shown else "",
        instructor=instructor or "",
    )  # fmt: skip


def neighbours(place: Place, params: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When something takes place there last before and first after these moments."""
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS.format(wanted=_of(place)), dict(params))
        before, after = cursor.fetchone()
    return before, after


def _of(place: Place) -> SQL:
    return SQL(OF_ROOM if place.kind == "room" else OF_SECTION)
