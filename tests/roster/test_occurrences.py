"""What schedules come to (echovideo.md 2.13, 6.2 (32), (34), (40))."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.sql import SQL

from edu_csv.roster import occurrences
from edu_csv.roster.occurrences import WEEKDAYS
from tests.imports.harness import Tenant
from tests.roster.timetables import Timetable


@dataclass(frozen=True)
class Case:
    """A schedule in a zone, and when its captures begin, in UTC."""

    begins: tuple[str, ...]
    schedule: dict[str, Any] = field(default_factory=dict)
    zone: str | None = "Europe/Oslo"


def weekly(start: str, end: str, days: str, time: str = "09:00", **more: Any) -> dict[str, Any]:
    return {"start_date": start, "end_date": end, "days_of_week": days.split(), "start_time": time, **more}


CASES = {
    "one-off": Case(("2031-08-19 07:00",)),
    "one-off on its exclusion date": Case((), {"exclusion_dates": ["2031-08-19"]}),
    # Tuesdays and Thursdays, beginning on a Wednesday and ending on a Tuesday, both of them met.
    "two days a week": Case(
        ("2031-08-21 07:00", "2031-08-26 07:00", "2031-08-28 07:00", "2031-09-02 07:00"),
        weekly("2031-08-20", "2031-09-02", "TU TH"),
    ),
    "every day of a week": Case(
        tuple(f"2031-08-{day} 07:00" for day in range(18, 25)),
        weekly("2031-08-18", "2031-08-24", " ".join(WEEKDAYS)),
    ),
    "start and end on one day": Case(("2031-08-19 07:00",), weekly("2031-08-19", "2031-08-19", "TU")),
    "no such weekday in between": Case((), weekly("2031-08-19", "2031-08-24", "MO")),
    "without its exclusion dates": Case(
        ("2031-08-19 07:00", "2031-09-02 07:00"),
        weekly("2031-08-19", "2031-09-02", "TU", exclusion_dates=["2031-08-26", "2031-08-27"]),
    ),
    # Oslo changes on 26 October 2031, from UTC+2 to UTC+1, and back on 28 March 2032.
    "over the end of summer time": Case(
        ("2031-10-21 07:00", "2031-10-28 08:00"), weekly("2031-10-21", "2031-10-28", "TU")
    ),
    "over the beginning of summer time": Case(
        ("2032-03-23 08:00", "2032-03-30 07:00"), weekly("2032-03-23", "2032-03-30", "TU")
    ),
    # 02:30 is not there on 28 March 2032; the clocks say 03:30 then.
    "the hour that is left out": Case(
        ("2032-03-27 01:30", "2032-03-28 01:30", "2032-03-29 00:30"),
        weekly("2032-03-27", "2032-03-29", "SA SU MO", "02:30"),
    ),
    # 02:30 is there twice on 26 October 2031; it is the second.
    "the hour that comes twice": Case(
        ("2031-10-25 00:30", "2031-10-26 01:30"), weekly("2031-10-25", "2031-10-26", "SA SU", "02:30")
    ),
    # Lord Howe moves by half an hour, from UTC+10:30 to UTC+11, on 5 October 2031.
    "half an hour of summer time": Case(
        ("2031-10-01 22:30", "2031-10-08 22:00"),
        weekly("2031-10-02", "2031-10-09", "TH"),
        "Australia/Lord_Howe",
    ),
    "ahead of UTC by most of a day": Case(
        ("2031-08-18 19:00",), {"start_date": "2031-08-19"}, "Pacific/Kiritimati"
    ),
    "in the institution's zone": Case(("2031-08-19 07:00",), {}, None),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_schedule_takes_place_in_the_time_of_its_campus(case: Case, tenant: Tenant) -> None:
    timetable = Timetable.of(tenant, case.zone)
    schedule = timetable.schedule(timetable.room(), **case.schedule)
    times = timetable.take_place(schedule)
    assert [f"{begins:%Y-%m-%d %H:%M}" for begins, _ in times] == list(case.begins)
    # By any clock it lasts as long as it says, also over a change of the clocks.
    assert all(ends - begins == timedelta(minutes=90) for begins, ends in times)


def test_a_capture_over_the_change_of_the_clocks_lasts_as_long_as_any_other(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    schedule = timetable.schedule(
        timetable.room(), start_date="2031-10-26", start_time="01:30", duration_minutes=120
    )
    assert timetable.take_place(schedule) == [
        (datetime(2031, 10, 25, 23, 30, tzinfo=UTC), datetime(2031, 10, 26, 1, 30, tzinfo=UTC))
    ]


def test_the_exclusion_dates_of_the_terms_of_all_its_sections_are_free(loaded: Tenant) -> None:
    # The autumn term of the basics is free on 2031-10-06 and 2031-10-07, the spring term never.
    [(autumn,)] = loaded.query("SELECT id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    timetable = Timetable.of(loaded)
    series = weekly("2031-09-30", "2031-10-14", "TU")
    free = timetable.schedule(timetable.room("A1"), section_ids=[autumn], **series)
    without = timetable.schedule(timetable.room("A2"), **series)
    assert [begins.day for begins, _ in timetable.take_place(free)] == [30, 14]
    assert [begins.day for begins, _ in timetable.take_place(without)] == [30, 7, 14]


def test_what_took_place_stays_when_the_schedule_changes(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    room = timetable.room()
    schedule = timetable.schedule(room, **weekly("2020-01-07", "2031-08-26", "TU", duration_minutes=30))
    past = (datetime(2020, 1, 7, 8, tzinfo=UTC), datetime(2020, 1, 7, 9, 30, tzinfo=UTC))
    timetable.put_past(schedule, room, *past)
    times = timetable.take_place(schedule)
    assert times[0] == past
    assert all(begins > datetime.now(UTC) for begins, _ in times[1:])
    assert times[-1][0] == datetime(2031, 8, 26, 7, tzinfo=UTC)


def test_a_deleted_schedule_keeps_what_it_captured_and_nothing_else(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    room = timetable.room()
    schedule = timetable.schedule(room)
    past = (datetime(2020, 1, 7, 8, tzinfo=UTC), datetime(2020, 1, 7, 9, 30, tzinfo=UTC))
    timetable.put_past(schedule, room, *past)
    assert len(timetable.take_place(schedule)) == 2
    tenant.query("UPDATE roster_schedule SET deleted_at = now() WHERE id = %s", schedule)
    assert timetable.take_place(schedule) == [past]


def test_a_capture_that_is_running_goes_on_and_no_second_one_begins_before_its_end(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant, "UTC")
    room = timetable.room()
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    soon = now + timedelta(minutes=10)
    schedule = timetable.schedule(room, start_date=soon.date(), start_time=soon.time())
    running = (now - timedelta(minutes=30), now + timedelta(minutes=60))
    timetable.put_past(schedule, room, *running)
    assert timetable.take_place(schedule) == [running]


def test_an_expansion_can_be_asked_of_a_roster_that_is_not_there_yet(tenant: Tenant) -> None:
    timetable = Timetable.of(tenant)
    schedule = timetable.schedule(timetable.room())
    moved = SQL(
        "SELECT (jsonb_populate_record(o, jsonb_build_object('time_zone', 'UTC'))).*"
        " FROM roster_campus AS o WHERE o.institution_id = %(institution)s"
    )
    with timetable.touching(schedule) as session:
        [(_, _, begins, _)] = session.fetch(occurrences.expansion({"campus": moved}))
    assert begins == datetime(2031, 8, 19, 9, tzinfo=UTC)
