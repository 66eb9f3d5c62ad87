"""Erasing a person: the texts that they wrote go, all else stays with their id, whose names are blank by then.

What they watched and when they did it says nothing of them any more (reporting-api.md 9, G32).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from edu_csv.activity.projection import erasing as projection

# Deleted ones say as much of somebody as those that live.
QUESTIONS = """
    UPDATE activity_question SET body = '', updated_at = now()
     WHERE institution_id = %(institution)s AND author_id = %(person)s
 RETURNING id
"""
ANSWERS = """
    UPDATE activity_answer_revision AS r SET body = '', updated_at = now()
      FROM activity_answer AS a
     WHERE r.institution_id = %(institution)s AND a.institution_id = %(institution)s AND r.answer_id = a.id
       AND a.author_id = %(person)s
 RETURNING r.id
"""
POLL_ANSWERS = """
    UPDATE activity_poll_answer_revision AS r SET answer = '', updated_at = now()
      FROM activity_poll_answer AS a
     WHERE r.institution_id = %(institution)s AND a.institution_id = %(institution)s AND r.poll_answer_id = a.id
       AND a.person_id = %(person)s
 RETURNING r.id
"""
JOURNAL = """
    UPDATE roster_change SET before = %(erased)s, after = %(erased)s
     WHERE institution_id = %(institution)s AND object_id = ANY (%(objects)s::uuid[])
"""
# What was projected from statements stays so: projecting it anew finds the texts empty too.
AS_PROJECTED = "SELECT set_config('edu_csv.projecting', %s, true)"


def empty_texts(institution: int, person: UUID) -> list[UUID]:
    """Empty what a person asked and answered, and what the journal and the projection keep of it.

    The ids of what was theirs, emptied before or now: stored plans know them. The caller holds the transaction and
    the roster's lock.
    """
    objects: list[UUID] = []
    params: dict[str, Any] = {
        "institution": institution,
        "person": person,
        "erased": Jsonb({"_erased": True}),
        "objects": objects,
    }
    with connection.cursor() as cursor:
        cursor.execute(AS_PROJECTED, ["on"])
        for statement in (QUESTIONS, ANSWERS, POLL_ANSWERS):
            cursor.execute(statement, params)
            objects += _ids(cursor.fetchall())
        cursor.execute(AS_PROJECTED, ["off"])
        cursor.execute(JOURNAL, params)
        projection.forget(cursor, institution, person)
    return objects


def _ids(rows: Sequence[tuple[UUID]]) -> list[UUID]:
    return [row[0] for row in rows]
