"""What becomes of a statement whose id is known (csv data import 1.8)."""

from __future__ import annotations

from uuid import uuid4

from edu_csv.activity.store import Verdict
from tests.activity.store.statements import found, named, put, statement, voids
from tests.imports.harness import Tenant


def test_an_unknown_statement_is_stored(tenant: Tenant) -> None:
    outcome = put(tenant.pk, [statement("a")])
    assert (outcome.judged.new, outcome.verdicts, outcome.failed) == (1, {}, set())
    assert found(tenant.pk) == [named("a")]


def test_an_equal_one_is_a_duplicate_and_no_fault(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")])
    outcome = put(tenant.pk, [statement("a")])
    assert outcome.verdicts == {(2, 0): Verdict.EQUAL}
    assert (outcome.judged.new, outcome.judged.duplicates, outcome.failed) == (0, 1, set())


def test_a_different_one_fails_its_row_and_names_the_import_that_stored_it(tenant: Tenant) -> None:
    job = uuid4()
    put(tenant.pk, [statement("a")], job=job)
    outcome = put(tenant.pk, [statement("a", result={"success": True}), statement("b")], [statement("c")])
    assert outcome.verdicts == {(2, 0): Verdict.CONFLICT}
    assert outcome.others[2, 0] == (job, 2, False)
    assert outcome.failed == {2}
    assert found(tenant.pk) == [named("c"), named("a")]


def test_a_voided_one_fails_its_row_even_if_equal(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")])
    put(tenant.pk, [voids("v", "a")])
    outcome = put(tenant.pk, [statement("a")], [statement("a", result={"success": True})])
    assert outcome.verdicts == {(2, 0): Verdict.VOIDED, (3, 0): Verdict.VOIDED}
    assert [outcome.others[row, 0][2] for row in (2, 3)] == [True, False]
