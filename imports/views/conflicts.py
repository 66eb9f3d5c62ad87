"""What an undo leaves alone, told in full: the values before, by the import and now, and who came after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL

from edu_csv.access.policy import Reach
from edu_csv.pages.contexts.imports import Conflict
from edu_csv.pages.contexts.parts import Link
from edu_csv.pages.sentences import Why
from edu_csv.roster.lookup import Known, look_up
from edu_csv.roster.nouns import NOUNS
from imports.files import Files, files_by_import
from imports.models import Import
from imports.plans.values import fields_of, format_of, references_in, written
from imports.views import names

# For each object and field: its value before the import, and the newest later change of it.
ORIGINS = SQL("""
    SELECT (ours.before -> asked.field)::text, later.at, later.row, later.job_id, job.submitted_by,
           coalesce(nullif(upload.name, ''), upload.file_name)
      FROM unnest(%(objects)s::uuid[], %(fields)s::text[]) WITH ORDINALITY AS asked (object, field, place)
      LEFT JOIN LATERAL (
            SELECT c.id, c.before FROM roster_change AS c
             WHERE c.institution_id = %(institution)s AND c.object_id = asked.object AND c.job_id = %(of)s
             ORDER BY c.id DESC LIMIT 1) AS ours ON TRUE
      LEFT JOIN LATERAL (
            SELECT c.at, c.row, c.job_id FROM roster_change AS c
             WHERE c.institution_id = %(institution)s AND c.object_id = asked.object AND c.undone_by IS NULL
               AND c.job_id IS DISTINCT FROM %(of)s AND c.id > coalesce(ours.id, 0)
               AND (asked.field IS NULL OR c.operation <> 2 OR c.after ? asked.field)
             ORDER BY c.id DESC LIMIT 1) AS later ON TRUE
      LEFT JOIN jobs_job AS job ON job.id = later.job_id
      LEFT JOIN imports_import AS upload ON upload.job_id = later.job_id
     ORDER BY asked.place
""")
Origin = tuple[str | None, datetime | None, int | None, UUID | None, str | None, str | None]

HANGS = "has_dependants"
REASONS = {
    "changed_later": "changed since",
    HANGS: "something made later hangs on it",
    "key_taken": "its key, or its time in a room, belongs to another object by now",
    "parent_gone": "what it belongs to is deleted",
    "erased": "its old value was erased for privacy",
}
WHOLE = "(whole)"


def why_left(void: Mapping[str, Any]) -> Why:
    """Why an undo leaves something alone, from the conflicts it lists; of those it has no room to list both is said."""
    reasons = {one["reason"] for one in void.get("conflicts", [])}
    if void.get("conflicts_total", 0) > len(void.get("conflicts", [])):
        return Why(hangs=True, changed=True)
    return Why(hangs=HANGS in reasons, changed=bool(reasons - {HANGS}))


def conflicts_of(upload: Import, found: Sequence[dict[str, Any]], reach: Reach) -> list[Conflict]:
    """Conflicts as ``imports.undo`` has them, with their origin; four statements, whatever their number.

    reach: of the reader, who is not told the names of what lies beyond it.
    """
    if not found:
        return []
    origins = _origins(upload, found)
    values = [
        (json.loads(origin[0]) if origin[0] else None, one["ours"], one["now"])
        for one, origin in zip(found, origins, strict=True)
    ]
    known = _known(upload, found, values, reach)
    files = files_by_import([origin[3] for origin in origins if origin[3]])
    return [
        _conflict(upload, one, origin, shown, known, files)
        for one, origin, shown in zip(found, origins, values, strict=True)
    ]


def _origins(upload: Import, found: Sequence[dict[str, Any]]) -> list[Origin]:
    params = {
        "institution": upload.institution_id,
        "of": upload.pk,
        "objects": [UUID(one["object_id"]) for one in found],
        "fields": [one["field"] for one in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(ORIGINS, params)
        rows: list[Origin] = cursor.fetchall()
    return rows


def _known(
    upload: Import, found: Sequence[dict[str, Any]], values: Sequence[tuple[Any, Any, Any]], reach: Reach
) -> dict[UUID, Known]:
    wanted: dict[int, set[UUID]] = {}
    for one, three in zip(found, values, strict=True):
        noun = NOUNS[one["object_type"]]
        wanted.setdefault(noun.code, set()).add(UUID(one["object_id"]))
        for value in three:
            for code, id_ in references_in(noun, {one["field"] or "": value}):
                wanted.setdefault(code, set()).add(id_)
    return look_up(upload.institution_id, wanted, reach)


def _conflict(
    upload: Import,
    one: dict[str, Any],
    origin: Origin,
    values: tuple[Any, Any, Any],
    known: dict[UUID, Known],
    files: dict[UUID, Files],
) -> Conflict:
    _, at, row, job, submitted_by, called = origin
    noun = NOUNS[one["object_type"]]
    fmt = names.format_of(upload)
    columns = fields_of(format_of(noun, fmt) if fmt else None, noun)
    field = one["field"]
    column = columns.get(field) if field else None
    before, ours, now = (written(noun, column, field, value, known) if field else None for value in values)
    it = known.get(UUID(one["object_id"]))
    by: Link = {"label": "", "href": ""}
    if at is not None and job is not None:
        by = {"label": f"by {called or submitted_by}", "href": f"/imports/{job}/" if called else ""}
    elif at is not None:
        by = {"label": "by hand", "href": ""}
    return {
        "object": {
            "key": (it.external_id or it.label) if it else one["object_id"],
            "name": it.label if it and it.external_id else "",
            "href": names.object_href(noun.name, one["object_id"]),
        },
        "field": column.header if column else field or WHOLE,
        "before": before,
        "ours": ours,
        "now": now,
        "by": by,
        "by_detail": f"{files.get(job, Files()).at(row)}," if row and job else "",
        "at": at,
        "reason": REASONS.get(one["reason"], one["reason"]),
    }
