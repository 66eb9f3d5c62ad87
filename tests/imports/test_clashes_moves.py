"""Files that move schedules from above: terms, campuses, buildings, rooms, sections (echovideo.md 6.2 (34), (40))."""

from __future__ import annotations

import pytest

from imports.models import Import
from tests.imports.booking import BUILDINGS, CAMPUSES, ROOMS, TERMS, booked, build_rooms, taking_place
from tests.imports.harness import Tenant, csv_text

COURSES, SECTIONS = "echovideo.courses.v1", "echovideo.sections.v1"
TERM_HEADER = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
DAY_OFF = "2031-09-09"
AUTUMN = {"end": "2031-09-30", "days": "TU"}
# In Oslo, the night of 30 March 2031 has no hour from two to three.
SHORT_NIGHT = {"start": "2031-03-30"}


@pytest.fixture
def taught(tenant: Tenant) -> Tenant:
    """Rooms, and sections S-1 and S-2 of terms T-1 and T-2, which both leave one Tuesday out."""
    build_rooms(tenant, 4)
    tenant.load(
        csv_text(
            TERM_HEADER[1:],
            *([f"Term {number}", "2031-08-18", "2031-12-19", DAY_OFF, f"T-{number}"] for number in (1, 2, 3)),
        ),
        TERMS,
    )
    tenant.load(csv_text(["Course Code", "Course Name", "External ID"], ["OCE210", "Tides", "C"]), COURSES)
    tenant.load(
        csv_text(
            ["Course ID", "Term ID", "Section Name", "External ID"],
            *(["C", f"T-{number}", "01", f"S-{number}"] for number in (1, 2, 3)),
        ),
        SECTIONS,
    )
    return tenant


def term(number: int, days_off: str = "", name: str = "") -> list[str]:
    return [f"T-{number}", name or f"Term {number}", "2031-08-18", "2031-12-19", days_off, f"T-{number}"]


def terms(tenant: Tenant, *rows: list[str]) -> Import:
    done = tenant.load(csv_text(TERM_HEADER, *rows), TERMS, "update")
    assert done.job.status.startswith("completed"), (done.job.status, done.job.problem)
    return done


def outcomes(tenant: Tenant, done: Import) -> dict[int, tuple[str, list[str]]]:
    return {row.row: (row.outcome, row.codes) for row in tenant.plan(done)}


def test_a_day_off_that_is_taken_back_fails_where_the_room_was_given_away(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1", **AUTUMN},
        {"external_id": "B", "start": DAY_OFF, "time": "09:30"},
        {"external_id": "C", "sections": "S-2", "room": "R-2", **AUTUMN},
    )
    before = taking_place(taught)
    done = terms(taught, term(1), term(2))
    assert outcomes(taught, done) == {2: ("failed", ["schedule_clash"]), 3: ("updated", [])}
    told = taught.row(done, 2)
    assert told.columns == ["Exclusion Dates"]
    assert told.sentences[0] == (
        "Room 1 would be taken twice on 2031-09-09, 09:30 to 10:30 by `A` and by `B`. Move one of them first,"
        " or correct Exclusion Dates."
    )
    assert taking_place(taught) - before == {("C", "R-2", "2031-09-09 07:00")}


def test_two_schedules_of_one_term_may_meet_on_the_day_it_takes_back(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1", **AUTUMN},
        {"external_id": "B", "sections": "S-1", "start": DAY_OFF, "time": "09:30"},
    )
    done = terms(taught, term(1))
    assert outcomes(taught, done) == {2: ("failed", ["schedule_clash"])}
    assert (
        "`A` and by `B`" in taught.row(done, 2).sentences[0]
        or "`B` and by `A`" in taught.row(done, 2).sentences[0]
    )


def test_of_two_terms_that_take_a_day_back_the_first_has_the_room(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1", **AUTUMN},
        {"external_id": "B", "sections": "S-2", "start": DAY_OFF, "time": "09:30"},
    )
    done = terms(taught, term(2), term(1))
    assert outcomes(taught, done) == {2: ("updated", []), 3: ("failed", ["schedule_clash"])}
    assert ("B", "R-1", "2031-09-09 07:30") in taking_place(taught)


def test_a_day_off_frees_rooms_for_another_term_of_the_file(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1", **AUTUMN},
        {
            "external_id": "B",
            "sections": "S-2",
            "start": "2031-09-16",
            "end": "2031-09-16",
            "days": "TU",
            "room": "R-2",
        },
    )
    terms(taught, term(1, "2031-09-16"))
    booked(taught, {"external_id": "N", "sections": "S-2", "start": "2031-09-16"})
    # N has Room 1 while A has that day off; both change places.
    done = terms(taught, term(1, DAY_OFF), term(2, f"{DAY_OFF};2031-09-16"))
    assert outcomes(taught, done) == {2: ("updated", []), 3: ("updated", [])}
    on_the_day = {
        name for name, room, at in taking_place(taught) if room == "R-1" and at.startswith("2031-09-16")
    }
    assert on_the_day == {"A"}


def test_a_place_is_not_free_when_the_term_that_gives_it_up_fails(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1", **AUTUMN},
        {"external_id": "B", "start": DAY_OFF, "sections": "S-2", "room": "R-1", "time": "12:00"},
        {"external_id": "O", "start": DAY_OFF, "room": "R-1", "time": "12:30"},
    )
    terms(taught, term(1, "2031-09-16"))
    booked(taught, {"external_id": "N", "sections": "S-2", "start": "2031-09-16"})
    # Term 2 gives the 16th up and takes the 9th back, where O is by now: so A cannot have the 16th.
    done = terms(taught, term(1, DAY_OFF), term(2, "2031-09-16"))
    assert outcomes(taught, done) == {2: ("failed", ["room_not_freed"]), 3: ("failed", ["schedule_clash"])}


def test_rows_that_touch_no_schedule_are_as_good_as_ever(taught: Tenant) -> None:
    booked(taught, {"external_id": "A", "sections": "S-1", **AUTUMN})
    done = terms(taught, term(1, DAY_OFF, name="Autumn"), term(3))
    assert {outcome for outcome, _ in outcomes(taught, done).values()} == {"updated"}


def test_a_schedule_of_two_terms_comes_back_when_both_take_the_day_back(taught: Tenant) -> None:
    booked(taught, {"external_id": "A", "sections": "S-1;S-2", **AUTUMN})
    done = terms(taught, term(1))
    assert outcomes(taught, done) == {2: ("updated", [])}
    assert ("A", "R-1", "2031-09-09 07:00") not in taking_place(taught)
    terms(taught, term(2))
    assert ("A", "R-1", "2031-09-09 07:00") in taking_place(taught)


def test_terms_that_move_one_schedule_together_fail_together(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1;S-2", **AUTUMN},
        {"external_id": "B", "start": DAY_OFF, "time": "09:30"},
    )
    done = terms(taught, term(1), term(2), term(3))
    assert {row: outcome for row, (outcome, _) in outcomes(taught, done).items()} == {
        2: "failed", 3: "failed", 4: "updated",
    }  # fmt: skip


def test_a_section_that_goes_takes_its_days_off_along(taught: Tenant) -> None:
    booked(
        taught,
        {"external_id": "A", "sections": "S-1;S-3", **AUTUMN},
        {"external_id": "B", "start": DAY_OFF, "time": "09:30"},
    )
    terms(taught, term(3))
    done = taught.load(csv_text(["Section ID"], ["S-1"], ["S-2"]), SECTIONS, "delete")
    assert outcomes(taught, done) == {2: ("failed", ["schedule_clash"]), 3: ("deleted", [])}
    assert taught.row(done, 2).columns == ["Section ID"]


NIGHT = (
    {"external_id": "A", "time": "01:30", **SHORT_NIGHT},
    {"external_id": "B", "time": "03:00", **SHORT_NIGHT},
)


def at_night(tenant: Tenant, rows: list[list[str]], header: list[str], key: str) -> Import:
    done = tenant.load(csv_text(header, *rows), key, "update")
    assert done.job.status.startswith("completed"), (done.job.status, done.job.problem)
    return done


def told(tenant: Tenant, done: Import, row: int) -> tuple[list[str | None], str]:
    planned = tenant.row(done, row)
    assert (planned.outcome, planned.codes) == ("failed", ["schedule_clash"])
    return planned.columns, planned.sentences[0]


def test_a_campus_does_not_move_into_a_zone_whose_short_night_brings_two_together(tenant: Tenant) -> None:
    build_rooms(tenant, zone="UTC")
    booked(tenant, *NIGHT)
    done = at_night(
        tenant,
        [["C-1", "Harbour", "Europe/Oslo", "C-1"], ["C-2", "Hill", "Europe/Oslo", "C-2"]],
        ["Campus ID", "Name", "Time Zone", "External ID"],
        CAMPUSES,
    )
    columns, sentence = told(tenant, done, 2)
    assert columns == ["Time Zone"]
    assert sentence.startswith("Room 1 would be taken twice on 2031-03-30, ")
    assert "`A` and by `B`" in sentence or "`B` and by `A`" in sentence
    assert tenant.row(done, 3).outcome == "updated"
    fine = at_night(
        tenant,
        [["C-1", "Harbour", "Asia/Tokyo", "C-1"]],
        ["Campus ID", "Name", "Time Zone", "External ID"],
        CAMPUSES,
    )
    assert tenant.row(fine, 2).outcome == "updated"
    assert taking_place(tenant) == {("A", "R-1", "2031-03-29 16:30"), ("B", "R-1", "2031-03-29 18:00")}


def test_a_building_does_not_move_there_either(tenant: Tenant) -> None:
    build_rooms(tenant, zone="UTC")
    booked(tenant, *NIGHT)
    at_night(
        tenant,
        [["C-2", "Hill", "Europe/Oslo", "C-2"]],
        ["Campus ID", "Name", "Time Zone", "External ID"],
        CAMPUSES,
    )
    done = at_night(
        tenant,
        [["B-1", "C-2", "Lighthouse", "B-1"], ["B-2", "C-1", "Tower", "B-2"]],
        ["Building ID", "Campus ID", "Name", "External ID"],
        BUILDINGS,
    )
    columns, _ = told(tenant, done, 2)
    assert columns == ["Campus ID"]
    assert tenant.row(done, 3).outcome == "updated"


def test_nor_does_a_room(tenant: Tenant) -> None:
    build_rooms(tenant, zone="UTC")
    booked(tenant, *NIGHT, {"external_id": "C", "time": "01:30", "room": "R-2", **SHORT_NIGHT})
    at_night(
        tenant,
        [["C-2", "Hill", "Europe/Oslo", "C-2"]],
        ["Campus ID", "Name", "Time Zone", "External ID"],
        CAMPUSES,
    )
    done = at_night(
        tenant,
        [["R-1", "B-2", "Room 1", "R-1"], ["R-2", "B-2", "Room 2", "R-2"]],
        ["Room ID", "Building ID", "Name", "External ID"],
        ROOMS,
    )
    columns, _ = told(tenant, done, 2)
    assert columns == ["Building ID"]
    assert tenant.row(done, 3).outcome == "updated"
    assert ("C", "R-2", "2031-03-30 00:30") in taking_place(tenant)
