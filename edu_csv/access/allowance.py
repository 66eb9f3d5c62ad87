"""How many requests a program may make: so many at once, and as many again each second.

In the database, so that all processes and hosts count alike; one statement, about one row.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from edu_csv.access.models import ApiClient

# A request that is refused takes nothing: who keeps asking waits no longer than who does not.
TAKE = """
    INSERT INTO access_allowance AS had (client_id, institution_id, "left", at)
    VALUES (%(client)s, %(institution)s, %(most)s::float8 - 1, coalesce(%(now)s, clock_timestamp()))
    ON CONFLICT (client_id) DO UPDATE
       SET at = greatest(had.at, EXCLUDED.at),
           "left" = least(%(most)s::float8, had."left" + %(most)s * greatest(
                        0, extract(epoch FROM EXCLUDED.at - had.at)::float8)) - 1
     WHERE least(%(most)s::float8, had."left" + %(most)s * greatest(
                        0, extract(epoch FROM EXCLUDED.at - had.at)::float8)) >= 1
    RETURNING true
"""


def take(client: ApiClient, *, per_second: int, now: datetime | None = None) -> bool:
    """Take one request from what the client has left; False when there is none.

    per_second: how many it may have left at most, and gets back in a second. now: for tests; else the server's clock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE, {"client": client.pk, "institution": client.institution_id, "most": per_second, "now": now}
        )
        return cursor.fetchone() is not None
