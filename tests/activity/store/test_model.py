"""A file of any kind comes out as if its rows had been stored one by one, each whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.activity import queries, store
from edu_csv.activity.store import Verdict
from tests.activity.store.statements import AUTHORITY, VOIDED, look, named, refers, stage, statement, voids
from tests.imports.harness import Tenant, new_tenant

TIMES = (None, "2025-09-03T14:05:30.000Z", "2025-09-03T14:06:00.000Z")
numbers = count()


@dataclass(frozen=True)
class Sent:
    """A statement of the model: all that tells two of them apart."""

    id: int
    content: int
    time: int
    voids: int | None
    refers: int | None

    def as_statement(self, prefix: str) -> dict[str, Any]:
        name, time = f"{prefix}{self.id}", TIMES[self.time]
        result = {"success": bool(self.content)}
        if self.voids is not None:
            return voids(name, f"{prefix}{self.voids}", timestamp=time)
        if self.refers is not None:
            return refers(name, f"{prefix}{self.refers}", timestamp=time, result=result)
        return statement(name, timestamp=time, result=result)

    def equals(self, other: Sent) -> bool:
        said = (self.voids, self.refers, self.voids is None and self.content)
        other_said = (other.voids, other.refers, other.voids is None and other.content)
        return said == other_said and (self.time == other.time or not self.time or not other.time)


@dataclass
class Model:
    """The store in a few lines: what is stored by id, and which ids voiding statements name."""

    stored: dict[int, Sent] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)

    def is_void(self, id_: int) -> bool:
        return id_ in self.voided and self.stored[id_].voids is None

    def take(
        self, file: Sequence[Sequence[Sent]], without: set[int]
    ) -> tuple[set[int], dict[Any, Verdict], int]:
        """Rows that fail, verdicts of those that do not (NEW left out), and how many statements were new."""
        before = set(self.stored)
        failed: set[int] = set()
        verdicts: dict[Any, Verdict] = {}
        for row, statements in enumerate(file, start=2):
            trial = Model(dict(self.stored), set(self.voided))
            told = [trial.verdict(each, before) for each in statements]
            if row in without or any(verdict.is_bad for verdict in told):
                failed.add(row)
                continue
            self.stored, self.voided = trial.stored, trial.voided
            verdicts |= {
                (row, position): verdict for position, verdict in enumerate(told) if verdict != Verdict.NEW
            }
        return failed, verdicts, len(self.stored) - len(before)

    def verdict(self, sent: Sent, before: set[int]) -> Verdict:
        if sent.id not in self.stored:
            self.stored[sent.id] = sent
            if sent.voids is not None:
                self.voided.add(sent.voids)
            return Verdict.NEW
        if self.is_void(sent.id):
            return Verdict.VOIDED
        is_equal = sent.equals(self.stored[sent.id])
        if sent.id in before:
            return Verdict.EQUAL if is_equal else Verdict.CONFLICT
        return Verdict.REPEATED if is_equal else Verdict.CONFLICT_IN_FILE


ids = st.integers(0, 4)
statements = st.one_of(
    st.builds(Sent, ids, st.integers(0, 1), st.integers(0, 2), st.none(), st.none()),
    st.builds(Sent, ids, st.integers(0, 1), st.integers(0, 2), st.none(), ids),
    st.builds(Sent, ids, st.just(0), st.integers(0, 2), ids, st.none()),
)
files = st.lists(
    st.tuples(st.lists(st.lists(statements, max_size=3), max_size=8), st.sets(st.integers(2, 9), max_size=2)),
    min_size=1,
    max_size=3,
)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One institution for all examples; each has ids of its own."""
    with django_db_blocker.unblock():
        yield new_tenant()
        connection.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files)
def test_files_are_judged_as_if_row_by_row(
    shared: Tenant, sent: list[tuple[list[list[Sent]], set[int]]]
) -> None:
    check(shared, sent)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files)
def test_many_files_are_judged_as_if_row_by_row(
    shared: Tenant, sent: list[tuple[list[list[Sent]], set[int]]]
) -> None:
    check(shared, sent)


def check(tenant: Tenant, sent: list[tuple[list[list[Sent]], set[int]]]) -> None:
    prefix = f"{next(numbers)}."
    model = Model()
    for file, without in sent:
        failed, verdicts, new = model.take(file, without)
        outcome, written = _store(tenant.pk, prefix, file, without)
        rows = set(range(2, len(file) + 2))
        assert outcome.failed & rows == failed
        assert {
            place: verdict for place, verdict in outcome.verdicts.items() if place[0] not in failed
        } == verdicts
        for row in failed - without:
            assert any(verdict.is_bad for (of, _), verdict in outcome.verdicts.items() if of == row), row
        assert (outcome.judged.new, written) == (new, new)
        assert outcome.judged.duplicates == len(verdicts)
    _compare(tenant.pk, prefix, model)


def _store(tenant: int, prefix: str, file: list[list[Sent]], without: set[int]) -> Any:
    with tenancy.use_institution(tenant), transaction.atomic(), connection.cursor() as cursor:
        stage(cursor, tenant, [[each.as_statement(prefix) for each in row] for row in file])
        # What was judged without knowing of the rows that fail elsewhere is judged again.
        store.judge(cursor, tenant)
        cursor.execute("CREATE TEMP TABLE failed_row (row integer) ON COMMIT DROP")
        if without:
            cursor.execute("INSERT INTO failed_row SELECT unnest(%s)", [list(without)])
        outcome = look(cursor, store.judge(cursor, tenant, without="failed_row"))
        return outcome, store.write(cursor, tenant, authority=AUTHORITY).count


def _compare(tenant: int, prefix: str, model: Model) -> None:
    """What is stored is what the model stored: the same contents, void where it says so."""
    with tenancy.use_institution(tenant), connection.cursor() as cursor:
        for id_ in range(5):
            name = named(f"{prefix}{id_}")
            live = queries.one(cursor, tenant, name, voided=False)
            void = queries.one(cursor, tenant, name, voided=True)
            expected = model.stored.get(id_)
            assert (live is not None) == (expected is not None and not model.is_void(id_))
            assert (void is not None) == (expected is not None and model.is_void(id_))
            if expected is not None:
                found = live or void
                assert found is not None
                body = found.body
                assert ('"success":true' in body) == (expected.voids is None and bool(expected.content))
                assert (VOIDED in body) == (expected.voids is not None)
