"""Void an import: one voiding statement for each statement it stored (csv data import 4.6); nothing is erased.

The id of a voiding statement follows from what it voids, so that a void that is repeated makes no second one. So
anybody can work it out and store something else under it first; what is in the way gets another id, and in the
end one that nobody knows beforehand.
"""

from __future__ import annotations

import json
import secrets
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
# Voidings whose id is taken, by whatever it is: anything but NEW.
TAKEN = """
    COPY (SELECT s.refers_to FROM statement_in AS s
           WHERE EXISTS (SELECT FROM statement_out AS o WHERE o.n = s.n)
           ORDER BY s.n)
    TO STDOUT (FORMAT binary)
"""
FORGET_TAKEN = "DELETE FROM statement_in AS s USING statement_out AS o WHERE o.n = s.n"
# What an id is made of besides, when the first is taken (docs/decisions/statements.md); then chance.
FURTHER = ("2", "3")
_IDS = 16


class NotAllVoided(Exception):
    """Statements of an import that would stay live; nothing of the void may be committed.

    left: how many. live: how many there were to void.
    """

    def __init__(self, left: int, live: int) -> None:
        super().__init__(left, live)
        self.left, self.live = left, live


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


def voiding_id(institution: int, statement: UUID, *further: str) -> UUID:
    """The id of the statement that voids this one (csv data import 4.6). further: where that is taken."""
    name = json.dumps([str(institution), str(statement), *further], separators=(",", ":"))
    return uuid5(NAMESPACE, name)


def voiding_statement(id_: UUID, statement: UUID, actor: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A voiding statement as xapi.md section 4 shows it. at: UTC."""
    return {
        "id": str(id_),
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
    statements; authority: the actor unless given. Raises StatementsMoved as ``write`` does, and NotAllVoided
    when fewer were written than were live; nothing of it may be committed then.
    """
    params = {"institution": institution, "job": job}
    cursor.execute(COUNT, params)
    counted, already, voiding = cursor.fetchone()
    if not counted:
        return VoidedImport(0, already, voiding, None)
    create_staging(cursor)
    stager = _Stager(cursor, institution, actor)
    live = stager.stage(LIVE, params)
    judged = judge(cursor, institution)
    for further in (*FURTHER, secrets.token_hex()):
        if judged.new == live:
            break
        stager.stage(TAKEN, further=further)
        judged = judge(cursor, institution)
    written = write(cursor, institution, authority=authority or actor, job=voiding_job)
    if written.count != live:
        raise NotAllVoided(live - written.count, live)
    # Others may have voided some since these were counted.
    return VoidedImport(live, already + counted - live, voiding, written.stored)


class _Stager:
    """Stages voiding statements, a row each: where the id of one is taken, only that one is not new."""

    def __init__(self, cursor: Any, institution: int, actor: Mapping[str, Any]) -> None:
        self._cursor, self._institution, self._actor = cursor, institution, actor
        self._at = timezone.now()
        self._rows = 0

    def stage(self, targets: str, params: Mapping[str, Any] | None = None, *, further: str = "") -> int:
        """Stage one for each id that this COPY hands out; returns how many. further: what ids are made of besides.

        With ``further`` they are staged already, with an id that is taken; that goes.
        """
        before = self._rows
        more = (further,) if further else ()
        with tempfile.SpooledTemporaryFile(SPOOLED) as spool:
            with self._cursor.copy(targets, params) as found:
                found.set_types(["uuid"])
                for [statement] in found.rows():
                    spool.write(statement.bytes)
            if further:
                self._cursor.execute(FORGET_TAKEN)
            spool.seek(0)
            with copy(self._cursor, self._institution) as staging:
                for self._rows, statement in enumerate(_ids(spool), start=before + 1):
                    id_ = voiding_id(self._institution, statement, *more)
                    staging.write(
                        self._rows, 0, prepare(voiding_statement(id_, statement, self._actor, self._at))
                    )
        return self._rows - before


def _ids(spool: IO[bytes]) -> Iterator[UUID]:
    while block := spool.read(4096 * _IDS):
        for start in range(0, len(block), _IDS):
            yield UUID(bytes=block[start : start + _IDS])
