"""What is asked of the store: one statement, a page of them, those of an import (xapi.md 5.2).

Pages go through a function of the database that runs as its owner and asks for one institution itself: under
row-level security the index over ``terms`` could not be used, since its operators are not proven to leak nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from psycopg.sql import SQL

from edu_csv.activity.terms import client_term, salted
from edu_csv.activity.xapi import term

# The greatest number of statements that one page is asked for (xapi.md A13), and one more to see whether there are more.
MOST = 501

COLUMNS = SQL(
    "s.stored, s.seq, s.id, s.timestamp, s.has_timestamp, s.body, a.actor, s.client_id, s.job_id, s.row"
)
ONE = SQL("""
    SELECT {columns}
      FROM activity_statement_key AS k
      JOIN activity_statement AS s ON s.institution_id = %(institution)s AND s.stored = k.stored AND s.seq = k.seq
      JOIN activity_authority AS a ON a.institution_id = %(institution)s AND a.id = s.authority_id
      LEFT JOIN activity_voiding AS v ON v.institution_id = %(institution)s AND v.target = k.id
     WHERE k.institution_id = %(institution)s AND k.id = %(id)s
       AND (v.target IS NOT NULL AND NOT k.is_voiding) = %(voided)s
       AND (%(client)s::bigint IS NULL OR s.client_id = %(client)s)
""").format(columns=COLUMNS)
PAGE = SQL("""
    SELECT {columns}
      FROM activity_page(%(institution)s, %(narrow)s::bigint[], %(terms)s::bigint[], %(since)s, %(until)s, %(ascending)s,
                         %(stored)s, %(seq)s, %(client)s, %(limit)s) AS s
      JOIN activity_authority AS a ON a.institution_id = %(institution)s AND a.id = s.authority_id
     ORDER BY s.place
""").format(columns=COLUMNS)
IDS_OF_IMPORT = """
    SELECT s.id FROM activity_statement AS s
     WHERE s.institution_id = %(institution)s AND s.job_id = %(job)s ORDER BY s."row", s.seq
"""
IDS_OF_IMPORTS = """
    SELECT s.job_id, s.id FROM activity_statement AS s
     WHERE s.institution_id = %(institution)s AND s.job_id = ANY(%(jobs)s) ORDER BY s.job_id DESC, s."row", s.seq
"""
OF_ROWS = SQL("""
    SELECT {columns}
      FROM activity_statement AS s
      JOIN activity_authority AS a ON a.institution_id = %(institution)s AND a.id = s.authority_id
     WHERE s.institution_id = %(institution)s AND s.job_id = %(job)s AND s."row" = ANY(%(rows)s)
     ORDER BY s."row", s.seq
""").format(columns=COLUMNS)
FIRST_OF_ROWS = """
    SELECT DISTINCT ON (s."row") s."row", s.id FROM activity_statement AS s
     WHERE s.institution_id = %(institution)s AND s.job_id = %(job)s AND s."row" IS NOT NULL ORDER BY s."row", s.seq
"""
COUNT_OF_IMPORT = """
    SELECT count(*) FROM activity_statement AS s WHERE s.institution_id = %(institution)s AND s.job_id = %(job)s
"""
NAMING = "SELECT activity_naming(%(institution)s, %(terms)s)"
CONSISTENT_THROUGH = "SELECT activity_consistent_through(%(institution)s)"


@dataclass(frozen=True, slots=True)
class Found:
    """A stored statement. stored, seq: its place, by which pages go on. body: JSON as sent, without what the store
    sets; timestamp: as sent, or ``stored``. authority: an Agent as JSON. job, row: the import it came with."""

    stored: datetime
    seq: int
    id: UUID
    timestamp: datetime
    has_timestamp: bool
    body: str
    authority: str
    client: int | None
    job: UUID | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which statements a page is to show. terms: ``xapi.term`` of each filter; a statement matches when it, or one
    of those that it refers to over any number of steps, has all of them.

    since: later than this; until: up to and with it. after: (stored, seq) of the last one seen, in the order
    asked for. client: only what this credential sent.
    """

    terms: Sequence[int] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int = MOST
    ascending: bool = False
    after: tuple[datetime, int] | None = None
    client: int | None = None


def consistent_through(institution: int) -> datetime:
    """All statements stored up to this moment are to be seen (xapi.md 5.2): until the oldest open writer began.

    Ask before the statements themselves: what is stored between the two is not promised then.
    """
    with connection.cursor() as cursor:
        cursor.execute(CONSISTENT_THROUGH, {"institution": institution})
        [moment] = cursor.fetchone()
    return cast("datetime", moment)


def one(
    cursor: Any, institution: int, id_: UUID | str, *, voided: bool = False, client: int | None = None
) -> Found | None:
    """The statement with this id; void ones only with ``voided``, others only without."""
    cursor.execute(ONE, {"institution": institution, "id": id_, "voided": voided, "client": client})
    found = cursor.fetchone()
    return None if found is None else Found(*found)


def page(cursor: Any, institution: int, asked: Asked) -> list[Found]:
    """Statements that are not void, newest first unless asked otherwise; at most ``asked.limit``, and 501."""
    stored, seq = asked.after or (None, None)
    terms = salted(institution, asked.terms)
    client = [] if asked.client is None else salted(institution, [client_term(asked.client)])
    cursor.execute(
        PAGE,
        {
            "institution": institution,
            "narrow": terms + client,
            "terms": terms,
            "since": asked.since,
            "until": asked.until,
            "ascending": asked.ascending,
            "stored": stored,
            "seq": seq,
            "client": asked.client,
            "limit": min(asked.limit, MOST),
        },
    )
    return [Found(*line) for line in cursor.fetchall()]


def statements_of_import(institution: int, job: UUID) -> Iterator[UUID]:
    """The ids of all statements that this import stored, void ones too, in the order of its file; streamed."""
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor(name="statements_of_import") as cursor:
            cursor.itersize = 10_000
            cursor.execute(IDS_OF_IMPORT, {"institution": institution, "job": job})
            for [id_] in cursor:
                yield id_


def statements_of_imports(institution: int, jobs: Sequence[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """(import, id) of the same for several imports, the newest import first; streamed within the caller's transaction."""
    connection.ensure_connection()
    with connection.connection.cursor(name="statements_of_imports") as cursor:
        cursor.itersize = 10_000
        cursor.execute(IDS_OF_IMPORTS, {"institution": institution, "jobs": list(jobs)})
        yield from cursor


def statements_of_rows(cursor: Any, institution: int, job: UUID, rows: Iterable[int]) -> list[Found]:
    """The statements that these rows of an import stored, void ones too, in the order of its file."""
    cursor.execute(OF_ROWS, {"institution": institution, "job": job, "rows": list(rows)})
    return [Found(*line) for line in cursor.fetchall()]


def first_of_rows(institution: int, job: UUID) -> Generator[tuple[int, UUID]]:
    """(row, id) of the first statement that each row of an import stored, void ones too, by row; streamed within the
    caller's transaction."""
    connection.ensure_connection()
    with connection.connection.cursor(name="first_of_rows") as cursor:
        cursor.itersize = 10_000
        cursor.execute(FIRST_OF_ROWS, {"institution": institution, "job": job})
        yield from cursor


def count_of_import(institution: int, job: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_OF_IMPORT, {"institution": institution, "job": job})
        [number] = cursor.fetchone()
    return int(number)


def count_naming(institution: int, agent_keys: Iterable[str]) -> int:
    """How many statements name one of these agents anywhere, void ones counted. agent_keys: of ``xapi.agent_key``."""
    terms = salted(institution, {term("related_agent", key) for key in agent_keys})
    with connection.cursor() as cursor:
        cursor.execute(NAMING, {"institution": institution, "terms": terms})
        [number] = cursor.fetchone()
    return int(number)
