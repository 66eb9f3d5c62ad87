"""The calendar: whose week it shows, who reads what of it, and what a plan would make of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from edu_csv.front.calendar.events import Event, Kind
from edu_csv.front.calendar.layout import board
from edu_csv.front.calendar.weeks import Week, clock_change
from imports.formats.registry import formats
from tests.imports.harness import csv_text, sample
from tests.pages.house import House, new_house
from tests.roster.timetables import Timetable

OSLO = ZoneInfo("Europe/Oslo")
# A Tuesday; week 34 of 2031 begins on Monday the 18th.
TUESDAY = "2031-08-19"
WEEK = "2031-W34"


@pytest.fixture
def timetable(house: House) -> Timetable:
    for noun in ("organizations", "departments", "terms", "courses", "users", "sections"):
        house.load(sample(formats()[f"echovideo.{noun}.v1"]), f"echovideo.{noun}.v1")
    return Timetable.of(house)


def page(client: Client, **query: Any) -> str:
    answer = client.get("/calendar/", query)
    assert answer.status_code == 200, answer.content
    return unescape(answer.content.decode())


def said(html: str) -> list[str]:
    """What each block of the drawing says to who cannot see it."""
    return re.findall(r'title="([^"]*)" data-block', html)


def section_of(house: House, external_id: str = "S-OCE210-31A-01") -> UUID:
    [(section,)] = house.query("SELECT id FROM roster_section WHERE external_id = %s", external_id)
    return UUID(str(section))


def test_a_week_of_a_room_shows_its_captures_with_section_time_and_the_way_to_them(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    schedule = timetable.schedule(room, section_ids=[section_of(house)])
    timetable.take_place(schedule)
    html = page(house.browser(), room=room, week=WEEK)
    assert said(html) == ["OCE210 01, 09:00 to 10:30, Tuesday, Tides and Currents"]
    assert f'href="/roster/schedules/{schedule}/"' in html
    assert "<b>1 capture</b> this week, 1 h 30 min in all." in html
    assert "Times are those of Europe/Oslo, the zone of its campus." in html
    assert "18 to 24 August 2031" in html
    assert house.browser().get(f"/roster/schedules/{schedule}/").status_code == 200


V1 = "echovideo.schedules.v1"
V2 = "echovideo.schedules.v2"
V1_HEADER = [
    "Name", "Start Date", "Start Time", "Duration Minutes", "End Date", "Days Of Week", "Room ID", "Section IDs",
    "Input 1", "Capture Quality", "External ID",
]  # fmt: skip
V2_HEADER = [
    "External ID", "Name", "Start Date", "Start Time", "End Time", "Campus Name", "Building Name", "Room Name",
    "Term Name", "Course Code", "Section Name", "Input 1", "Capture Quality",
]  # fmt: skip


def row(name: str, time: str, *, day: str = TUESDAY, room: str = "RM-A1", minutes: str = "60") -> list[str]:
    return [name, day, time, minutes, "", "", room, "S-OCE210-31A-01", "Display", "High", f"X-{name}"]


def test_a_plan_is_drawn_over_the_week_and_its_clash_named(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    schedule = timetable.schedule(room, section_ids=[section_of(house)], name="There")
    timetable.take_place(schedule)
    plan = house.load(
        csv_text(V1_HEADER, row("New", "13:00"), row("Late", "10:00"), row("Elsewhere", "10:00", room="RM-B2")),
        V1, mode="preview",
    )  # fmt: skip
    assert [each.codes for each in house.plan(plan)] == [[], ["schedule_clash"], ["unknown_reference"]]
    client = house.browser()
    html = page(client, room=room, week=WEEK, **{"import": plan.pk})
    assert said(html) == [
        "OCE210 01, 09:00 to 10:30, Tuesday, clashes with another, There",
        "OCE210 01, 10:00 to 11:00, Tuesday, finds no place, clashes with another, Late",
        "OCE210 01, 13:00 to 14:00, Tuesday, would be added, New",
    ]
    assert "Tue 10:00: OCE210 01 and OCE210 01" in html
    assert "Row 3: A1 is taken on 2031-08-19" in html
    assert f'href="/imports/{plan.pk}/rows/2/"' in html
    # The plan leads there.
    plan_page = unescape(client.get(f"/imports/{plan.pk}/?outcome=failed").content.decode())
    assert f'href="/calendar/?room={room}&week={WEEK}&import={plan.pk}"' in plan_page
    # Without it, the week is as it is.
    assert said(page(client, room=room, week=WEEK)) == ["OCE210 01, 09:00 to 10:30, Tuesday, There"]
    # Once it is applied, what it made stands there by itself, and only what failed is drawn beside it.
    house.approve(plan)
    after = said(page(client, room=room, week=WEEK, **{"import": plan.pk}))
    assert [each.split(", ")[3:] for each in after] == [
        ["clashes with another", "There"], ["finds no place", "clashes with another", "Late"], ["New"],
    ]  # fmt: skip


def test_a_plan_by_names_is_drawn_in_the_week_of_room_and_section(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    [(term, code, name)] = house.query(
        "SELECT t.name, c.code, s.name FROM roster_section s JOIN roster_term t ON t.id = s.term_id"
        " JOIN roster_course c ON c.id = s.course_id WHERE s.id = %s", section_of(house),
    )  # fmt: skip
    cells = [
        "X-1",
        "By name",
        TUESDAY,
        "08:00",
        "09:15",
        "Harbour",
        "Lighthouse",
        "A1",
        term,
        code,
        name,
        "Display",
        "High",
    ]
    plan = house.load(csv_text(V2_HEADER, cells), V2, mode="preview")
    assert plan.counts["created"] == 1, house.plan(plan)
    client = house.browser()
    of_room = page(client, room=room, week=WEEK, **{"import": plan.pk})
    assert said(of_room) == ["OCE210 01, 08:00 to 09:15, Tuesday, would be added, By name"]
    of_section = page(client, section=section_of(house), week=WEEK, **{"import": plan.pk})
    assert said(of_section) == ["By name, 08:00 to 09:15, Tuesday, would be added, A1, Lighthouse"]


def test_an_update_shows_what_goes_and_what_comes(timetable: Timetable, house: House) -> None:
    room, other = timetable.room(), timetable.room("B2")
    schedule = timetable.schedule(room, section_ids=[section_of(house)], name="Moves", external_id="X-M")
    stays = timetable.schedule(room, name="Stays", start_time="15:00")
    timetable.take_place(schedule, stays)
    cells = row("Moves", "11:00", room="RM-B2", minutes="90")
    plan = house.load(
        csv_text(["Schedule ID", *V1_HEADER], [str(schedule), *cells[:-1], "X-M"]),
        V1,
        "update",
        mode="preview",
    )
    assert plan.counts["updated"] == 1, house.plan(plan)
    client = house.browser()
    query = {"week": WEEK, "import": plan.pk}
    assert said(page(client, room=room, **query)) == [
        "OCE210 01, 09:00 to 10:30, Tuesday, would go from here, Moves", "Stays, 15:00 to 16:30, Tuesday",
    ]  # fmt: skip
    assert said(page(client, room=other, **query)) == [
        "OCE210 01, 11:00 to 12:30, Tuesday, would move here, Moves"
    ]
    assert [each.split(", ")[3] for each in said(page(client, section=section_of(house), **query))] == [
        "would go from here", "would move here",
    ]  # fmt: skip
    gone = house.load(csv_text(["Schedule ID"], ["X-M"]), V1, "delete", mode="preview")
    html = page(client, room=room, week=WEEK, **{"import": gone.pk})
    assert "would go from here" in said(html)[0]


def test_days_off_and_another_zone_move_what_hangs_on_them(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    schedule = timetable.schedule(room, section_ids=[section_of(house)])
    timetable.take_place(schedule)
    client = house.browser()
    terms = csv_text(
        ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates"],
        ["T-2031A", "Autumn 2031", "2031-08-18", "2031-12-19", TUESDAY],
    )
    plan = house.load(terms, "echovideo.terms.v1", "update", mode="preview")
    assert plan.counts["updated"] == 1, house.plan(plan)
    html = page(client, room=room, week=WEEK, **{"import": plan.pk})
    assert "would go from here" in said(html)[0]
    campuses = csv_text(
        ["Campus ID", "Name", "Time Zone"], [str(timetable.campus), "Harbour", "Europe/London"]
    )
    plan = house.load(campuses, "echovideo.campuses.v1", "update", mode="preview")
    assert plan.counts["updated"] == 1, house.plan(plan)
    assert [each[:45] for each in said(page(client, room=room, week=WEEK, **{"import": plan.pk}))] == [
        "OCE210 01, 09:00 to 10:30, Tuesday, would go ", "OCE210 01, 10:00 to 11:30, Tuesday, would mov",
    ]  # fmt: skip
