"""How many requests somebody may make: so many at once, and as many again in so many seconds (a token bucket).

In the database, so that all processes and hosts count alike; one statement, about one row.
"""

from __future__ import annotations

import math
from datetime import datetime

from django.db import connection

from edu_csv.access.models import ApiClient

# A request that is refused takes nothing: who keeps asking waits no longer than who does not.
TAKE = """
    INSERT INTO access_allowance AS had (subject, institution_id, "left", at)
    VALUES (%(subject)s, %(institution)s, %(most)s::float8 - 1, coalesce(%(now)s, clock_timestamp()))
    ON CONFLICT (subject) DO UPDATE
       SET at = greatest(had.at, EXCLUDED.at),
           "left" = least(%(most)s::float8, had."left" + %(a_second)s::float8 * greatest(
                        0, extract(epoch FROM EXCLUDED.at - had.at)::float8)) - 1
     WHERE least(%(most)s::float8, had."left" + %(a_second)s::float8 * greatest(
                        0, extract(epoch FROM EXCLUDED.at - had.at)::float8)) >= 1
    RETURNING true
"""
MINUTE = 60


def take(client: ApiClient, *, per_second: int, now: datetime | None = None) -> bool:
    """Take one request from what the client has left; False when there is none.

    per_second: how many it may have left at most, and gets back in a second. now: for tests; else the server's clock.
    """
    return _take(f"client {client.pk}", client.institution_id, per_second, per_second, now)


def take_of_institution(institution: int, *, per_minute: int, now: datetime | None = None) -> bool:
    """The same from what all clients of an institution share (reporting-api.md 5.7).

    per_minute: how many there may be left at most, and come back in a minute.
    """
    return _take(f"institution {institution}", institution, per_minute, per_minute / MINUTE, now)


def seconds_until_one(*, per_minute: int) -> int:
    """In how many whole seconds somebody who has nothing left may ask again."""
    return math.ceil(MINUTE / per_minute)


def _take(subject: str, institution: int, most: int, a_second: float, now: datetime | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            {"subject": subject, "institution": institution, "most": most, "a_second": a_second, "now": now},
        )
        return cursor.fetchone() is not None
