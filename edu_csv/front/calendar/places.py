"""Whose week a calendar shows: a room, or a section, with the time zone its times are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg.sql import SQL

from edu_csv.access.policy import Reach
from edu_csv.front.calendar.weeks import zone_named
from edu_csv.roster.nouns import SECTION
from edu_csv.roster.reach import reaching, within

ROOM = """
    SELECT o.id, o.name, o.external_id, o.deleted_at IS NOT NULL, o.number, building.name, campus.name,
           campus.time_zone, institution.time_zone
      FROM roster_room AS o
      JOIN roster_building AS building ON building.institution_id = o.institution_id AND building.id = o.building_id
      JOIN roster_campus AS campus ON campus.institution_id = o.institution_id AND campus.id = building.campus_id
      JOIN access_institution AS institution ON institution.id = o.institution_id
     WHERE o.institution_id = %(institution)s AND o.id = %(place)s
"""
SECTION_OF = SQL("""
    {reach}
    SELECT o.id, o.name, o.external_id, o.deleted_at IS NOT NULL, coalesce(c.code, c.name), c.name, t.name,
           institution.time_zone
      FROM roster_section AS o
      JOIN roster_course AS c ON c.institution_id = o.institution_id AND c.id = o.course_id
      JOIN roster_term AS t ON t.institution_id = o.institution_id AND t.id = o.term_id
      JOIN access_institution AS institution ON institution.id = o.institution_id
     WHERE o.institution_id = %(institution)s AND o.id = %(place)s AND {within}
""")


@dataclass(frozen=True, slots=True)
class Place:
    """kind: as in the address. parents: what it belongs to, the nearest first. names: by which a file may name
    it, from the outermost. zone: its campus's for a room, the institution's for a section, whose rooms may lie
    on several campuses. room_number: of a room, else 0. unknown_zone: what the campus says where nobody knows
    that zone; ``zone`` is the institution's then."""

    kind: Literal["room", "section"]
    id: UUID
    name: str
    external_id: str
    is_gone: bool
    parents: tuple[str, ...]
    names: tuple[str, ...]
    zone: ZoneInfo
    room_number: int = 0
    unknown_zone: str = ""

    @property
    def roster_href(self) -> str:
        return f"/roster/{self.kind}s/{self.id}/"


def find_room(institution: int, room: UUID) -> Place | None:
    """Rooms belong to the institution: whoever reads the roster sees them all."""
    with connection.cursor() as cursor:
        cursor.execute(ROOM, {"institution": institution, "place": room})
        found = cursor.fetchone()
    if found is None:
        return None
    id_, name, external_id, is_gone, number, building, campus, own_zone, zone = found
    known = zone_named(own_zone) if own_zone else None
    return Place(
        "room", id_, name, external_id or "", is_gone, (building, campus), (campus, building, name),
        known or _zone(zone), number, own_zone if own_zone and known is None else "",
    )  # fmt: skip


def find_section(institution: int, reach: Reach, section: UUID) -> Place | None:
    """None for one that is absent, foreign or out of reach."""
    statement = SECTION_OF.format(reach=reaching(reach), within=within(reach, SECTION))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"institution": institution, "place": section, "granted": reach.granted})
        found = cursor.fetchone()
    if found is None:
        return None
    id_, name, external_id, is_gone, code, course, term, zone = found
    return Place(
        "section", id_, f"{code} {name}", external_id or "", is_gone, (course, term), (term, code, name),
        _zone(zone),
    )  # fmt: skip


def _zone(institution: str) -> ZoneInfo:
    """The institution's; UTC should it be unknown."""
    return zone_named(institution) or ZoneInfo("UTC")
