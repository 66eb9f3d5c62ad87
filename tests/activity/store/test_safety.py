"""What is stored stays as it is, and in its institution."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from edu_csv import tenancy
from edu_csv.activity import queries
from edu_csv.activity.xapi import term
from tests.activity.store.statements import EXPERIENCED, found, named, put, refers, statement, voids
from tests.imports.harness import Tenant, new_tenant

TABLES = ("activity_statement", "activity_statement_key", "activity_voiding", "activity_authority")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE activity_statement SET body = '{}'",
        "UPDATE activity_statement SET stored = now()",
        "UPDATE activity_statement_key SET fingerprint = ''",
        "UPDATE activity_statement SET terms = '{}'",
        "UPDATE activity_voiding SET target = voiding",
        *(f"DELETE FROM {table}" for table in TABLES),  # noqa: S608  # names above
    ],
)
def test_the_application_cannot_change_what_is_stored(tenant: Tenant, change: str) -> None:
    put(tenant.pk, [statement("a")], [voids("v", "b")])
    with pytest.raises(DatabaseError, match=r"permission denied|never changes"):
        tenant.query(change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE activity_statement SET body = '{}' WHERE institution_id = %s",
        'UPDATE activity_statement SET "row" = 5 WHERE institution_id = %s',
        "UPDATE activity_statement SET terms = terms[2:] WHERE institution_id = %s",
        "DELETE FROM activity_statement WHERE institution_id = %s",
        "UPDATE activity_statement_key SET stored = NULL WHERE institution_id = %s AND stored IS NOT NULL",
        "DELETE FROM activity_statement_key WHERE institution_id = %s",
    ],
)
def test_not_even_the_owner_changes_it_by_mistake(tenant: Tenant, change: str) -> None:
    put(tenant.pk, [statement("a")])
    with (
        psycopg.connect(settings.DATABASE_OWNER_URL) as owner,
        pytest.raises(psycopg.errors.RaiseException, match="never changes"),
    ):
        owner.execute(change, [tenant.pk])


def test_terms_may_grow(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")])
    tenant.query("UPDATE activity_statement SET terms = terms || 5::bigint")
    assert tenant.query("SELECT terms @> ARRAY[5::bigint] FROM activity_statement") == [(True,)]


def test_institutions_have_ids_of_their_own_and_see_their_own(tenant: Tenant) -> None:
    other = new_tenant()
    job = uuid4()
    put(tenant.pk, [statement("a")], [statement("b")], job=job)
    put(other.pk, [statement("a", result={"success": False})], [voids("v", "b")])
    put(tenant.pk, [refers("r", "v")])
    assert set(found(tenant.pk)) == {named(name) for name in "abr"}
    assert set(found(other.pk)) == {named(name) for name in "av"}
    assert len(found(other.pk, term("verb", EXPERIENCED))) == 1
    with tenancy.use_institution(other.pk), connection.cursor() as cursor:
        # Whoever asks in the name of one for another's gets nothing.
        assert queries.page(cursor, tenant.pk, queries.Asked()) == []
        assert queries.one(cursor, tenant.pk, named("b")) is None
        cursor.execute("SELECT activity_chain_matches(%s, %s, %s, '{}')", [tenant.pk, named("r"), named("a")])
        assert cursor.fetchone() == (False,)
        assert queries.count_of_import(tenant.pk, job) == 0


def test_months_cannot_be_read_past_their_table(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a")])
    [(month,)] = tenant.query("SELECT 'activity_statement_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')")
    assert tenant.query(f"SELECT count(*) FROM {month}") == [(0,)]  # noqa: S608  # a name of the catalogue


def test_a_writer_that_finds_no_month_makes_it(tenant: Tenant) -> None:
    # As after months without a night: the partition of this month is not there.
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        [month] = owner.execute(
            "SELECT 'activity_statement_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')"
        ).fetchone() or ("",)
        # In the owner's transaction, which is given up: the others keep theirs.
        owner.execute(f"ALTER TABLE activity_statement DETACH PARTITION {month}")
        owner.execute(f"ALTER TABLE {month} RENAME TO activity_statement_away")
        owner.execute("SELECT * FROM activity_begin_write(%s, 1)", [tenant.pk])
        assert owner.execute("SELECT to_regclass(%s) IS NOT NULL", [month]).fetchone() == (True,)
        owner.rollback()


def test_the_months_ahead_are_made_once(tenant: Tenant) -> None:
    with tenancy.use_institution(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT activity_add_months(5), activity_add_months(5)")
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'activity_statement'::regclass")
        assert cursor.fetchone() == (6,)
        cursor.execute(
            "SELECT count(*) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = 'activity_statement'::regclass AND NOT relrowsecurity"
        )
        assert cursor.fetchone() == (0,)
        transaction.set_rollback(True)
