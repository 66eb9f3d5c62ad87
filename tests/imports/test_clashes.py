"""Two captures in one room at one time are refused before anything is written (echovideo.md 2.13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.models import Import
from tests.api.caller import caller_in
from tests.imports.booking import V1, booked, build_rooms, change, schedules, taking_place
from tests.imports.harness import Tenant, csv_text


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


def test_what_a_row_gives_up_is_free_only_if_it_is_applied(rooms: Tenant) -> None:
    booked(
        rooms,
        {"external_id": "A"},
        {"external_id": "B", "time": "11:00"},
        {"external_id": "C", "time": "13:00"},
    )
    # A would go where C stays, so it keeps its place, and B cannot have it.
    done = change(rooms, {"external_id": "A", "time": "13:30"}, {"external_id": "B", "time": "09:30"})
    assert failing(rooms, done) == {2: ["schedule_clash"], 3: ["room_not_freed"]}
    assert rooms.row(done, 3).sentences[0] == (
        "The room at `09:30` would be free only if row 2 of this file were applied, and that row failed. Mend it"
        " first."
    )


def test_a_row_that_fails_hides_no_later_row_about_its_schedule(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A"}, {"external_id": "B", "time": "11:00"})
    done = change(
        rooms,
        {"external_id": "A", "time": "11:30"},
        {"external_id": "A", "time": "14:00"},
        {"external_id": "A"},
    )
    assert {row.row: (row.outcome, row.codes) for row in rooms.plan(done)} == {
        2: ("failed", ["schedule_clash"]),
        3: ("updated", []),
        4: ("failed", ["duplicate_row"]),
    }


def test_a_row_beaten_to_its_key_takes_no_room_either(rooms: Tenant) -> None:
    done = rooms.load(
        schedules(
            {"external_id": "A", "room": "R-2"},
            {"external_id": "A", "time": "10:00"},
            {"external_id": "C", "time": "10:30"},
        ),
        V1,
    )
    assert failing(rooms, done) == {3: ["duplicate_external_id"]}


def test_one_that_moves_within_its_own_time_does_not_clash_with_itself(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A", "end": "2031-09-30", "days": "TU"})
    done = change(rooms, {"external_id": "A", "end": "2031-10-14", "days": "TU;WE", "time": "09:30"})
    assert outcomes(rooms, done) == {2: "updated"}


def test_a_schedule_without_an_id_that_is_there_already_is_no_clash(rooms: Tenant) -> None:
    rows = schedules({"name": "Open Day"}, {"name": "Evening", "time": "19:00"})
    assert rooms.load(rows, V1).counts["created"] == 2
    again = rooms.load(rows, V1)
    assert (again.counts["unchanged"], again.counts["failed"]) == (2, 0)
    twice = rooms.load(schedules({"name": "Noon", "time": "12:00"}, {"name": "Noon", "time": "12:00"}), V1)
    assert failing(rooms, twice) == {3: ["schedule_clash"]}


def test_what_is_deleted_leaves_its_room(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A"})
    done = rooms.load(schedules({"id": "A"}, action="delete"), V1, "delete")
    assert outcomes(rooms, done) == {2: "deleted"}
    booked(rooms, {"external_id": "B"})


def test_a_capture_that_is_running_keeps_its_room_until_it_ends(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A"}, {"external_id": "B", "room": "R-2"})
    soon = timezone.now() + timedelta(days=2)
    rooms.query(
        "INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
        " SELECT o.institution_id, o.schedule_id, o.room_number,"
        " now() - interval '10 minutes', %s FROM roster_occurrence AS o"
        " JOIN roster_schedule AS s ON s.id = o.schedule_id AND s.external_id = 'A'",
        soon + timedelta(days=1),
    )
    day = f"{soon:%Y-%m-%d}"
    taken = rooms.load(schedules({"external_id": "C", "start": day}), V1)
    assert failing(rooms, taken) == {2: ["schedule_clash"]}
    own = change(rooms, {"external_id": "A", "start": day})
    assert outcomes(rooms, own) == {2: "updated"}
    assert not any(name == "A" for name, _, _ in taking_place(rooms))


def test_many_clashes_of_a_row_are_one_problem(rooms: Tenant) -> None:
    hours = [f"{hour:02d}:00" for hour in range(8, 13)]
    booked(
        rooms,
        *({"external_id": f"A{hour}", "time": hour, "end": "2031-09-16", "days": "TU"} for hour in hours),
    )
    done = rooms.load(
        schedules({"external_id": "B", "time": "08:30", "minutes": "240", "end": "2031-09-30", "days": "TU"}),
        V1,
    )
    [row] = rooms.plan(done)
    assert row.codes == ["schedule_clash"]
    assert row.sentences[0] == (
        "Room 1 is taken on Tuesdays 08:00 to 09:00 by `A08:00` (3 times from 2031-09-02),"
        " on Tuesdays 09:00 to 10:00 by `A09:00` (3 times from 2031-09-02),"
        " on Tuesdays 10:00 to 11:00 by `A10:00` (3 times from 2031-09-02), and at 6 other times."
        " Change the time or the room."
    )


def test_a_preview_shows_the_clash_and_an_approval_looks_again(rooms: Tenant) -> None:
    file = schedules(
        {"external_id": "A"}, {"external_id": "B", "time": "09:30"}, {"external_id": "C", "room": "R-2"}
    )
    waiting = rooms.load(file, V1, mode="preview")
    assert waiting.job.status == "awaiting_approval"
    assert failing(rooms, waiting) == {3: ["schedule_clash"]}
    assert taking_place(rooms) == set()
    booked(rooms, {"external_id": "N", "room": "R-2"})
    asked_again = rooms.approve(waiting)
    assert (asked_again.job.status, asked_again.plan_changed) == ("awaiting_approval", True)
    assert failing(rooms, asked_again) == {3: ["schedule_clash"], 4: ["schedule_clash"]}
    done = rooms.approve(asked_again)
    assert (done.job.status, done.counts["created"], done.counts["failed"]) == ("completed_with_errors", 1, 2)


def test_the_api_and_the_file_of_failing_rows_say_it_alike(rooms: Tenant) -> None:
    caller = caller_in(rooms)
    done = caller.import_(
        schedules({"external_id": "A"}, {"external_id": "B", "time": "09:30"}), format=V1, action="create"
    )
    [row] = caller.results(f"/imports/{done['id']}/rows", outcome="failed")
    [problem] = row["problems"]
    assert (problem["code"], problem["column"], problem["value"]) == ("schedule_clash", "Start Time", "09:30")
    assert problem["message"] == (
        "Room 1 is taken on 2031-09-02, 09:00 to 10:00 by `A` of row 2. Change the time or the room."
    )
    failed = caller.get(done["links"]["failed_csv"]).getvalue().decode("utf-8-sig")
    assert problem["message"] in failed.splitlines()[1]
    # Sent back with another time, it goes through.
    again = caller.import_(failed.replace("09:30", "10:00"), format=V1, action="create")
    assert again["counts"]["created"] == 1


def test_who_does_not_reach_a_schedule_is_not_told_whose_it_is(rooms: Tenant) -> None:
    rooms.load("Name,External ID\nMarine,ORG-M\nLaw,ORG-L\n", "echovideo.organizations.v1")
    rooms.load(
        "Course Code,Course Name,Organization ID,External ID\nM1,Tides,ORG-M,C-M\nL1,Theft,ORG-L,C-L\n",
        "echovideo.courses.v1",
    )
    rooms.load("Name,Start Date,End Date,External ID\nAutumn,2031-08-18,2031-12-19,T\n", "echovideo.terms.v1")
    rooms.load(
        "Course ID,Term ID,Section Name,External ID\nC-M,T,01,S-M\nC-L,T,01,S-L\n", "echovideo.sections.v1"
    )
    booked(
        rooms,
        {"external_id": "SECRET", "sections": "S-L"},
        {"external_id": "KNOWN", "sections": "S-M", "time": "11:00"},
    )
    [(marine,)] = rooms.query("SELECT id FROM roster_org_unit WHERE external_id = 'ORG-M'")
    caller = caller_in(rooms, "org_admin", marine)
    done = caller.import_(
        schedules(
            {"external_id": "X", "sections": "S-M"}, {"external_id": "Y", "sections": "S-M", "time": "11:30"}
        ),
        format=V1,
        action="create",
    )
    first, second = (
        row["problems"][0]["message"]
        for row in caller.results(f"/imports/{done['id']}/rows", outcome="failed")
    )
    assert first == (
        "Room 1 is taken on 2031-09-02, 09:00 to 10:00 by another schedule. Change the time or the room."
    )
    assert "by `KNOWN`" in second


def test_schedules_by_name_clash_with_those_by_id(rooms: Tenant) -> None:
    booked(rooms, {"external_id": "A"})
    header = [
        "External ID", "Name", "Start Date", "Start Time", "End Time", "Campus Name", "Building Name", "Room Name",
        "Input 1", "Capture Quality",
    ]  # fmt: skip
    place = ["Harbour", "Lighthouse", "Room 1", "Video", "High"]
    done = rooms.load(
        csv_text(
            header,
            ["B", "B", "2031-09-02", "09:59", "10:30", *place],
            ["C", "C", "2031-09-02", "10:00", "10:30", *place],
        ),
        "echovideo.schedules.v2",
    )
    assert failing(rooms, done) == {2: ["schedule_clash"]}
    assert rooms.row(done, 2).columns == ["Start Time"]


def test_of_a_thousand_schedules_in_one_room_at_one_time_the_first_has_it(rooms: Tenant) -> None:
    done = rooms.load(
        schedules(*({"external_id": f"S-{n}", "end": "2031-10-28", "days": "TU"} for n in range(1_000))), V1
    )
    assert (done.counts["created"], done.counts["failed"]) == (1, 999)
    assert outcomes(rooms, done)[2] == "created"
