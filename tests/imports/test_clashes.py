"""Two captures in one room at one time are refused before anything is written (echovideo.md 2.13)."""

from __future__ import annotations

import pytest

from imports.models import Import
from tests.imports.booking import V1, booked, build_rooms, change, schedules, taking_place
from tests.imports.harness import Tenant


@pytest.fixture
def rooms(tenant: Tenant) -> Tenant:
    build_rooms(tenant)
    return tenant


def outcomes(tenant: Tenant, done: Import) -> dict[int, str]:
    return {row.row: row.outcome for row in tenant.plan(done)}


def failing(tenant: Tenant, done: Import) -> dict[int, list[str]]:
    return {row.row: row.codes for row in tenant.plan(done) if row.outcome == "failed"}


def test_a_room_that_is_taken_is_refused_with_who_has_it_and_when(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "OCE210 01"})
    done = rooms.load(schedules({"external_id": "B", "time": "09:30"}), V1)
    [row] = rooms.plan(done)
    assert (row.outcome, row.codes, row.columns) == ("failed", ["schedule_clash"], ["Start Time"])
    assert row.sentences == [
        "Room 1 is taken on 2031-09-02, 09:00 to 10:00 by `OCE210 01`. Change the time or the room."
    ]


def test_a_series_is_told_by_its_weekday(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A", "end": "2031-09-30", "days": "TU", "minutes": "90"})
    done = rooms.load(
        schedules({"external_id": "B", "time": "10:29", "end": "2031-10-30", "days": "MO;TU"}), V1
    )
    assert rooms.row(done, 2).sentences == [
        "Room 1 is taken on Tuesdays 09:00 to 10:30 by `A` (5 times from 2031-09-02). Change the time or the room."
    ]


def test_a_file_that_clashes_with_itself_keeps_the_first_good_row(rooms: Tenant) -> None:
    done = rooms.load(
        schedules(
            {"external_id": "A"},
            {"external_id": "B", "time": "09:59"},
            {"external_id": "C", "time": "10:30"},
            {"external_id": "D", "time": "10:00"},
        ),
        V1,
    )
    assert failing(rooms, done) == {3: ["schedule_clash"], 5: ["schedule_clash"]}
    assert rooms.row(done, 3).sentences == [
        "Room 1 is taken on 2031-09-02, 09:00 to 10:00 by `A` of row 2. Change the time or the room."
    ]


def test_two_schedules_may_change_rooms(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A"}, {"external_id": "B", "room": "R-2"})
    done = change(rooms, {"external_id": "A", "room": "R-2"}, {"external_id": "B"})
    assert outcomes(rooms, done) == {2: "updated", 3: "updated"}
    assert taking_place(rooms) == {("A", "R-2", "2031-09-02 07:00"), ("B", "R-1", "2031-09-02 07:00")}
