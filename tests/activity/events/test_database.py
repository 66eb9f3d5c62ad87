"""What the database itself promises about activity, whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from edu_csv import tenancy
from edu_csv.activity.events.models import ALL_ACTIVITY
from edu_csv.activity.events.months import add_event_months, add_waiting_months
from edu_csv.roster.activity_nouns import (
    CONFUSION,
    DOWNLOAD,
    EVENTS,
    NOTE,
    NOTE_REVISION,
    POLL_ANSWER,
    QUESTION,
    SLIDE,
    VIDEO,
    VIEW,
    VIEW_EVENT,
)  # fmt: skip
from edu_csv.roster.nouns import ACTIVITY_ORDER, PERSON, POINTS_TO, SECTION, Noun
from imports.tasks import partitions
from tests.activity.events.rosters import fill_roster, one_room
from tests.activity.events.things import AT, delete, insert, one_of_each, values_of
from tests.imports.harness import Tenant, new_tenant

of_every_noun = pytest.mark.parametrize("noun", ACTIVITY_ORDER, ids=lambda noun: noun.name)
of_every_event = pytest.mark.parametrize("noun", EVENTS, ids=lambda noun: noun.name)


@dataclass(frozen=True)
class Standing:
    """Two institutions with one object of each kind: for tests of what is refused, which changes nothing."""

    tenant: Tenant
    known: dict[str, UUID]
    neighbour: Tenant
    theirs: dict[str, UUID]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Standing:
    with django_db_blocker.unblock():
        own, other = new_tenant(), new_tenant()
        for tenant in (own, other):
            fill_roster(tenant, 8)
        room = one_room(other)
        found = Standing(own, one_of_each(own), other, {**one_of_each(other), "room": room})
        connections.close_all()
    return found


@pytest.fixture
def standing(committed: None, made: Standing) -> Standing:
    return made


@pytest.fixture
def house(tenant: Tenant) -> Tenant:
    fill_roster(tenant, 8)
    return tenant


@pytest.fixture
def known(house: Tenant) -> dict[str, UUID]:
    return one_of_each(house)


def rows(tenant: Tenant, noun: Noun) -> int:
    [(number,)] = tenant.query(SQL("SELECT count(*) FROM {}").format(Identifier(noun.table)))
    assert isinstance(number, int)
    return number


def part_of(tenant: Tenant, noun: Noun, object_id: UUID) -> str:
    """The table that a row of a partitioned one lies in."""
    statement = SQL("SELECT tableoid::regclass::text FROM {} WHERE id = %s").format(Identifier(noun.table))
    [(name,)] = tenant.query(statement, object_id)
    assert isinstance(name, str)
    return name


@of_every_noun
def test_a_noun_is_declared_as_its_table_is(noun: Noun, standing: Standing) -> None:
    found = standing.tenant.query(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        noun.table,
    )
    every = {
        "id",
        "institution_id",
        "created_at",
        "updated_at",
        "deleted_at",
        "made_by_job",
        "made_by_row",
        "origin",
        # Who watched, when the roster knows nobody: only the projector writes it.
        "stranger",
    }
    types = {name: kind.replace("timestamp with time zone", "timestamptz") for name, kind in found}
    assert {name: types[name] for name in types.keys() - every} == dict(noun.columns)
    assert ("external_id" in noun.columns) == noun.has_external_id


def test_the_orm_knows_each_table_with_all_its_columns() -> None:
    by_table = {model._meta.db_table: model for model in ALL_ACTIVITY}
    assert [by_table[noun.table] for noun in sorted(ACTIVITY_ORDER, key=lambda noun: noun.code)] == list(
        ALL_ACTIVITY
    )
    for noun in ACTIVITY_ORDER:
        columns = {field.column for field in by_table[noun.table]._meta.concrete_fields}
        assert columns >= noun.columns.keys()


def test_the_orm_reads_what_sql_wrote(standing: Standing) -> None:
    with tenancy.use_institution(standing.tenant.pk):
        for model in ALL_ACTIVITY:
            assert str(model._default_manager.get())


@of_every_noun
def test_no_row_points_to_what_is_unknown_or_of_another_institution(noun: Noun, standing: Standing) -> None:
    own = values_of(noun, standing.known)
    # Another moment: else the key would be refused first.
    own |= {name: at + timedelta(hours=1) for name, at in own.items() if isinstance(at, datetime)}
    for column in (name for name in noun.columns if name in POINTS_TO):
        for wrong in (uuid4(), standing.theirs[POINTS_TO[column].name]):
            with pytest.raises(IntegrityError, match=f"{column} of {noun.table} points to"):
                insert(standing.tenant, noun, {**own, column: wrong})


def test_nothing_new_points_to_what_was_deleted_and_what_was_there_stays(
    house: Tenant, known: dict[str, UUID]
) -> None:
    video = known["video"]
    delete(house, VIDEO, video)
    with pytest.raises(IntegrityError, match="video_id of activity_view points to"):
        insert(house, VIEW, {**values_of(VIEW, known), "started_at": AT + timedelta(hours=1)})
    house.query("UPDATE activity_view SET is_live = true WHERE id = %s", known["view"])
    delete(house, VIEW, known["view"])
    with pytest.raises(IntegrityError, match="video_id of activity_view points to"):
        house.query("UPDATE activity_view SET deleted_at = NULL WHERE id = %s", known["view"])
    house.query("UPDATE activity_video SET deleted_at = NULL WHERE id = %s", video)
    house.query("UPDATE activity_view SET deleted_at = NULL WHERE id = %s", known["view"])


def test_a_reference_that_is_changed_is_looked_at_and_no_other(house: Tenant, known: dict[str, UUID]) -> None:
    delete(house, SECTION, known["section"])
    other = insert(house, PERSON, {"given_name": "Ines", "roles": []})
    house.query("UPDATE activity_view SET person_id = %s WHERE id = %s", other, known["view"])
    with pytest.raises(IntegrityError, match="person_id of activity_view points to"):
        house.query("UPDATE activity_view SET person_id = %s WHERE id = %s", uuid4(), known["view"])


@of_every_noun
def test_tenants_are_apart(noun: Noun, standing: Standing) -> None:
    own, other = standing.tenant, standing.neighbour
    assert rows(own, noun) == rows(other, noun) == 1
    changed = SQL("UPDATE {} SET deleted_at = now() WHERE id = %s RETURNING id").format(
        Identifier(noun.table)
    )
    assert own.query(changed, standing.theirs[noun.name]) == []
    with pytest.raises(ProgrammingError, match="row-level security"):
        insert(own, noun, values_of(noun, standing.theirs), institution=other.pk)


@of_every_event
def test_parts_of_a_table_are_closed_to_the_application(noun: Noun, standing: Standing) -> None:
    part = part_of(standing.tenant, noun, standing.known[noun.name])
    assert part != noun.table
    assert standing.tenant.query(SQL("SELECT count(*) FROM {}").format(Identifier(part))) == [(0,)]


@of_every_noun
def test_only_what_was_projected_may_be_deleted_for_good(noun: Noun, standing: Standing) -> None:
    own = values_of(noun, standing.known)
    own |= {name: at + timedelta(hours=1) for name, at in own.items() if isinstance(at, datetime)}
    gone = SQL("DELETE FROM {} WHERE id = %s RETURNING id").format(Identifier(noun.table))
    assert standing.tenant.query(gone, standing.known[noun.name]) == []
    distinct = {"position": 4} if noun is SLIDE else {}
    made = insert(standing.tenant, noun, {**own, **distinct, "origin": 1})
    assert standing.tenant.query(gone, made) == [(made,)]


def test_two_live_ones_with_one_key_are_refused_and_a_deleted_one_is_in_nobodys_way(
    house: Tenant, known: dict[str, UUID]
) -> None:
    for noun in (noun for noun in ACTIVITY_ORDER if noun.key):
        with pytest.raises(IntegrityError, match="duplicate key"):
            insert(house, noun, values_of(noun, known))
        delete(house, noun, known[noun.name])
        insert(house, noun, values_of(noun, known))


@pytest.mark.parametrize(
    ("noun", "absent"),
    [
        (DOWNLOAD, ["section_id"]),
        (DOWNLOAD, ["section_id", "person_id"]),
        (CONFUSION, ["slide_id"]),
        (CONFUSION, ["slide_id", "section_id"]),
    ],
)
def test_what_is_absent_is_equal_to_what_is_absent(
    noun: Noun, absent: list[str], house: Tenant, known: dict[str, UUID]
) -> None:
    values = {**values_of(noun, known), **dict.fromkeys(absent)}
    insert(house, noun, values)
    with pytest.raises(IntegrityError, match="duplicate key"):
        insert(house, noun, values)


def test_a_confusion_set_and_cleared_in_one_moment_are_two(house: Tenant, known: dict[str, UUID]) -> None:
    insert(house, CONFUSION, {**values_of(CONFUSION, known), "action": "cleared"})
    with pytest.raises(IntegrityError, match="action"):
        insert(house, CONFUSION, {**values_of(CONFUSION, known), "action": "raised"})


def test_slides_change_places_in_one_transaction_and_never_share_one(
    house: Tenant, known: dict[str, UUID]
) -> None:
    other = insert(house, SLIDE, {**values_of(SLIDE, known), "position": 4})
    with tenancy.use_institution(house.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE activity_slide SET position = 4 WHERE id = %s", [known["slide"]])
        cursor.execute("UPDATE activity_slide SET position = 3 WHERE id = %s", [other])
    with pytest.raises(IntegrityError, match="activity_slide_place"):
        house.query("UPDATE activity_slide SET position = 4 WHERE id = %s", other)


def test_an_external_id_is_of_one_live_object(house: Tenant, known: dict[str, UUID]) -> None:
    # What others point to is deleted last.
    for noun in (noun for noun in reversed(ACTIVITY_ORDER) if noun.has_external_id):
        values = {**values_of(noun, known), "external_id": "X-1"}
        house.query(SQL("UPDATE {} SET external_id = 'X-1'").format(Identifier(noun.table)))
        distinct = {"position": 4} if noun is SLIDE else {}
        with pytest.raises(IntegrityError, match=f"{noun.table}_external_id"):
            insert(house, noun, {**values, **distinct})
        delete(house, noun, known[noun.name])
        insert(house, noun, {**values, **distinct})


@pytest.mark.parametrize(
    ("noun", "values", "rule"),
    [
        (SLIDE, {"position": 0}, "counts_from_one"),
        (VIDEO, {"duration_seconds": -1}, "activity_video_lasts"),
        (NOTE, {"presentation_id": None, "video_id": None}, "activity_note_on_something"),
        (POLL_ANSWER, {"person_id": None}, "person_id"),
        (QUESTION, {"body": None}, "body"),
    ],
)
def test_what_cannot_be_is_refused(
    noun: Noun, values: dict[str, object], rule: str, standing: Standing
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        insert(standing.tenant, noun, {**values_of(noun, standing.known), **values})


def test_the_nightly_task_has_the_coming_months_ready(standing: Standing) -> None:
    partitions()
    first = datetime.now(UTC).date().replace(day=1)
    # 28 days on is the same month or the next, so these are the coming three.
    months = {f"{first + timedelta(days=28 * ahead):%Y_%m}" for ahead in range(4)}
    for noun in EVENTS:
        found = standing.tenant.query(
            "SELECT right(inhrelid::regclass::text, 7) FROM pg_inherits WHERE inhparent = %s::regclass",
            noun.table,
        )
        assert months <= {name for (name,) in found}


def free_month(tenant: Tenant, table: str) -> date:
    """The first day of a month that no test before has made."""
    [(found,)] = tenant.query(
        "SELECT date_trunc('month', m)::date FROM generate_series(current_date - interval '9 years', current_date, '1 month') AS m"
        " WHERE to_regclass(%s || '_' || to_char(m, 'YYYY_MM')) IS NULL ORDER BY m LIMIT 1",
        table,
    )
    assert isinstance(found, date)
    return found


def test_a_month_that_is_made_later_takes_what_came_before_it(house: Tenant, known: dict[str, UUID]) -> None:
    def add(first: date, last: date) -> None:
        house.query("SELECT activity_add_event_months(%s, %s, 'activity_view_event')", first, last)

    first = free_month(house, "activity_view_event")
    edges = [
        datetime.combine(first, datetime.min.time(), UTC),
        datetime.combine(first + timedelta(days=27), datetime.max.time(), UTC),
        datetime.combine(first - timedelta(days=1), datetime.max.time(), UTC),
    ]
    made = [insert(house, VIEW_EVENT, {**values_of(VIEW_EVENT, known), "occurred_at": at}) for at in edges]
    before = house.query("SELECT * FROM activity_view_event ORDER BY id")
    with tenancy.use_institution(house.pk), transaction.atomic():
        add(first, first)
        add(first, first)
        name = f"activity_view_event_{first:%Y_%m}"
        assert [part_of(house, VIEW_EVENT, id_) for id_ in made[:2]] == [name, name]
        assert part_of(house, VIEW_EVENT, made[2]) != name
        assert house.query("SELECT * FROM activity_view_event ORDER BY id") == before
        # Months stay when a test ends; this one does not.
        transaction.set_rollback(True)


def test_what_waits_for_its_month_gets_it_in_the_night(house: Tenant, known: dict[str, UUID]) -> None:
    month = free_month(house, "activity_note_revision")
    at = datetime.combine(month, datetime.min.time(), UTC)
    made = insert(house, NOTE_REVISION, {**values_of(NOTE_REVISION, known), "occurred_at": at})
    assert part_of(house, NOTE_REVISION, made) == "activity_note_revision_other"
    with tenancy.use_institution(house.pk), transaction.atomic():
        add_waiting_months()
        assert part_of(house, NOTE_REVISION, made) == f"activity_note_revision_{month:%Y_%m}"
        transaction.set_rollback(True)


@pytest.mark.parametrize("year", [201, 1999, 9999])
def test_a_date_that_somebody_mistyped_makes_no_months(
    house: Tenant, known: dict[str, UUID], year: int
) -> None:
    count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'activity_download'::regclass"
    before = house.query(count)
    house.query("SELECT activity_add_event_months(%s, %s)", date(year, 5, 1), date(year, 5, 31))
    assert house.query(count) == before
    at = datetime(year, 5, 3, tzinfo=UTC)
    made = insert(house, DOWNLOAD, {**values_of(DOWNLOAD, known), "occurred_at": at})
    assert part_of(house, DOWNLOAD, made) == "activity_download_other"


def test_who_reads_everything_holds_nobody_up_for_long(house: Tenant, known: dict[str, UUID]) -> None:
    """A reader of the default table keeps a month from being made: it is left to the next call."""
    month = datetime.now(UTC).date() + timedelta(days=300)
    other = connection.copy()
    try:
        with other.cursor() as reader, transaction.atomic():
            reader.execute("BEGIN; LOCK TABLE activity_slide_view_other IN ACCESS SHARE MODE")
            assert not add_event_months(month, month, ["activity_slide_view"])
            name = f"activity_slide_view_{month:%Y_%m}"
            assert house.query("SELECT to_regclass(%s)", name) == [(None,)]
            reader.execute("ROLLBACK")
            assert add_event_months(month, month, ["activity_slide_view"])
            assert house.query("SELECT to_regclass(%s)::text", name) == [(name,)]
            transaction.set_rollback(True)
    finally:
        other.close()


def test_the_application_may_tell_the_planner_what_is_in_each_table(house: Tenant) -> None:
    for noun in ACTIVITY_ORDER:
        house.query(SQL("ANALYZE {}").format(Identifier(noun.table)))
    analyzed = house.query(
        "SELECT count(*) FROM pg_class WHERE relname = ANY (%s) AND reltuples >= 0",
        [noun.table for noun in ACTIVITY_ORDER],
    )
    assert analyzed == [(len(ACTIVITY_ORDER),)]
