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
    assert said(html) == ["OCE210 01, Tuesday, 09:00 to 10:30"]
    assert f'href="/roster/schedules/{schedule}/"' in html
    assert "<b>1 capture</b> this week, 1 h 30 min in all." in html
    assert "Times are those of Europe/Oslo, the zone of its campus." in html
    assert "18 to 24 August 2031" in html
    assert house.browser().get(f"/roster/schedules/{schedule}/").status_code == 200
