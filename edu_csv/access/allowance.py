"""How many requests somebody may make: a client so many a second, an institution so many in any minute.

A client's are a token bucket: so many at once, and as many again in a second. An institution's are counted exactly, by
the times of the last ones: what is published is a number of calls a minute (reporting-api.md 5.7), and a bucket of that
size lets almost twice as many through in its first minute. In the database, so that all processes and hosts count alike;
one statement, about one row.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

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
# Times that are a minute old or more are forgotten; at most as many as are let in are kept.
TAKE_IN_A_MINUTE = """
    INSERT INTO access_allowance AS had (subject, institution_id, "left", at, calls)
    VALUES (%(subject)s, %(institution)s, 0, coalesce(%(now)s, clock_timestamp()), ARRAY[coalesce(%(now)s, clock_timestamp())])
    ON CONFLICT (subject) DO UPDATE
       SET at = greatest(had.at, EXCLUDED.at),
           calls = array(SELECT call FROM unnest(had.calls) AS call WHERE call > EXCLUDED.at - interval '1 minute'
                          ORDER BY call) || greatest(had.at, EXCLUDED.at)
     WHERE (SELECT count(*) FROM unnest(had.calls) AS call WHERE call > EXCLUDED.at - interval '1 minute') < %(most)s
    RETURNING true
"""
OLDEST = """
    SELECT extract(epoch FROM calls[cardinality(calls) - %(most)s + 1] + interval '1 minute'
                              - coalesce(%(now)s, clock_timestamp()))
      FROM access_allowance WHERE subject = %(subject)s
"""


def take(client: ApiClient, *, per_second: int, now: datetime | None = None) -> bool:
    """Take one request from what the client has left; False when there is none.

    per_second: how many it may have left at most, and gets back in a second. now: for tests; else the server's clock.
    """
    params: dict[str, Any] = {
        "subject": f"client {client.pk}",
        "institution": client.institution_id,
        "most": per_second,
        "a_second": per_second,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, params)
        return cursor.fetchone() is not None


def take_of_institution(institution: int, *, per_minute: int, now: datetime | None = None) -> int:
    """Take one of the requests that all clients of an institution share; 0, or the whole seconds until there is one.

    per_minute: how many there are in any 60 seconds. A refused one takes nothing.
    """
    params: dict[str, Any] = {
        "subject": f"institution {institution}",
        "institution": institution,
        "most": per_minute,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_IN_A_MINUTE, params)
        if cursor.fetchone() is not None:
            return 0
        cursor.execute(OLDEST, params)
        [left] = cursor.fetchone() or [None]
    return max(1, math.ceil(left)) if left is not None else 1
