"""Another time zone of the institution: looked at beside the roster, and written only where captures move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from edu_csv import tenancy
from edu_csv.front.setup.zone_words import refusal
from edu_csv.roster import zones
from tests.imports.harness import Tenant
from tests.roster.timetables import Timetable


@pytest.fixture
def timetable(tenant: Tenant) -> Timetable:
    """On a campus without a zone of its own, in an institution of Oslo."""
    tenant.query("UPDATE access_institution SET time_zone = 'Europe/Oslo' WHERE id = %s", tenant.pk)
    return Timetable.of(tenant, None)


@pytest.fixture
def writer(tenant: Tenant) -> Iterator[None]:
    """Somebody who writes the roster all the while."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=False) as other:
        other.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('edu_csv.roster:' || %s, 0))", [str(tenant.pk)]
        )
        yield
        other.rollback()


def look(tenant: Tenant, zone: str) -> zones.Moved:
    with tenancy.use_institution(tenant.pk):
        return zones.look(tenant.pk, zone)


def change(tenant: Tenant, zone: str) -> zones.Moved:
    with tenancy.use_institution(tenant.pk):
        return zones.change_zone(tenant.pk, zone)


def written(tenant: Tenant) -> list[tuple[UUID, datetime, str]]:
    """What takes place, and in which transaction it was written."""
    return tenant.query("SELECT schedule_id, starts_at, xmin::text FROM roster_occurrence ORDER BY 1, 2")


@pytest.mark.usefixtures("writer")
def test_a_look_waits_for_nobody_and_rewrites_nothing(
    timetable: Timetable, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zones, "LOCK_WAIT", "SET LOCAL lock_timeout = '100ms'")
    room = timetable.room()
    timetable.take_place(
        timetable.schedule(room, end_date="2031-12-16", days_of_week=["TU"]),
        timetable.schedule(room, start_time="12:00"),
    )
    before = written(tenant)
    assert look(tenant, "America/Lima") == zones.Moved(2, 19)
    assert written(tenant) == before
    with pytest.raises(zones.RosterBusy) as busy:
        change(tenant, "America/Lima")
    assert refusal(busy.value) == "An import is being applied just now. Try again in a minute."
    assert written(tenant) == before
    assert tenant.query("SELECT time_zone FROM access_institution WHERE id = %s", tenant.pk) == [
        ("Europe/Oslo",)
    ]


def test_saving_writes_only_the_captures_that_move(timetable: Timetable, tenant: Tenant) -> None:
    # London and Lisbon have the same clocks.
    change(tenant, "Europe/London")
    timetable.take_place(timetable.schedule(timetable.room(), end_date="2031-12-16", days_of_week=["TU"]))
    before = written(tenant)
    assert change(tenant, "Europe/Lisbon") == zones.Moved(1, 18)
    assert written(tenant) == before
    # In summer it is an hour later in London than in Reykjavik, in winter the same.
    assert change(tenant, "Atlantic/Reykjavik") == zones.Moved(1, 18)
    kept = set(written(tenant)) & set(before)
    assert len(kept) == len([each for each in before if each[1].date() >= date(2031, 10, 26)]) > 0


def test_a_campus_with_a_zone_of_its_own_and_what_took_place_stay(
    timetable: Timetable, tenant: Tenant
) -> None:
    away, home, day = timetable.room("A1"), timetable.room("A2"), datetime(2020, 1, 7, 9, tzinfo=UTC)
    tenant.query("UPDATE roster_campus SET time_zone = 'Asia/Tokyo' WHERE id = %s", timetable.campus)
    timetable.take_place(timetable.schedule(away))
    tenant.query("UPDATE roster_building SET external_id = NULL WHERE institution_id = %s", tenant.pk)
    here = Timetable.of(tenant, None)
    tenant.query("UPDATE roster_room SET building_id = %s WHERE id = %s", here.building, home)
    timetable.put_past(here.schedule(home, start_date=day.date()), home, day, day + timedelta(hours=1))
    before = written(tenant)
    assert look(tenant, "America/Lima") == change(tenant, "America/Lima") == zones.Moved(0, 0)
    assert written(tenant) == before


def test_a_capture_that_is_running_is_in_the_way_of_those_that_move(
    timetable: Timetable, tenant: Tenant
) -> None:
    room, now = timetable.room(), datetime.now(UTC).replace(second=0, microsecond=0)
    running = timetable.schedule(room, name="Long", start_date=now.date() - timedelta(days=9))
    timetable.put_past(running, room, now - timedelta(minutes=30), now + timedelta(minutes=90))
    # In half an hour by the clocks of UTC, which Oslo's never show at that moment.
    soon = now + timedelta(minutes=30)
    timetable.schedule(room, name="Soon", start_date=soon.date(), start_time=soon.time())
    with pytest.raises(zones.ZoneClashes) as found:
        look(tenant, "Africa/Abidjan")
    assert (found.value.count, {found.value.clashes[0].schedule, found.value.clashes[0].other}) == (
        1,
        {"Long", "Soon"},
    )
    assert found.value.clashes[0].at == f"{soon:%Y-%m-%d %H:%M}"


def test_a_schedule_whose_days_would_run_into_each_other_is_refused(
    timetable: Timetable, tenant: Tenant
) -> None:
    # Lima has no summer time. In Oslo, 30 March 2031 has 23 hours.
    change(tenant, "America/Lima")
    schedule = timetable.schedule(
        timetable.room(), start_date="2031-03-24", end_date="2031-04-06", start_time=time(0, 30),
        duration_minutes=1_430, days_of_week=["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
    )  # fmt: skip
    timetable.take_place(schedule)
    before = written(tenant)
    for asked in (look, change):
        with pytest.raises(zones.ZoneClashes) as found:
            asked(tenant, "Europe/Oslo")
        assert refusal(found.value) == (
            "In this zone two captures of a schedule would take a room at once: A1, 2031-03-31 00:30:"
            " Tides and Currents and the same on the day before."
            " Give the campus a time zone of its own, or move or shorten one of the two; then change the zone."
        )
    assert written(tenant) == before


def test_only_the_first_clashes_are_named_and_all_are_counted(timetable: Timetable, tenant: Tenant) -> None:
    change(tenant, "America/Lima")
    for name in ("A1", "A2", "A3", "A4", "A5", "A6", "A7"):
        room = timetable.room(name)
        # There is no 02:30 in Oslo on that day: it is 03:30 by the clocks.
        timetable.take_place(
            timetable.schedule(
                room, name="One", start_date="2031-03-30", start_time="02:30", duration_minutes=30
            ),
            timetable.schedule(
                room, name="Two", start_date="2031-03-30", start_time="03:30", duration_minutes=30
            ),
        )
    with pytest.raises(zones.ZoneClashes) as found:
        look(tenant, "Europe/Oslo")
    said = refusal(found.value)
    assert said.startswith("In this zone 7 pairs of schedules would take a room at once: A")
    # Of two that begin at once either may be named first.
    assert len(re.findall("2031-03-30 03:30: (One and Two|Two and One)", said)) == zones.CLASHES_TOLD
    assert "; and 2 more. Give" in said
