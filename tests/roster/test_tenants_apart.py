"""Institutions are kept apart by the database itself, whoever writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction

from edu_csv import tenancy
from tests.imports.harness import Tenant, new_tenant

# What Django makes of "permission denied": partitions are reached through their table only.
NotPermitted = ProgrammingError


@pytest.fixture
def owner(committed: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The owner of the tables, whom row-level security does not hold back."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as found:
        yield found


@pytest.fixture
def two(committed: None) -> tuple[Tenant, Tenant]:
    ours, theirs = new_tenant(), new_tenant()
    ours.load_basics()
    theirs.load_basics()
    return ours, theirs


def every_table_of_tenants() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'institution_id'"
        )
        return sorted(name for (name,) in cursor.fetchall())


def test_without_an_institution_the_application_sees_no_row(loaded: Tenant) -> None:
    with tenancy.use_institution(None), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("edu_csv_app",)
        for table in [*every_table_of_tenants(), "access_institution"]:
            with suppress(NotPermitted), transaction.atomic():
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  # names of the catalogue
                assert cursor.fetchone() == (0,), table


def test_an_institution_sees_its_own_rows_only(two: tuple[Tenant, Tenant]) -> None:
    ours, _ = two
    for table in every_table_of_tenants():
        with suppress(NotPermitted):
            seen = ours.query(f'SELECT DISTINCT institution_id FROM "{table}"')  # noqa: S608  # names of this test
            assert seen in ([], [(ours.pk,)]), table


def test_the_application_owns_nothing_and_cannot_delete_from_the_roster(loaded: Tenant) -> None:
    [(owned,)] = loaded.query(
        "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner"
        " WHERE rolname = 'edu_csv_app' AND relnamespace = 'public'::regnamespace"
    )
    assert owned == 0
    with pytest.raises(DatabaseError, match="permission denied"):
        loaded.query("DELETE FROM roster_person")
    with pytest.raises(DatabaseError, match="permission denied"):
        loaded.query("DELETE FROM roster_change")


def test_a_row_cannot_be_written_for_another_institution(two: tuple[Tenant, Tenant]) -> None:
    ours, theirs = two
    with pytest.raises(DatabaseError, match="row-level security"):
        ours.query(
            "INSERT INTO roster_term (id, institution_id, name, name_folded, exclusion_dates, parent_ids)"
            " VALUES (uuidv7(), %s, 'x', 'x', '{}', '{}')",
            theirs.pk,
        )


ACROSS = {
    "course of an org unit": "UPDATE roster_course SET organization_id = {unit} WHERE institution_id = {ours}",
    "section's course": "UPDATE roster_section SET course_id = {course} WHERE institution_id = {ours}",
    "section's term": "UPDATE roster_section SET term_id = {term} WHERE institution_id = {ours}",
    "section's offering": "UPDATE roster_section SET offering_id = {offering} WHERE institution_id = {ours}",
    "section's instructor": "UPDATE roster_section SET instructor_id = {person} WHERE institution_id = {ours}",
    "secondary instructors": "UPDATE roster_section SET secondary_instructor_ids = ARRAY[{person}] WHERE institution_id = {ours}",
    "enrollment's person": "UPDATE roster_enrollment SET person_id = {person} WHERE institution_id = {ours}",
    "enrollment's section": "UPDATE roster_enrollment SET section_id = {section} WHERE institution_id = {ours}",
    "offering's courses": "UPDATE roster_offering SET course_ids = ARRAY[{course}] WHERE institution_id = {ours}",
    "offering's terms": "UPDATE roster_offering SET term_ids = ARRAY[{term}] WHERE institution_id = {ours}",
    "new enrollment": (
        "INSERT INTO roster_enrollment (id, institution_id, person_id, section_id, role)"
        " VALUES (uuidv7(), {ours}, {person}, {section}, 'student')"
    ),
    "course's further units": "UPDATE roster_course SET parent_ids = ARRAY[{unit}] WHERE institution_id = {ours}",
    "offering's units": "UPDATE roster_offering SET parent_ids = ARRAY[{unit}] WHERE institution_id = {ours}",
    "term's units": "UPDATE roster_term SET parent_ids = ARRAY[{unit}] WHERE institution_id = {ours}",
    **{
        f"somebody's {list_}": f"UPDATE roster_person SET {list_} = ARRAY[{{person}}] WHERE institution_id = {{ours}}"  # noqa: S608  # names of this test
        for list_ in ("parent_person_ids", "guardian_person_ids", "auditor_person_ids")
    },
    **{
        f"new membership of a {noun}": (
            "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"  # noqa: S608  # names of this test
            f" VALUES (uuidv7(), {{ours}}, {{own_person}}, {code}, {{{noun}}}, 'student')"
        )
        for code, noun in enumerate(("unit", "term", "course", "offering"), start=1)
    },
    "new membership's person": (
        "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"
        " VALUES (uuidv7(), {ours}, {person}, 2, {own_term}, 'student')"
    ),
    "membership's unit": "UPDATE roster_membership SET unit_type = 4, unit_id = {offering} WHERE institution_id = {ours}",
    "a unit of another kind": "UPDATE roster_membership SET unit_type = 3 WHERE institution_id = {ours}",
    "membership's person": "UPDATE roster_membership SET person_id = {person} WHERE institution_id = {ours}",
    "whose attributes": "UPDATE roster_person_attributes SET person_id = {person} WHERE institution_id = {ours}",
    "manager": "UPDATE roster_person_attributes SET manager_id = {person} WHERE institution_id = {ours}",
    **{
        f"affiliated {noun}": (
            f"UPDATE roster_person_attributes SET affiliated_units = ARRAY[{{{noun}}}] WHERE institution_id = {{ours}}"  # noqa: S608  # names of this test
        )
        for noun in ("unit", "term", "course", "offering", "section")
    },
    "whose persona": "UPDATE roster_persona SET person_id = {person} WHERE institution_id = {ours}",
    "a group that somebody may view": (
        "UPDATE roster_viewing_permission SET org_unit_id = {unit} WHERE institution_id = {ours}"
    ),
    **{
        f"a {noun} who may view": (
            f"UPDATE roster_viewing_permission SET grantee_type = {code}, grantee_id = {{{noun}}}"  # noqa: S608  # names of this test
            " WHERE institution_id = {ours}"
        )
        for code, noun in ((1, "unit"), (6, "person"))
    },
}


@pytest.mark.parametrize("statement", ACROSS.values(), ids=ACROSS.keys())
def test_a_reference_across_institutions_is_refused_even_to_the_owner(
    statement: str, two: tuple[Tenant, Tenant], owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    ours, theirs = two
    ids = {
        noun: f"'{theirs.query(f'SELECT id FROM roster_{noun} ORDER BY id LIMIT 1')[0][0]}'::uuid"  # noqa: S608  # names of this test
        for noun in ("course", "term", "offering", "person", "section")
    }
    ids["unit"] = f"'{_unit_of(theirs)}'::uuid"
    [(own_person,)] = ours.query("SELECT id FROM roster_person ORDER BY id LIMIT 1")
    [(own_term,)] = ours.query("SELECT id FROM roster_term ORDER BY id LIMIT 1")
    ids |= {"own_person": f"'{own_person}'::uuid", "own_term": f"'{own_term}'::uuid"}
    ours.query(
        "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"
        " VALUES (uuidv7(), %s, %s, 2, %s, 'student')",
        ours.pk,
        own_person,
        own_term,
    )
    ours.query(
        "INSERT INTO roster_person_attributes (id, institution_id, person_id) VALUES (uuidv7(), %s, %s)",
        ours.pk,
        own_person,
    )
    ours.query(
        "INSERT INTO roster_persona (id, institution_id, person_id, identifier, value)"
        " VALUES (uuidv7(), %s, %s, 'mbox', 'mailto:a@example.edu')",
        ours.pk,
        own_person,
    )
    ours.query(
        "INSERT INTO roster_viewing_permission (id, institution_id, grantee_type, grantee_id) VALUES (uuidv7(), %s, 6, %s)",
        ours.pk,
        own_person,
    )
    with pytest.raises((psycopg.errors.ForeignKeyViolation, psycopg.errors.UniqueViolation)):
        owner.execute(statement.format(ours=ours.pk, **ids))


@pytest.mark.parametrize("gone", ["person", "term"])
def test_a_membership_is_of_somebody_who_lives_in_a_unit_that_lives(loaded: Tenant, gone: str) -> None:
    [(person,)] = loaded.query("SELECT id FROM roster_person ORDER BY id LIMIT 1")
    [(term,)] = loaded.query("SELECT id FROM roster_term ORDER BY id LIMIT 1")
    loaded.query(f"UPDATE roster_{gone} SET deleted_at = now()")  # noqa: S608  # a word of ours
    with pytest.raises(DatabaseError, match="a membership points to"):
        loaded.query(
            "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"
            " VALUES (uuidv7(), %s, %s, 2, %s, 'student')",
            loaded.pk,
            person,
            term,
        )


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("roster_membership", "person_id, unit_type, unit_id, role"),
        ("roster_person_attributes", "person_id"),
        ("roster_persona", "person_id, identifier, value"),
        ("roster_viewing_permission", "grantee_type, grantee_id"),
    ],
)
def test_there_is_one_of_each_at_most(loaded: Tenant, table: str, columns: str) -> None:
    statement = (
        f"INSERT INTO {table} (id, institution_id, {columns}) SELECT uuidv7(), p.institution_id, {columns}"  # noqa: S608  # names of this test
        " FROM (SELECT institution_id, id AS person_id, 2 AS unit_type, 'student' AS role, 'mbox' AS identifier,"
        "              'mailto:a@example.edu' AS value, 6 AS grantee_type, id AS grantee_id FROM roster_person"
        "        ORDER BY id LIMIT 1) AS p, (SELECT id AS unit_id FROM roster_term ORDER BY id LIMIT 1) AS t"
    )
    loaded.query(statement)
    with pytest.raises(DatabaseError, match="duplicate key"):
        loaded.query(statement)
    # What was deleted takes no place.
    loaded.query(f"UPDATE {table} SET deleted_at = now()")  # noqa: S608  # names of this test
    loaded.query(statement)


def _unit_of(tenant: Tenant) -> object:
    [(unit,)] = tenant.query(
        "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
        " VALUES (uuidv7(), %s, 'organization', 'x', 'x', '{}') RETURNING id",
        tenant.pk,
    )
    return unit


def test_a_file_cannot_name_another_institutions_objects(two: tuple[Tenant, Tenant]) -> None:
    ours, theirs = two
    [(person,)] = theirs.query("SELECT id FROM roster_person ORDER BY id LIMIT 1")
    upload = ours.load(
        f"User ID,Section ID,Role\n{person},S-OCE210-31A-01,Student\n", "echovideo.enrollments.v1"
    )
    row = ours.row(upload, 2)
    # Exactly as an id that nobody has.
    assert row.codes == ["unknown_reference"]
    assert str(person) in row.sentences[0]


def test_the_plan_tables_of_a_big_import_are_closed_to_others(two: tuple[Tenant, Tenant]) -> None:
    ours, theirs = two
    rows = "".join(f"LAW{n},Law,C-{n}\n" for n in range(10_050))
    upload = ours.load("Course Code,Course Name,External ID\n" + rows, "echovideo.courses.v1")
    assert upload.has_own_tables
    table = f"plan_row_{upload.pk.hex}"
    assert ours.query(f"SELECT count(*) FROM {table}") == [(10_050,)]  # noqa: S608  # names of this test
    assert theirs.query(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608  # names of this test
