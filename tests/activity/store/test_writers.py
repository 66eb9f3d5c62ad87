"""Two writers at once: each statement is stored once, nobody waits for whom they do not meet."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.activity import queries
from edu_csv.activity.store import StatementsMoved, Verdict
from tests.activity.store.statements import agent, agent_term, found, named, put, refers, statement
from tests.activity.store.writers import Writer
from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


def test_of_two_writers_with_the_same_ids_one_stores_and_the_other_judges_again(
    tenant: Tenant, pool: ThreadPoolExecutor
) -> None:
    # One in order and one in reverse: each inserts in the order of ids, so they do not wait for each other.
    rows = [[statement(f"s{number}")] for number in range(200)]
    first, second = Writer(pool, tenant.pk, rows), Writer(pool, tenant.pk, rows[::-1])
    first.write()
    assert first.has_written.wait(20)
    second.write(commit=True)
    assert not second.has_written.wait(0.3)
    assert first.commit().count == 200
    with pytest.raises(StatementsMoved):
        second.result.result(20)
    again = put(tenant.pk, *rows[::-1])
    assert set(again.verdicts.values()) == {Verdict.EQUAL}
    assert len(found(tenant.pk)) == 200


def test_when_the_first_of_two_gives_up_the_other_stores_them(
    tenant: Tenant, pool: ThreadPoolExecutor
) -> None:
    first, second = (Writer(pool, tenant.pk, [[statement("a")]]) for _ in range(2))
    first.write()
    assert first.has_written.wait(20)
    second.write(commit=True)
    assert not second.has_written.wait(0.3)
    first.give_up()
    assert second.result.result(20).count == 1
    assert found(tenant.pk) == [named("a")]


def test_writers_with_other_ids_do_not_wait(tenant: Tenant, pool: ThreadPoolExecutor) -> None:
    # Not even about the same activity, of which nothing was known.
    thing = {"id": "https://lecture.example.edu/media/v-17", "definition": {"name": {"en": "Queues"}}}
    first, second = (Writer(pool, tenant.pk, [[statement(name, object=thing)]]) for name in "ab")
    first.write()
    assert first.has_written.wait(20)
    second.write()
    assert second.commit().count == 1
    assert found(tenant.pk) == [named("b")]
    assert first.commit().count == 1


@pytest.mark.parametrize("referrer_first", [True, False])
def test_a_reference_and_its_target_that_come_at_once_find_each_other(
    tenant: Tenant, pool: ThreadPoolExecutor, referrer_first: bool
) -> None:
    writers = [
        Writer(pool, tenant.pk, [[refers("r", "t")]]),
        Writer(pool, tenant.pk, [[statement("t", actor=agent("ana"))]]),
    ]
    first, second = writers if referrer_first else reversed(writers)
    first.write()
    assert first.has_written.wait(20)
    second.write(commit=True)
    # They meet at the key of the target.
    assert not second.has_written.wait(0.3)
    first.commit()
    assert second.result.result(20).count == 1
    assert set(found(tenant.pk, agent_term("ana"))) == {named("r"), named("t")}


def test_a_writer_that_is_cancelled_while_it_takes_numbers_keeps_nobody_from_writing(tenant: Tenant) -> None:
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s"
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        # Whoever takes numbers waits here, with the lock on them.
        owner.execute("ALTER SEQUENCE activity_statement_seq NO CYCLE")
        with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [session] = cursor.fetchone()
            cursor.execute("SET statement_timeout = '300ms'")
            with pytest.raises(OperationalError):
                cursor.execute("SELECT * FROM activity_begin_write(%s, 10)", [tenant.pk])
            cursor.execute("RESET statement_timeout")
        owner.rollback()
        assert owner.execute(held, [session]).fetchone() == (0,)
    put(tenant.pk, [statement("a")])
    assert found(tenant.pk) == [named("a")]


def test_who_has_numbers_holds_up_no_other_that_takes_some(tenant: Tenant) -> None:
    begin = "SELECT first_seq FROM activity_begin_write(%s, 10)"
    with tenancy.use_institution(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(begin, [tenant.pk])
        [first] = cursor.fetchone()
        with psycopg.connect(settings.DATABASE_OWNER_URL) as other:
            other.execute("SET lock_timeout = '2s'")
            taken = other.execute(begin, [tenant.pk]).fetchone()
    assert taken is not None
    assert taken[0] > first + 10


def test_all_is_consistent_through_the_beginning_of_the_oldest_open_writer(
    tenant: Tenant, pool: ThreadPoolExecutor
) -> None:
    with tenancy.use_institution(tenant.pk):
        begun = timezone.now()
        writer = Writer(pool, tenant.pk, [[statement("a")]])
        writer.write()
        assert writer.has_written.wait(20)
        written = timezone.now()
        held = queries.consistent_through(tenant.pk)
        assert begun - timedelta(milliseconds=2) <= held < written
        # Later ones do not move it, and other institutions do not know.
        put(tenant.pk, [statement("b")])
        assert queries.consistent_through(tenant.pk) == held
        assert queries.consistent_through(new_tenant().pk) > written - timedelta(milliseconds=2)
        stored = writer.commit().stored
        assert stored > held
        after = queries.consistent_through(tenant.pk)
        assert stored <= after <= timezone.now()
