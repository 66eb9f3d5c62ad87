"""Schedules and the devices of rooms through the API (rest-api.md section 7)."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.api.caller import Caller
from tests.roster.timetables import Timetable


@pytest.fixture
def schedule(at_home: Caller) -> UUID:
    """A weekly capture for the first section of the basics, taught by Ingrid Solberg."""
    timetable = Timetable.of(at_home.tenant)
    [(section,)] = at_home.tenant.query("SELECT id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    [(person,)] = at_home.tenant.query("SELECT id FROM roster_person WHERE external_id = 'P-1001'")
    room = timetable.room()
    timetable.schedule(room, name="Open Day Talk")
    return timetable.schedule(
        room, external_id="SCH-1", section_ids=[section], instructor_id=person, end_date="2031-12-16",
        days_of_week=["TU", "TH"], exclusion_dates=["2031-10-07"],
    )  # fmt: skip


def test_a_schedule_has_its_times_and_its_references(at_home: Caller, schedule: UUID) -> None:
    [found] = at_home.results("/schedules", external_id="SCH-1")
    assert found == at_home.get(f"/schedules/{schedule}").json()
    assert found["room"]["external_id"] == "RM-A1"
    assert [section["external_id"] for section in found["sections"]] == ["S-OCE210-31A-01"]
    assert found["instructor"]["external_id"] == "P-1001"
    assert (found["start_date"], found["start_time"], found["duration_minutes"]) == (
        "2031-08-19",
        "09:00:00",
        90,
    )
    assert (found["end_date"], found["days_of_week"]) == ("2031-12-16", ["TU", "TH"])
    assert found["exclusion_dates"] == ["2031-10-07"]
    assert (found["stream_live"], found["guest_instructor"]) == (False, None)
    [made] = at_home.results(f"/schedules/{schedule}/history")
    assert made["changes"]["sections"] == [None, ["S-OCE210-31A-01"]]


FILTERED: list[tuple[dict[str, str], int]] = [
    ({}, 2),
    ({"section": "S-OCE210-31A-01"}, 1),
    ({"section": "S-OCE210-31A-02"}, 0),
    ({"term": "T-2031A"}, 1),
    ({"term": "T-2032S"}, 0),
    ({"course": "C-OCE210"}, 1),
    ({"person": "P-1001"}, 1),
    ({"person": "P-1002"}, 0),
    ({"room": "RM-A1"}, 2),
    ({"room": "RM-A1", "term": "T-2031A"}, 1),
    ({"q": "open day"}, 1),
    ({"updated_after": "2999-01-01"}, 0),
]


def test_schedules_are_filtered_by_what_they_are_of(at_home: Caller, schedule: UUID) -> None:
    for query, found in FILTERED:
        assert len(at_home.get("/schedules", **query).json()["results"]) == found, query


def test_a_room_says_what_captures_there(at_home: Caller) -> None:
    Timetable.of(at_home.tenant).room()
    at_home.tenant.query("UPDATE roster_room SET device_id = 'D-7', device_type = 'PRO'")
    [room] = at_home.results("/rooms")
    assert (room["device_id"], room["device_type"], room["device_software_version"]) == ("D-7", "PRO", None)
