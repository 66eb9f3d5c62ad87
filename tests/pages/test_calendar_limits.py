"""The calendar where the roster holds what it cannot show: far years, zones nobody knows, more than a menu holds."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from edu_csv.front.calendar import choose
from imports.formats.registry import formats
from tests.imports.harness import sample
from tests.pages.house import House
from tests.roster.timetables import Timetable

WEEK = "2031-W34"


@pytest.fixture
def timetable(house: House) -> Timetable:
    return Timetable.of(house)


def page(client: Client, **query: Any) -> str:
    answer = client.get("/calendar/", {name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.content
    return unescape(answer.content.decode())


def test_what_lies_beyond_the_years_of_a_calendar_is_not_led_to_and_breaks_no_week(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    near = timetable.schedule(room)
    timetable.take_place(near)
    for name, begins in (("Far", "9999-12-31 23:30-05"), ("Next", "2199-12-30 00:00+01")):
        schedule = timetable.schedule(room, name=name)
        house.query(
            "INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
            " SELECT %s, %s, number, %s::timestamptz, %s::timestamptz + '1 h' FROM roster_room WHERE id = %s",
            house.pk, schedule, begins, begins, room,
        )  # fmt: skip
    try:
        client = house.browser()
        assert "the next on 19 August 2031" in page(client, room=room, week="2031-W30")
        # 30 December 2199 is of the first week of 2200.
        after = page(client, room=room, week="2031-W40")
        assert "the last before on 19 August 2031" in after
        assert "the next on" not in after
        for week in ("1970-W01", "2199-W52", "9999-W52"):
            assert "Nothing takes place this week." in page(client, room=room, week=week)
    finally:
        # Whoever uses this database again reads it whole.
        house.query("DELETE FROM roster_occurrence WHERE starts_at > '2100-01-01'")


def test_a_zone_that_nobody_knows_gives_the_times_of_the_institution_and_says_so(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    timetable.take_place(timetable.schedule(room, name="Talk"))
    house.query("UPDATE roster_campus SET time_zone = 'Mars/Olympus' WHERE id = %s", timetable.campus)
    html = page(house.browser(), room=room, week=WEEK)
    assert "Mars/Olympus, the time zone of its campus, is not known" in html
    assert "Times are those of Europe/Oslo, the institution’s zone." in html
    assert "Talk, 09:00 to 10:30, Tuesday" in html


def test_a_section_s_week_leaves_out_the_time_there_where_nobody_knows_it(
    timetable: Timetable, house: House
) -> None:
    for noun in ("organizations", "departments", "terms", "courses", "users", "sections"):
        house.load(sample(formats()[f"echovideo.{noun}.v1"]), f"echovideo.{noun}.v1")
    [(section,)] = house.query("SELECT id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    timetable.take_place(timetable.schedule(timetable.room(), name="Talk", section_ids=[section]))
    html = page(house.browser(), section=section, week=WEEK)
    assert "A1, Lighthouse" in html
    house.query("UPDATE roster_campus SET time_zone = 'Mars/Olympus' WHERE id = %s", timetable.campus)
    html = page(house.browser(), section=section, week=WEEK)
    assert "A1, Lighthouse" in html
    assert "Mars" not in html


def test_a_building_beyond_those_a_menu_offers_is_chosen_all_the_same(
    timetable: Timetable, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose, "MOST_OPTIONS", 2)
    room = timetable.room("A1")
    for name in ("Crane", "Dock", "Annex"):
        house.query(
            "INSERT INTO roster_building (id, institution_id, campus_id, name, name_folded)"
            " VALUES (uuidv7(), %s, %s, %s, %s)", house.pk, timetable.campus, name, name.casefold(),
        )  # fmt: skip
    client = house.browser()
    html = page(client)
    assert "These are 2 of 4 buildings. Search above for the name of another." in html
    assert f"building={timetable.building}" not in html
    chosen = page(client, building=timetable.building)
    assert f"/calendar/?room={room}" in chosen
    assert "Building: Lighthouse, Harbour" in chosen
    assert f"/calendar/?room={room}" in page(client, q="lighthouse")
    # A campus is left alone by it: there is one only.
    assert "campuses." not in html
