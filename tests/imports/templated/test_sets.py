"""Sets: as many SQL statements for many rows as for one; and what others store meanwhile is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.activity import store, xapi
from edu_csv.jobs.runners import work_one
from imports.formats.templated import key_of
from imports.steps.templated import apply
from imports.steps.templated.authority import authority_of
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import (
    HEADER,
    PLAIN,
    live,
    load,
    make_template,
    plain,
    told,
    view,
)
from tests.imports.test_statements import statements_of

A, B = str(uuid4()), str(uuid4())
OTHER = {"mbox": "mailto:rival@example.edu"}


def test_an_import_takes_as_many_statements_for_many_rows_as_for_one(tenant: Tenant) -> None:
    version = make_template(tenant)
    load(tenant, version, csv_text(HEADER, view(0)))
    counts = []
    for rows in (range(1, 251), range(300, 1_000)):
        # Of each kind: new, stored already, bad. Of fewer rows no statistics are taken.
        file = csv_text(
            HEADER, *(view(n) for n in rows), view(0), *[view(7, event_timestamp="soon")] * len(rows)
        )
        upload = tenant.receive(file, key_of(version.template_id), "")
        counts.append(statements_of(lambda: work_one(["imports"], only_institution=tenant.pk), tenant))
        assert tenant.fresh(upload).counts["created"] == len(rows)
    assert counts[0] == counts[1]


def test_an_undo_takes_as_many_statements_for_many_rows_as_for_one(tenant: Tenant) -> None:
    version = make_template(tenant)
    counts = []
    for rows in (range(250), range(300, 1_000)):
        done = load(tenant, version, csv_text(HEADER, *(view(n) for n in rows)))
        counts.append(statements_of(lambda done=done: tenant.undo(done), tenant))  # type: ignore[misc]  # a lambda with a default has no type of its own
    assert counts[0] == counts[1]
    assert live(tenant) == set()


@pytest.fixture
def rival(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], None]:
    """Have another store a statement between the plan of the next import and its writing."""
    pending: list[dict[str, Any]] = []

    def interrupted(job: Any) -> dict[str, Any]:
        while pending:
            thread = threading.Thread(target=_store, args=(tenant, pending.pop()))
            thread.start()
            thread.join(30)
        return authority_of(job)

    monkeypatch.setattr(apply, "authority_of", interrupted)
    return pending.append


def _store(tenant: Tenant, statement: dict[str, Any]) -> None:
    try:
        with tenancy.use_institution(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
            raw = cursor.connection.cursor() if hasattr(cursor, "connection") else cursor
            store.create_staging(raw)
            with store.copy(raw, tenant.pk) as staged:
                staged.write(0, 0, xapi.prepare(statement))
            store.judge(raw, tenant.pk)
            store.write(raw, tenant.pk, authority=OTHER)
    finally:
        connection.close()


def statement(id_: str, what: str) -> dict[str, Any]:
    return {
        "id": id_,
        "actor": {"mbox": "mailto:ana@example.edu"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": f"https://lecture.example.edu/media/{what}"},
    }


def test_what_another_stored_since_the_plan_counts_as_a_duplicate(
    tenant: Tenant, rival: Callable[[dict[str, Any]], None]
) -> None:
    version = make_template(tenant, PLAIN)
    rival(statement(A, "v"))
    done = load(tenant, version, plain((A, "ana@example.edu", "v"), (B, "ana@example.edu", "v")))
    assert done.job.status == "completed"
    assert (done.counts["created"], done.counts["unchanged"]) == (1, 1)
    assert [row.outcome for row in tenant.plan(done)] == ["unchanged", "created"]
    assert live(tenant) == {A, B}


def test_what_another_stored_otherwise_since_the_plan_fails_the_row(
    tenant: Tenant, rival: Callable[[dict[str, Any]], None]
) -> None:
    version = make_template(tenant, PLAIN)
    rival(statement(A, "other"))
    done = load(tenant, version, plain((A, "ana@example.edu", "v"), (B, "ana@example.edu", "v")))
    assert (done.counts["created"], done.counts["failed"]) == (1, 1)
    assert told(tenant, done) == {
        2: f"A different statement with the id {A} is already stored. Statements cannot be changed; void the old one or change"
        " what the id is made of."
    }
