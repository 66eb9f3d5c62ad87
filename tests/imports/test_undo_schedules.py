"""Undo where rooms are concerned: what would come back to a room that is taken is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from edu_csv import tenancy
from imports import undo
from imports.models import Import
from tests.imports.harness import Tenant, csv_text
from tests.imports.test_statements import statements_of
from tests.roster.timetables import Timetable

SCHEDULES, TERMS, CAMPUSES = "echovideo.schedules.v1", "echovideo.terms.v1", "echovideo.campuses.v1"
HEADER = [
    "Schedule ID", "Name", "Start Date", "Start Time", "Duration Minutes", "End Date", "Days Of Week", "Room ID",
    "Section IDs", "Input 1", "Capture Quality", "External ID",
]  # fmt: skip


@pytest.fixture
def timetable(loaded: Tenant) -> Timetable:
    """Rooms A1, A2 and A3 in Oslo, which is two hours ahead of UTC in August."""
    timetable = Timetable.of(loaded)
    for name in ("A1", "A2", "A3"):
        timetable.room(name)
    return timetable


def row(key: str, room: str = "A1", at: str = "09:00", **more: str) -> list[str]:
    cells = {
        "Schedule ID": key, "Name": f"Talk {key}", "Start Date": "2031-08-19", "Start Time": at,
        "Duration Minutes": "60", "Room ID": f"RM-{room}", "Input 1": "Display", "Capture Quality": "High",
        "External ID": key, **more,
    }  # fmt: skip
    return [cells.get(name, "") for name in HEADER]


def load(tenant: Tenant, action: str, *rows: list[str]) -> Import:
    upload = tenant.load(csv_text(HEADER, *rows), SCHEDULES, action, keep_absent=action == "update")
    assert upload.counts["failed"] == 0, tenant.plan(upload)
    assert upload.job.status == "completed"
    return upload


def when(tenant: Tenant, key: str) -> Sequence[tuple[str, datetime]]:
    """(room, beginning) of what a live or deleted schedule comes to."""
    return tenant.query(
        "SELECT room.name, o.starts_at FROM roster_occurrence AS o"
        " JOIN roster_schedule AS s ON s.id = o.schedule_id JOIN roster_room AS room ON room.number = o.room_number"
        " WHERE s.external_id = %s ORDER BY o.starts_at",
        key,
    )


def conflicts(undone: Import) -> list[tuple[Any, ...]]:
    assert undone.void is not None
    return [(found["object_type"], found["field"], found["reason"]) for found in undone.void["conflicts"]]


def at(hour: int, day: int = 19) -> datetime:
    """An hour in UTC."""
    return datetime(2031, 8, day, hour, tzinfo=UTC)


def test_a_deleted_schedule_comes_back_with_what_lies_ahead(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    deleted = load(tenant, "delete", row("X"))
    assert when(tenant, "X") == []
    undone = tenant.undo(deleted)
    assert conflicts(undone) == []
    assert when(tenant, "X") == [("A1", at(7))]


def test_a_schedule_does_not_come_back_to_a_room_that_is_taken_by_now(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"), row("Y", "A2"))
    deleted = load(tenant, "delete", row("X"), row("Y", "A2"))
    load(tenant, "create", row("Z", at="09:59"))
    undone = tenant.undo(deleted)
    assert undone.job.status == "voided"
    assert conflicts(undone) == [("schedule", None, "key_taken")]
    [(holder,)] = tenant.query("SELECT id FROM roster_schedule WHERE external_id = 'Z'")
    assert undone.void
    assert undone.void["conflicts"][0]["now"] == str(holder)
    assert when(tenant, "X") == []
    # The rest is undone.
    assert when(tenant, "Y") == [("A2", at(7))]
    assert when(tenant, "Z") == [("A1", datetime(2031, 8, 19, 7, 59, tzinfo=UTC))]


def test_a_time_that_is_taken_by_now_is_not_put_back_while_a_name_is(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    moved = load(tenant, "update", row("X", at="11:00", Name="Later"))
    load(tenant, "create", row("Z"))
    undone = tenant.undo(moved)
    assert conflicts(undone) == [("schedule", "start_time", "key_taken")]
    assert tenant.query("SELECT name, start_time::text FROM roster_schedule WHERE external_id = 'X'") == [
        ("Talk X", "11:00:00")
    ]
    assert when(tenant, "X") == [("A1", at(9))]


def test_schedules_that_changed_rooms_change_them_back(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X", "A1"), row("Y", "A2"))
    swapped = load(tenant, "update", row("X", "A2"), row("Y", "A1"))
    assert when(tenant, "X") == [("A2", at(7))]
    undone = tenant.undo(swapped)
    assert conflicts(undone) == []
    assert when(tenant, "X") == [("A1", at(7))]
    assert when(tenant, "Y") == [("A2", at(7))]


def test_who_waits_for_the_room_of_one_that_stays_stays_too(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X", "A1"), row("Y", "A2"))
    moved = load(tenant, "update", row("Y", "A3"), row("X", "A2"))
    load(tenant, "create", row("Z", "A1"))
    undone = tenant.undo(moved)
    assert conflicts(undone) == [("schedule", "room_id", "key_taken")] * 2
    assert when(tenant, "X") == [("A2", at(7))]
    assert when(tenant, "Y") == [("A3", at(7))]


def test_days_without_teaching_are_not_given_back_to_a_room_that_is_taken(timetable: Timetable) -> None:
    tenant = timetable.tenant
    series = {"End Date": "2031-09-02", "Days Of Week": "TU", "Section IDs": "S-OCE210-31A-01"}
    load(tenant, "create", row("X", **series))
    terms = "Term ID,Name,Start Date,End Date,Exclusion Dates,External ID\n"
    freed = tenant.load(f"{terms}T-2031A,Autumn,2031-08-18,2031-12-19,2031-08-26,T-2031A\n", TERMS, "update")
    assert freed.counts["updated"] == 1
    assert [begins.day for _, begins in when(tenant, "X")] == [19, 2]
    load(tenant, "create", row("Z", **{"Start Date": "2031-08-26"}))
    undone = tenant.undo(freed)
    assert conflicts(undone) == [("term", "exclusion_dates", "key_taken")]
    assert tenant.query("SELECT name FROM roster_term WHERE external_id = 'T-2031A'") == [("Autumn 2031",)]
    assert [begins.day for _, begins in when(tenant, "X")] == [19, 2]


def test_a_campus_gets_its_time_back_and_its_captures_with_it(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    moved = tenant.load(
        f"Campus ID,Name,Time Zone\n{timetable.campus},Harbour,UTC\n", CAMPUSES, "update", keep_absent=True
    )
    assert moved.counts["updated"] == 1
    assert when(tenant, "X") == [("A1", at(9))]
    assert conflicts(tenant.undo(moved)) == []
    assert when(tenant, "X") == [("A1", at(7))]


def test_an_undone_import_of_schedules_leaves_no_captures(timetable: Timetable) -> None:
    tenant = timetable.tenant
    made = load(
        tenant, "create", row("X", **{"End Date": "2031-12-16", "Days Of Week": "TU;TH"}), row("Y", "A2")
    )
    assert conflicts(tenant.undo(made)) == []
    assert tenant.query("SELECT count(*) FROM roster_occurrence") == [(0,)]
    assert tenant.query("SELECT count(*) FROM roster_schedule WHERE deleted_at IS NULL") == [(0,)]


def test_a_schedule_holds_the_room_that_an_undo_would_take_away(timetable: Timetable) -> None:
    tenant = timetable.tenant
    made = tenant.load("Building ID,Name,External ID\nBLD-LIG,B1,RM-B1\n", "echovideo.rooms.v1")
    load(tenant, "create", row("X", "B1"))
    undone = tenant.undo(made)
    assert conflicts(undone) == [("room", None, "has_dependants")]
    assert when(tenant, "X") == [("B1", at(7))]


def test_undoing_one_schedule_and_two_hundred_takes_the_same_statements(timetable: Timetable) -> None:
    tenant = timetable.tenant
    keys = [f"S-{number}" for number in range(201)]
    days = [f"2031-{month:02}-{day:02}" for month in range(8, 13) for day in range(1, 29)]
    placed = [
        row(key, f"A{number % 3 + 1}", **{"Start Date": days[number // 3]}) for number, key in enumerate(keys)
    ]
    load(tenant, "create", *placed)
    one, many = load(tenant, "delete", placed[0]), load(tenant, "delete", *placed[1:])

    def previewed(upload: Import) -> int:
        with tenancy.use_institution(tenant.pk):
            return statements_of(lambda: undo.preview(upload), tenant)

    assert previewed(one) == previewed(many)


def live(tenant: Tenant, key: str, sections: str, stream: str) -> Import:
    header = [*HEADER, "Stream Live"]
    cells = [*row(key, **{"Section IDs": sections}), stream]
    upload = tenant.load(csv_text(header, cells), SCHEDULES, "update", keep_absent=True)
    assert upload.counts["updated"] == 1, tenant.plan(upload)
    return upload


def published(tenant: Tenant) -> tuple[int, bool]:
    [(sections, streams)] = tenant.query("SELECT cardinality(section_ids), stream_live FROM roster_schedule")
    return sections, streams


def test_sections_do_not_go_from_what_streams_to_them_by_now(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    named = live(tenant, "X", "S-OCE210-31A-01", "FALSE")
    streamed = live(tenant, "X", "S-OCE210-31A-01", "TRUE")
    assert conflicts(tenant.undo(named)) == [("schedule", "section_ids", "has_dependants")]
    assert published(tenant) == (1, True)
    tenant.undo(streamed)
    assert published(tenant) == (1, False)


def test_streaming_does_not_come_back_to_what_lost_its_sections_since(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X", **{"Section IDs": "S-OCE210-31A-01"}))
    live(tenant, "X", "S-OCE210-31A-01", "TRUE")
    ended = live(tenant, "X", "S-OCE210-31A-01", "FALSE")
    live(tenant, "X", "", "FALSE")
    assert conflicts(tenant.undo(ended)) == [("schedule", "stream_live", "parent_gone")]
    assert published(tenant) == (0, False)


def test_sections_and_streaming_go_and_come_back_together(timetable: Timetable) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    both = live(tenant, "X", "S-OCE210-31A-01", "TRUE")
    neither = live(tenant, "X", "", "FALSE")
    assert conflicts(tenant.undo(neither)) == []
    assert published(tenant) == (1, True)
    assert conflicts(tenant.undo(both)) == []
    assert published(tenant) == (0, False)
