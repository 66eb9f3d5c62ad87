"""What a schedule's page says beside its fields: where its room is, which sections it is for, what lies ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL

from edu_csv.access.policy import Reach
from edu_csv.pages.contexts.parts import Fact
from edu_csv.pages.words import counted
from edu_csv.roster.lookup import Known
from edu_csv.roster.nouns import SECTION
from edu_csv.roster.reach import reaching, within

WHERE_AND_WHEN = """
    SELECT r.id, concat_ws(', ', r.name, b.name, k.name), coalesce(k.time_zone, i.time_zone),
           (SELECT count(*) FROM roster_occurrence AS x WHERE x.schedule_id = o.id AND x.starts_at > now()),
           (SELECT min(x.starts_at) FROM roster_occurrence AS x WHERE x.schedule_id = o.id AND x.starts_at > now())
      FROM roster_schedule AS o
      JOIN access_institution AS i ON i.id = o.institution_id
      JOIN roster_room AS r ON r.institution_id = o.institution_id AND r.id = o.room_id
      JOIN roster_building AS b ON b.institution_id = o.institution_id AND b.id = r.building_id
      JOIN roster_campus AS k ON k.institution_id = o.institution_id AND k.id = b.campus_id
     WHERE o.institution_id = %(institution)s AND o.id = %(schedule)s
"""
SECTIONS = SQL("""
    {reach}
    SELECT o.id, concat_ws(' ', coalesce(c.code, c.name), o.name) || ', ' || t.name
      FROM roster_section AS o
      JOIN roster_course AS c ON c.institution_id = o.institution_id AND c.id = o.course_id
      JOIN roster_term AS t ON t.institution_id = o.institution_id AND t.id = o.term_id
     WHERE o.institution_id = %(institution)s AND o.id = ANY (%(sections)s) AND {within}
""")


def told_in_full(
    institution: int, reach: Reach, schedule: UUID, stored: Mapping[str, Any], known: Mapping[UUID, Known]
) -> tuple[dict[UUID, Known], list[Fact]]:
    """``known`` with its room by building and campus and its sections by course and term, and what lies ahead;
    two statements."""
    params: dict[str, Any] = {
        "institution": institution,
        "schedule": schedule,
        "granted": reach.granted,
        "sections": [UUID(id_) for id_ in stored["section_ids"]],
    }
    with connection.cursor() as cursor:
        cursor.execute(WHERE_AND_WHEN, params)
        room, where, zone, ahead, following = cursor.fetchone()
        cursor.execute(SECTIONS.format(reach=reaching(reach), within=within(reach, SECTION)), params)
        labels = {room: where, **dict(cursor.fetchall())}
    facts: list[Fact] = [{"text": f"times of {zone}"}]
    facts.append({"text": f"{counted(ahead, 'capture')} ahead" if ahead else "no capture ahead"})
    if following is not None:
        facts.append({"text": "the next", "at": following})
    return {id_: replace(it, label=labels[id_]) if id_ in labels else it for id_, it in known.items()}, facts
