"""Voiding: what is void is not shown and not erased; an import is voided statement by statement (4.6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.activity import queries, store
from edu_csv.activity.store import Verdict
from edu_csv.activity.voiding import voiding_id
from tests.activity.store.statements import agent, found, named, put, statement, voids
from tests.imports.harness import Tenant, new_tenant


def void(tenant: Tenant, job: UUID) -> store.VoidedImport:
    with tenancy.use_institution(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
        return store.void_import(cursor, tenant.pk, job, actor=agent("user:17"), voiding_job=uuid4())


def one(tenant: Tenant, name: str, *, voided: bool = False) -> str | None:
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        at = queries.one(cursor, tenant.pk, named(name), voided=voided)
    return None if at is None else str(at.id)


def test_a_void_statement_is_shown_only_to_who_asks_for_void_ones(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")])
    put(tenant.pk, [voids("v", "a")])
    assert found(tenant.pk) == [named("v")]
    assert (one(tenant, "a"), one(tenant, "a", voided=True)) == (None, named("a"))
    assert (one(tenant, "v"), one(tenant, "v", voided=True)) == (named("v"), None)


def test_a_target_that_comes_after_its_voiding_is_void_at_once(tenant: Tenant) -> None:
    put(tenant.pk, [voids("v", "a")])
    outcome = put(tenant.pk, [statement("a")], [statement("a")])
    assert outcome.verdicts == {(3, 0): Verdict.VOIDED}
    assert found(tenant.pk) == [named("v")]
    assert one(tenant, "a", voided=True) == named("a")


def test_a_voiding_statement_cannot_be_voided(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")], [voids("v", "a")], [voids("w", "v")])
    assert one(tenant, "v") == named("v")
    assert put(tenant.pk, [voids("v", "a")]).verdicts == {(2, 0): Verdict.EQUAL}


def test_a_second_voiding_of_one_statement_is_stored_and_changes_nothing(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")])
    put(tenant.pk, [voids("v", "a")])
    assert put(tenant.pk, [voids("w", "a")]).judged.new == 1
    assert one(tenant, "a", voided=True) == named("a")


def test_the_id_of_a_voiding_statement_is_that_of_the_specification() -> None:
    target = UUID("dfed7137-d952-5d66-9008-b3864b857ef6")
    assert voiding_id(5664, target) == UUID("bc18044c-35dc-5a03-b6b9-1bb43d7795eb")


def test_voiding_an_import_voids_what_it_stored_and_nothing_else(tenant: Tenant) -> None:
    job, other = uuid4(), uuid4()
    put(tenant.pk, [statement("old")], job=other)
    put(
        tenant.pk,
        [statement("a"), statement("b")],
        [statement("old")],
        [statement("gone")],
        [voids("v", "old")],
        job=job,
    )
    put(tenant.pk, [voids("w", "gone")])
    with tenancy.use_institution(tenant.pk):
        assert store.preview_void(tenant.pk, job) == store.Voidable(live=2, voided=1, voiding=1)
    done = void(tenant, job)
    assert (done.count, done.already, done.left_standing) == (2, 1, 1)
    for name in ("a", "b", "gone", "old"):
        assert one(tenant, name, voided=True) == named(name)
    assert one(tenant, "v") == named("v")
    by_whom = {UUID(each) for each in found(tenant.pk)}
    assert {voiding_id(tenant.pk, UUID(named(name))) for name in "ab"} < by_whom


def test_voiding_an_import_again_makes_no_second_voiding_statement(tenant: Tenant) -> None:
    job = uuid4()
    put(tenant.pk, [statement("a")], job=job)
    first, second = void(tenant, job), void(tenant, job)
    assert (first.count, second.count, second.already) == (1, 0, 1)
    assert len(found(tenant.pk)) == 1


def voiding_of(tenant: Tenant, name: str) -> UUID:
    [(id_,)] = tenant.query("SELECT voiding FROM activity_voiding WHERE target = %s", named(name))
    return UUID(str(id_))


def take(tenant: Tenant, name: str, *further: str) -> None:
    """Store something under the id that would void the statement of this name."""
    put(tenant.pk, [statement(id=str(voiding_id(tenant.pk, UUID(named(name)), *further)))])


def test_whoever_stored_something_under_the_id_of_a_voiding_does_not_keep_it_from_voiding(
    tenant: Tenant,
) -> None:
    job = uuid4()
    put(tenant.pk, *([statement(name)] for name in "abc"), job=job)
    take(tenant, "b")
    done = void(tenant, job)
    assert (done.count, done.already) == (3, 0)
    for name in "abc":
        assert (one(tenant, name), one(tenant, name, voided=True)) == (None, named(name))
    # Only what is in the way changes an id, and what was stored under it stays.
    assert [voiding_of(tenant, name) for name in "ac"] == [
        voiding_id(tenant.pk, UUID(named(name))) for name in "ac"
    ]
    assert voiding_of(tenant, "b") == voiding_id(tenant.pk, UUID(named("b")), "2")
    assert str(voiding_id(tenant.pk, UUID(named("b")))) in found(tenant.pk)
    assert void(tenant, job).already == 3


def test_who_takes_every_id_that_can_be_worked_out_keeps_nothing_from_voiding(tenant: Tenant) -> None:
    job = uuid4()
    put(tenant.pk, [statement("a")], [statement("b")], job=job)
    known: list[list[str]] = [[], ["2"], ["3"]]
    for further in known:
        take(tenant, "a", *further)
    take(tenant, "b")
    assert void(tenant, job).count == 2
    assert one(tenant, "a", voided=True) == named("a")
    assert voiding_of(tenant, "a") not in {voiding_id(tenant.pk, UUID(named("a")), *each) for each in known}
    assert voiding_of(tenant, "b") == voiding_id(tenant.pk, UUID(named("b")), "2")


def test_an_import_that_itself_took_such_an_id_is_voided_whole(tenant: Tenant) -> None:
    job = uuid4()
    own = str(voiding_id(tenant.pk, UUID(named("a"))))
    put(tenant.pk, [statement("a")], [statement(id=own)], job=job)
    assert void(tenant, job).count == 2
    with tenancy.use_institution(tenant.pk):
        assert store.preview_void(tenant.pk, job) == store.Voidable(live=0, voided=2, voiding=0)


def test_what_cannot_all_be_voided_is_told_and_not_counted(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edu_csv.activity.voiding.secrets.token_hex", lambda: "guessed")
    job = uuid4()
    put(tenant.pk, [statement("a")], [statement("b")], job=job)
    ids: list[list[str]] = [[], ["2"], ["3"], ["guessed"]]
    for further in ids:
        take(tenant, "a", *further)
    with pytest.raises(store.NotAllVoided) as refused:
        void(tenant, job)
    assert (refused.value.left, refused.value.live) == (1, 2)
    assert (one(tenant, "a"), one(tenant, "b")) == (named("a"), named("b"))


@pytest.mark.usefixtures("tenant")
def test_it_takes_no_more_questions_when_more_ids_are_taken() -> None:
    def asked(taken: int) -> int:
        # An institution each: what is known of its activities differs else.
        own, job = new_tenant(), uuid4()
        names = [f"s{number}" for number in range(30)]
        put(own.pk, *([statement(name)] for name in names), job=job)
        for name in names[:taken]:
            take(own, name)
        statements: list[str] = []

        def note(execute: Any, *args: Any) -> Any:
            statements.append(args[0])
            return execute(*args)

        with connection.execute_wrapper(note):
            assert void(own, job).count == 30
        return len(statements)

    assert asked(0) < asked(1) == asked(30)


def test_a_corrected_file_needs_new_ids_after_a_void(tenant: Tenant) -> None:
    job = uuid4()
    put(tenant.pk, [statement("a")], job=job)
    void(tenant, job)
    assert put(tenant.pk, [statement("a")]).verdicts == {(2, 0): Verdict.VOIDED}
    assert put(tenant.pk, [statement("a, revision 2")]).judged.new == 1


def test_the_statements_of_an_import_are_listed_in_the_order_of_its_file(tenant: Tenant) -> None:
    job = uuid4()
    put(tenant.pk, [statement("z")])
    put(tenant.pk, [statement("c"), statement("a")], [statement("z")], [statement("b")], job=job)
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        assert [str(id_) for id_ in queries.statements_of_import(tenant.pk, job)] == [
            named(name) for name in "cab"
        ]
        of_rows = queries.statements_of_rows(cursor, tenant.pk, job, [2, 3])
        assert [(each.row, str(each.id)) for each in of_rows] == [(2, named("c")), (2, named("a"))]
        assert queries.count_of_import(tenant.pk, job) == 3
