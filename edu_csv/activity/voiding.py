"""Void an import: one voiding statement for each statement it stored (csv data import 4.6); nothing is erased.

The id of a voiding statement follows from what it voids, so that a void that is repeated makes no second one.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID, uuid5

from django.db import connection
from django.utils import timezone

from edu_csv.activity.judging import judge
from edu_csv.activity.staging import SPOOLED, copy, create_staging
from edu_csv.activity.writing import write
from edu_csv.activity.xapi import VOIDED, prepare

NAMESPACE = UUID("7ab965e4-e755-575f-a2f8-ab0d686e595f")

COUNT = """
    SELECT count(*) FILTER (WHERE NOT is_voiding AND is_void IS NULL),
           count(*) FILTER (WHERE NOT is_voiding AND is_void),
           count(*) FILTER (WHERE is_voiding)
      FROM (SELECT s.is_voiding, (SELECT true FROM activity_voiding AS v
                                   WHERE v.institution_id = %(institution)s AND v.target = s.id) AS is_void
              FROM activity_statement AS s
             WHERE s.institution_id = %(institution)s AND s.job_id = %(job)s) AS of_import
"""
LIVE = """
    COPY (SELECT s.id
            FROM activity_statement AS s
           WHERE s.institution_id = %(institution)s AND s.job_id = %(job)s AND NOT s.is_voiding
             AND (SELECT true FROM activity_voiding AS v
                   WHERE v.institution_id = %(institution)s AND v.target = s.id) IS NULL
           ORDER BY s."row", s.seq)
    TO STDOUT (FORMAT binary)
"""
_IDS = 16


@dataclass(frozen=True, slots=True)
class Voidable:
    """live: statements of an import that voiding it would void. voided: are void already. voiding: statements
    that themselves void others, which stay (xapi.md 4)."""

    live: int
    voided: int
    voiding: int


@dataclass(frozen=True, slots=True)
class VoidedImport:
    """count: statements voided now. already, left_standing: as ``Voidable``'s voided and voiding.
    stored: of the voiding statements, None when there are none."""

    count: int
    already: int
    left_standing: int
    stored: datetime | None


def voiding_id(institution: int, statement: UUID) -> UUID:
    """The id of the statement that voids this one (csv data import 4.6)."""
    return uuid5(NAMESPACE, json.dumps([str(institution), str(statement)], separators=(",", ":")))


def voiding_statement(
    institution: int, statement: UUID, actor: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """A voiding statement as xapi.md section 4 shows it. at: UTC."""
    return {
        "id": str(voiding_id(institution, statement)),
        "actor": actor,
        "verb": {"id": VOIDED, "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": str(statement)},
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
    }


def preview_void(institution: int, job: UUID) -> Voidable:
    """What voiding the statements of this import would do now."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"institution": institution, "job": job})
        return Voidable(*cursor.fetchone())


def void_import(
    cursor: Any,
    institution: int,
    job: UUID,
    *,
    actor: Mapping[str, Any],
    voiding_job: UUID,
    authority: Mapping[str, Any] | None = None,
) -> VoidedImport:
    """Void what this import stored and what is not void yet, in the transaction of the caller.

    Makes staging tables, so nothing else may be staged in that transaction. actor: an Agent, of the voiding
    statements; authority: the actor unless given. Raises StatementsMoved as ``write`` does.
    """
    params = {"institution": institution, "job": job}
    cursor.execute(COUNT, params)
    live, already, voiding = cursor.fetchone()
    if not live:
        return VoidedImport(0, already, voiding, None)
    create_staging(cursor)
    at = timezone.now()
    with tempfile.SpooledTemporaryFile(SPOOLED) as spool:
        with cursor.copy(LIVE, params) as found:
            found.set_types(["uuid"])
            for [statement] in found.rows():
                spool.write(statement.bytes)
        spool.seek(0)
        with copy(cursor, institution) as staging:
            # A row each: were the id of one taken, only that one would not be voided.
            for row, statement in enumerate(_ids(spool), start=1):
                staging.write(row, 0, prepare(voiding_statement(institution, statement, actor, at)))
    judge(cursor, institution)
    written = write(cursor, institution, authority=authority or actor, job=voiding_job)
    return VoidedImport(written.count, already, voiding, written.stored)


def _ids(spool: IO[bytes]) -> Iterator[UUID]:
    while block := spool.read(4096 * _IDS):
        for start in range(0, len(block), _IDS):
            yield UUID(bytes=block[start : start + _IDS])
