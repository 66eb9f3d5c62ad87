"""What a plan of terms or places says about the captures it moves, before anybody approves it."""

from __future__ import annotations

import pytest
from django.test import Client

from imports.models import Import
from tests.imports.booking import CAMPUSES, TERMS, booked, build_rooms, taking_place
from tests.imports.harness import Tenant, csv_text

# Four Tuesdays, and five Wednesdays.
TUESDAYS = {"start": "2031-09-02", "end": "2031-09-23", "days": "TU"}
WEDNESDAYS = {"start": "2031-09-03", "end": "2031-10-01", "days": "WE"}
CAMPUS_HEADER = ["Campus ID", "Name", "Time Zone", "External ID"]
TERM_HEADER = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
COURSES, SECTIONS = "echovideo.courses.v1", "echovideo.sections.v1"


@pytest.fixture
def housed(tenant: Tenant) -> Tenant:
    build_rooms(tenant, 2)
    booked(tenant, {"external_id": "A", **TUESDAYS}, {"external_id": "B", "room": "R-2", **WEDNESDAYS})
    return tenant


@pytest.fixture
def taught(tenant: Tenant) -> Tenant:
    """Tuesdays of section S-1 in term T-1, which leaves out the second; Wednesdays of none."""
    build_rooms(tenant, 2)
    tenant.load(csv_text(TERM_HEADER[1:], term("2031-09-09")[1:]), TERMS)
    tenant.load(csv_text(["Course Code", "Course Name", "External ID"], ["OCE210", "Tides", "C"]), COURSES)
    tenant.load(
        csv_text(["Course ID", "Term ID", "Section Name", "External ID"], ["C", "T-1", "01", "S-1"]), SECTIONS
    )
    booked(
        tenant,
        {"external_id": "A", "sections": "S-1", **TUESDAYS},
        {"external_id": "B", "room": "R-2", **WEDNESDAYS},
    )
    return tenant


def term(days_off: str) -> list[str]:
    return ["T-1", "Autumn", "2031-08-18", "2031-12-19", days_off, "T-1"]


def campus(zone: str, name: str = "Harbour") -> list[str]:
    return ["C-1", name, zone, "C-1"]


def planned(tenant: Tenant, key: str, header: list[str], *rows: list[str]) -> Import:
    found = tenant.load(csv_text(header, *rows), key, "update", mode="preview")
    assert found.job.status == "awaiting_approval", found.job.problem
    return found


def shown(tenant: Tenant, person: Client, upload: Import) -> str:
    return " ".join(person.get(f"/imports/{upload.pk}/").content.decode().split())


def test_a_campus_in_another_zone_moves_all_its_captures(housed: Tenant, person: Client) -> None:
    before = taking_place(housed)
    upload = planned(housed, CAMPUSES, CAMPUS_HEADER, campus("America/New_York"))
    assert upload.review["captures"] == {"schedules": 2, "moved": 9, "added": 0, "removed": 0}
    assert "2 schedules are affected: 9 captures take place at another time. It can be undone." in shown(
        housed, person, upload
    )
    told = person.get(f"/api/v1/imports/{upload.pk}").json()
    assert told["captures"] == {"schedules": 2, "moved": 9, "added": 0, "removed": 0}
    assert taking_place(housed) == before
    housed.approve(upload)
    assert len(taking_place(housed) - before) == 9


def test_a_day_off_takes_captures_away_and_one_taken_back_adds_them(taught: Tenant, person: Client) -> None:
    upload = planned(taught, TERMS, TERM_HEADER, term("2031-09-09;2031-09-16;2031-09-23;2031-09-24"))
    assert upload.review["captures"] == {"schedules": 1, "moved": 0, "added": 0, "removed": 2}
    assert "1 schedule is affected: 2 captures do not take place any more." in shown(taught, person, upload)
    upload = planned(taught, TERMS, TERM_HEADER, term(""))
    assert upload.review["captures"] == {"schedules": 1, "moved": 0, "added": 1, "removed": 0}
    assert "1 schedule is affected: 1 capture is added." in shown(taught, person, upload)


def test_a_row_that_fails_moves_nothing(taught: Tenant) -> None:
    booked(taught, {"external_id": "C", "start": "2031-09-09"})
    upload = planned(taught, TERMS, TERM_HEADER, term("2031-09-23"))
    assert upload.counts["failed"] == 1
    assert "captures" not in upload.review


def test_what_moves_no_capture_says_nothing_of_them(housed: Tenant, person: Client) -> None:
    for row in (campus("Europe/Oslo", "Haven"), campus("Europe/Berlin")):
        upload = planned(housed, CAMPUSES, CAMPUS_HEADER, row)
        assert "captures" not in upload.review
        assert "affected" not in shown(housed, person, upload)
        assert "captures" not in person.get(f"/api/v1/imports/{upload.pk}").json()
