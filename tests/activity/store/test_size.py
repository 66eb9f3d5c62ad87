"""Any number of statements takes the same number of SQL statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.activity import store
from tests.activity.store.statements import AUTHORITY, Statement, agent, look, refers, stage, statement
from tests.imports.harness import Tenant, new_tenant


@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        said.append(re.sub(r"\s+", " ", str(sql))[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield said


def file(rows: int) -> Iterator[list[Statement]]:
    """Of each kind a tenth: new, twice, in conflict, referring to another; some with a definition."""
    for row in range(rows):
        kind, number = row % 10, row // 10
        if kind in (2, 3):
            yield [statement(f"{number}-2")]
        elif kind == 4:
            yield [statement(f"{number}-2", result={"success": True})]
        elif kind == 5:
            yield [refers(f"{number}-5", f"{number}-2")]
        elif kind == 6:
            thing = {"id": f"https://x.example/{number % 50}", "definition": {"name": {"en": f"{row}"}}}
            yield [statement(f"{number}-6", object=thing)]
        else:
            yield [statement(f"{number}-{kind}", actor=agent(f"u{row % 997}"))]


def statements_for(tenant: Tenant, rows: int) -> tuple[list[str], store.Judged]:
    with (
        tenancy.use_institution(tenant.pk),
        counted() as said,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        stage(cursor, tenant.pk, file(rows))
        store.judge(cursor, tenant.pk)
        judged = look(cursor, store.judge(cursor, tenant.pk)).judged
        store.write(cursor, tenant.pk, authority=AUTHORITY, job=uuid4())
    return said, judged


def check(rows: int) -> None:
    few, _ = statements_for(new_tenant(), 300)
    many, judged = statements_for(new_tenant(), rows)
    assert (judged.statements, judged.new, judged.duplicates, judged.failed_rows) == (
        rows,
        rows * 8 // 10,
        rows // 10,
        rows // 10,
    )
    # After many rows statistics are taken, once.
    assert [each for each in many if "activity_analyze" not in each] == few
    assert len(many) - len(few) == (rows >= 10_000)


def test_2_000_statements_take_as_many_sql_statements_as_300(committed: None) -> None:
    check(2_000)


@pytest.mark.slow
def test_100_000_statements_take_as_many_sql_statements_as_300(committed: None) -> None:
    check(100_000)
