"""Erasing a person: the texts that they wrote go, all else stays with their id, whose names are blank by then.

What they watched and when they did it says nothing of them any more (reporting-api.md 9, G32).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from edu_csv.activity.projection import erasing as projection
from edu_csv.roster.activity_nouns import QUESTION

# Deleted ones say as much of somebody as those that live. The same of all: (id, what files may call it).
QUESTIONS = """
    UPDATE activity_question SET body = '', updated_at = now()
     WHERE institution_id = %(institution)s
       AND (author_id = %(person)s OR (author_id IS NULL AND id = ANY (%(once)s::uuid[])))
 RETURNING id, external_id
"""
# A question that a file took from them, or gave to somebody else: the journal has their words.
ONCE_THEIRS = """
    SELECT DISTINCT c.object_id FROM roster_change AS c
     WHERE c.institution_id = %(institution)s AND c.object_type = %(question)s
       AND %(person)s::text IN (c.before ->> 'author_id', c.after ->> 'author_id')
"""
ANSWERS = """
    SELECT id, external_id FROM activity_answer WHERE institution_id = %(institution)s AND author_id = %(person)s
"""
POLL_ANSWERS = """
    SELECT id, external_id FROM activity_poll_answer WHERE institution_id = %(institution)s AND person_id = %(person)s
"""
ANSWER_TEXTS = """
    UPDATE activity_answer_revision SET body = '', updated_at = now()
     WHERE institution_id = %(institution)s AND answer_id = ANY (%(named)s::uuid[])
 RETURNING id, NULL
"""
POLL_ANSWER_TEXTS = """
    UPDATE activity_poll_answer_revision SET answer = '', updated_at = now()
     WHERE institution_id = %(institution)s AND poll_answer_id = ANY (%(named)s::uuid[])
 RETURNING id, NULL
"""
JOURNAL = """
    UPDATE roster_change SET before = %(erased)s, after = %(erased)s
     WHERE institution_id = %(institution)s AND object_id = ANY (%(texts)s::uuid[])
"""
# What was projected from statements stays so: projecting it anew finds the texts empty too.
AS_PROJECTED = "SELECT set_config('edu_csv.projecting', %s, true)"

Found = Sequence[tuple[UUID, str | None]]


@dataclass(frozen=True, slots=True)
class Emptied:
    """texts: system ids of the objects that held them. names: what rows of files call what they are part of."""

    texts: list[UUID]
    names: frozenset[str]


def empty_texts(institution: int, person: UUID) -> Emptied:
    """Empty what a person asked and answered, and what the journal and the projection keep of it.

    What was emptied before is found again, so that this may be repeated. The caller holds the transaction and the
    roster's lock.
    """
    params: dict[str, Any] = {
        "institution": institution,
        "person": person,
        "question": QUESTION.code,
        "erased": Jsonb({"_erased": True}),
    }
    with connection.cursor() as cursor:

        def fetch(statement: str, named: Found = ()) -> Found:
            cursor.execute(statement, {**params, "named": [id_ for id_, _ in named]})
            rows: Found = cursor.fetchall()
            return rows

        cursor.execute(AS_PROJECTED, ["on"])
        cursor.execute(ONCE_THEIRS, params)
        params["once"] = [id_ for (id_,) in cursor.fetchall()]
        questions, answers, poll_answers = fetch(QUESTIONS), fetch(ANSWERS), fetch(POLL_ANSWERS)
        revisions = [*fetch(ANSWER_TEXTS, answers), *fetch(POLL_ANSWER_TEXTS, poll_answers)]
        cursor.execute(AS_PROJECTED, ["off"])
        texts = list({id_ for id_, _ in (*questions, *revisions)} | set(params["once"]))
        cursor.execute(JOURNAL, {**params, "texts": texts})
        projection.forget(cursor, institution, person)
    every = (*questions, *answers, *poll_answers)
    names = {str(id_) for id_, _ in every} | {external_id for _, external_id in every if external_id}
    return Emptied(texts, frozenset(names))
