"""How far the statements of an institution have been projected."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from django.db import connection

# A place before all others until the first chunk is written.
PLACE = """
    SELECT coalesce(min(p.stored), '-infinity')::text, coalesce(min(p.seq), -1) FROM activity_projection AS p
     WHERE p.institution_id = %(institution)s
"""
NEXT = """
    SELECT s.stored FROM activity_statement AS s
     WHERE s.institution_id = %(institution)s AND s.stored >= %(stored)s::timestamptz
       AND (s.stored, s.seq) > (%(stored)s::timestamptz, %(seq)s)
     ORDER BY s.stored, s.seq LIMIT 1
"""
ALL_BEHIND = "SELECT institution, stored FROM activity_behind()"
OF_NOBODY = """
    SELECT count(*) FROM activity_view
     WHERE institution_id = %(institution)s AND origin = 1 AND person_id IS NULL AND deleted_at IS NULL
"""
UNSETTLED = "SELECT institution FROM activity_unsettled()"
COUNTS = "SELECT counts FROM activity_projection WHERE institution_id = %(institution)s"


def place(cursor: Any, institution: int) -> tuple[str, int]:
    """(stored, seq) of the last statement that was projected."""
    cursor.execute(PLACE, {"institution": institution})
    stored, seq = cursor.fetchone()
    return str(stored), int(seq)


def behind(institution: int) -> datetime | None:
    """When the oldest statement was stored that is not projected yet; None when all are.

    Of an institution that is entered. What writers have not committed yet is not among them.
    """
    with connection.cursor() as cursor:
        stored, seq = place(cursor, institution)
        cursor.execute(NEXT, {"institution": institution, "stored": stored, "seq": seq})
        found = cursor.fetchone()
    return None if found is None else cast("datetime", found[0])


def all_behind() -> dict[int, datetime]:
    """The same of each institution that is behind, by its id; without entering one."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_BEHIND)
        return dict(cursor.fetchall())


def unsettled() -> list[int]:
    """Institutions whose roster has moved since strangers and what only files hold were looked at; without entering one."""
    with connection.cursor() as cursor:
        cursor.execute(UNSETTLED)
        return [institution for (institution,) in cursor.fetchall()]


def counts(institution: int) -> dict[str, int]:
    """What became of the statements since the beginning, or since they were projected anew, by ``Told``'s keys."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"institution": institution})
        found = cursor.fetchone()
    if found is None:
        return {}
    said = json.loads(found[0]) if isinstance(found[0], str) else found[0]
    return {str(key): int(number) for key, number in said.items()}


def of_nobody(institution: int) -> int:
    """How many views that statements told of are those of people who are not known."""
    with connection.cursor() as cursor:
        cursor.execute(OF_NOBODY, {"institution": institution})
        return int(cursor.fetchone()[0])
