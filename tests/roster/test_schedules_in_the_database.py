"""What the database promises about schedules and occurrences, whoever writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from edu_csv import tenancy
from tests.imports.harness import Tenant, new_tenant
from tests.roster.timetables import Timetable

NINE = datetime(2031, 8, 19, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
ELEVEN = NINE + timedelta(hours=2)


@pytest.fixture
def owner(committed: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The owner of the tables, whom row-level security does not hold back."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as found:
        yield found


@pytest.fixture
def two(committed: None) -> tuple[Timetable, Timetable]:
    ours, theirs = new_tenant(), new_tenant()
    for tenant in (ours, theirs):
        tenant.load_basics()
    return Timetable.of(ours), Timetable.of(theirs)


ACROSS = {
    "schedule's room": "UPDATE roster_schedule SET room_id = {room} WHERE institution_id = {ours}",
    "schedule's instructor": "UPDATE roster_schedule SET instructor_id = {person} WHERE institution_id = {ours}",
    "schedule's sections": "UPDATE roster_schedule SET section_ids = ARRAY[{section}] WHERE institution_id = {ours}",
    "occurrence's schedule": (
        "INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
        " SELECT {ours}, {schedule}, number, now(), now() + interval '1 hour' FROM roster_room"
        "  WHERE institution_id = {ours}"
    ),
    "occurrence's room": (
        "INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
        " SELECT {ours}, s.id, room.number, now(), now() + interval '1 hour'"
        "   FROM roster_schedule AS s, roster_room AS room"
        "  WHERE s.institution_id = {ours} AND room.id = {room}"
    ),
}


@pytest.mark.parametrize("statement", ACROSS.values(), ids=ACROSS.keys())
def test_a_reference_across_institutions_is_refused_even_to_the_owner(
    statement: str, two: tuple[Timetable, Timetable], owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    ours, theirs = two
    ours.schedule(ours.room())
    theirs.schedule(theirs.room())
    ids = {
        noun: f"'{theirs.tenant.query(f'SELECT id FROM roster_{noun} ORDER BY id LIMIT 1')[0][0]}'::uuid"  # noqa: S608  # names of this test
        for noun in ("room", "person", "section", "schedule")
    }
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(statement.format(ours=ours.tenant.pk, **ids))


@pytest.mark.parametrize("table", ["roster_schedule", "roster_occurrence"])
def test_without_an_institution_there_is_no_row(table: str, tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    timetable.take_place(timetable.schedule(timetable.room()))
    [(seen,)] = tenant.query(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of this file
    assert seen == 1
    with tenancy.use_institution(None), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of this test
        assert cursor.fetchone() == (0,)


def test_two_captures_of_one_room_never_overlap(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    room = timetable.room()
    first, second = timetable.schedule(room), timetable.schedule(room)
    timetable.put_past(first, room, NINE, TEN)
    with pytest.raises(IntegrityError, match="roster_occurrence_no_overlap"):
        timetable.put_past(second, room, TEN - timedelta(minutes=1), ELEVEN)
    # The end of one is the beginning of the next, and another room is another room.
    timetable.put_past(second, room, TEN, ELEVEN)
    timetable.put_past(first, timetable.room("A2"), TEN, ELEVEN - timedelta(minutes=1))


def test_two_captures_may_change_places_within_a_transaction(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    room = timetable.room()
    first, second = timetable.schedule(room), timetable.schedule(room)
    timetable.put_past(first, room, NINE, TEN)
    timetable.put_past(second, room, TEN, ELEVEN)
    with tenancy.use_institution(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
        for schedule, hours in ((first, 1), (second, -1)):
            cursor.execute(
                "UPDATE roster_occurrence SET starts_at = starts_at + make_interval(hours => %(hours)s),"
                " ends_at = ends_at + make_interval(hours => %(hours)s) WHERE schedule_id = %(schedule)s",
                {"hours": hours, "schedule": schedule},
            )
    assert timetable.times(first) == [(TEN, ELEVEN)]


def test_an_external_id_names_one_live_schedule(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    room = timetable.room()
    gone = timetable.schedule(room, external_id="SCH-1")
    tenant.query("UPDATE roster_schedule SET deleted_at = now() WHERE id = %s", gone)
    timetable.schedule(room, external_id="SCH-1")
    with pytest.raises(IntegrityError, match="roster_schedule_external_id"):
        timetable.schedule(room, external_id="SCH-1")


def test_a_room_has_a_number_of_its_own(two: tuple[Timetable, Timetable]) -> None:
    ours, theirs = two
    numbers = {
        where.tenant.query("SELECT number FROM roster_room WHERE id = %s", where.room(name))[0][0]
        for where, name in ((ours, "A1"), (ours, "A2"), (theirs, "A1"))
    }
    assert len(numbers) == 3
    with pytest.raises(IntegrityError, match="roster_room_number_once"):
        ours.tenant.query("UPDATE roster_room SET number = %s", min(numbers))


def test_schedules_are_forgotten_and_never_deleted(tenant: Tenant) -> None:
    with pytest.raises(Exception, match="permission denied"):
        tenant.query("DELETE FROM roster_schedule")
