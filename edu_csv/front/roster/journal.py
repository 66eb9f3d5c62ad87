"""The journal of one object: its changes newest first, and which of them set each field last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from edu_csv.roster.nouns import Noun

CHANGES = """
    SELECT at, operation, before, after, job_id, "row", account_id, is_effect, undone_by IS NOT NULL,
           count(*) OVER ()
      FROM roster_change
     WHERE institution_id = %(institution)s AND object_id = %(object)s AND object_type = %(type)s
     ORDER BY at DESC, id DESC LIMIT %(most)s
"""
# The last change of each field; a revival may bring values with it too.
LAST_SET = """
    SELECT DISTINCT ON (set.name) set.name, c.at, c.operation, c.job_id, c."row", c.account_id, c.is_effect
      FROM roster_change AS c CROSS JOIN LATERAL jsonb_object_keys(c.after) AS set (name)
     WHERE c.institution_id = %(institution)s AND c.object_id = %(object)s AND c.object_type = %(type)s
       AND c.undone_by IS NULL
     ORDER BY set.name, c.at DESC, c.id DESC
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. before, after: the fields that changed, by column name, as JSON has them."""

    at: datetime
    operation: int
    before: dict[str, Any]
    after: dict[str, Any]
    job: UUID | None
    row: int | None
    account: int | None
    is_effect: bool
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Setter:
    """The change that set a field last."""

    at: datetime
    job: UUID | None
    row: int | None
    account: int | None
    is_effect: bool


def entries(institution: int, noun: Noun, object_id: UUID, most: int) -> tuple[list[Entry], int]:
    """The newest changes, and how many there are in all; one statement."""
    params: dict[str, Any] = {
        "institution": institution,
        "object": object_id,
        "type": noun.code,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, params)
        rows = cursor.fetchall()
    found = [
        Entry(at, operation, _values(before), _values(after), *rest)
        for at, operation, before, after, *rest, _ in rows
    ]
    return found, rows[0][-1] if rows else 0


def setters(institution: int, noun: Noun, object_id: UUID) -> dict[str, Setter]:
    """Who set each field that was changed since the object was made; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_SET, {"institution": institution, "object": object_id, "type": noun.code})
        return {
            name: Setter(at, job, row, account, is_effect)
            for name, at, _, job, row, account, is_effect in cursor.fetchall()
        }


def _values(stored: Any) -> dict[str, Any]:
    # Django's connection hands JSON over as text.
    values: dict[str, Any] = json.loads(stored)
    return values
