"""Small statements for tests of the store, and the store used as an import uses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.activity import queries, store
from edu_csv.activity.store import Judged, Verdict, Written
from edu_csv.activity.xapi import prepare, term, validate

AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://edu-csv.example.edu", "name": "key-1"}}
EXPERIENCED = "http://adlnet.gov/expapi/verbs/experienced"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
NAMES = UUID("00000000-0000-4000-8000-000000000000")

Statement = dict[str, Any]


def named(name: str) -> str:
    """The same id for the same name."""
    return str(uuid5(NAMES, name))


def statement(name: str = "", **properties: Any) -> Statement:
    """A valid statement. name: of its id, a new one each time without; properties: in place of the usual ones."""
    made = {
        "id": named(name) if name else str(uuid4()),
        "actor": {"account": {"homePage": "https://lecture.example.edu", "name": "u-204"}},
        "verb": {"id": EXPERIENCED},
        "object": {"id": "https://lecture.example.edu/media/v-17"},
        "timestamp": "2025-09-03T14:05:30.000Z",
        **properties,
    }
    made = {key: value for key, value in made.items() if value is not None}
    assert not validate(made)
    return made


def refers(name: str, target: str, **properties: Any) -> Statement:
    return statement(name, object={"objectType": "StatementRef", "id": named(target)}, **properties)


def voids(name: str, target: str, **properties: Any) -> Statement:
    return refers(name, target, verb={"id": VOIDED}, **properties)


def agent(name: str) -> Statement:
    return {"account": {"homePage": "https://lecture.example.edu", "name": name}}


def agent_term(name: str) -> int:
    return term("agent", f"account:https://lecture.example.edu {name}")


@dataclass
class Outcome:
    """verdicts: by (row, position); new ones are left out. failed: rows."""

    judged: Judged
    verdicts: dict[tuple[int, int], Verdict]
    others: dict[tuple[int, int], tuple[UUID | None, int | None, bool]]
    failed: set[int]
    written: Written | None = None


def stage(cursor: Any, institution: int, rows: Iterable[Sequence[Statement]]) -> None:
    """Rows are numbered from 2, as in a file with a header."""
    store.create_staging(cursor)
    with store.copy(cursor, institution) as staging:
        for row, statements in enumerate(rows, start=2):
            for position, each in enumerate(statements):
                staging.write(row, position, prepare(each))


def look(cursor: Any, judged: Judged) -> Outcome:
    cursor.execute("SELECT row, position, verdict, other_job, other_row, is_equal FROM statement_out")
    lines = cursor.fetchall()
    cursor.execute("SELECT row FROM statement_failed")
    failed = [row for (row,) in cursor.fetchall()]
    assert len(failed) == len(set(failed)) == judged.failed_rows
    return Outcome(
        judged,
        {(row, position): Verdict(verdict) for row, position, verdict, *_ in lines},
        {(row, position): (job, other, equal) for row, position, _, job, other, equal in lines},
        set(failed),
    )


def put(
    institution: int, *rows: Sequence[Statement], job: UUID | None = None, client: int | None = None
) -> Outcome:
    """Stage, judge and write a file, and commit."""
    with tenancy.use_institution(institution), transaction.atomic(), connection.cursor() as cursor:
        stage(cursor, institution, rows)
        outcome = look(cursor, store.judge(cursor, institution))
        outcome.written = store.write(cursor, institution, authority=AUTHORITY, job=job, client=client)
        assert outcome.written.count == outcome.judged.new
    return outcome


def found(institution: int, *terms: int, **asked: Any) -> list[str]:
    """Ids of a page, newest first."""
    with tenancy.use_institution(institution), connection.cursor() as cursor:
        return [
            str(each.id) for each in queries.page(cursor, institution, queries.Asked(terms=terms, **asked))
        ]
