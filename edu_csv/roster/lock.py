"""The one lock that every writer of an institution's roster takes: imports, undo, pages, API."""

from __future__ import annotations

from django.db import connection

from edu_csv.access.models import Institution


def lock_roster(institution: int) -> int:
    """Wait for the roster until the end of this transaction; returns its version.

    Whoever writes then calls ``raise_version``, so that plans made before are made again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('edu_csv.roster:' || %s, 0))", [str(institution)]
        )
    return version(institution)


def version(institution: int) -> int:
    return Institution.objects.values_list("roster_version", flat=True).get(pk=institution)


def raise_version(institution: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_institution SET roster_version = roster_version + 1 WHERE id = %s RETURNING roster_version",
            [institution],
        )
        (now,) = cursor.fetchone()
    return int(now)
