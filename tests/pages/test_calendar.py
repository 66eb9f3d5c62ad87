"""The calendar: whose week it shows, who reads what of it, and what a plan would make of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edu_csv.front.calendar import events, views
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


def asked_for(client: Client, query: Mapping[str, Any]) -> Any:
    return client.get("/calendar/", {name: str(value) for name, value in query.items()})


def page(client: Client, **query: Any) -> str:
    answer = asked_for(client, query)
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


def test_what_others_booked_is_taken_and_says_no_more(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    unit, beside = (UUID(str(id_)) for (id_,) in house.query(
        "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
        " SELECT uuidv7(), %s, 'department', name, lower(name), '{}' FROM unnest(ARRAY['Near', 'Far']) AS name RETURNING id",
        house.pk,
    ))  # fmt: skip
    house.query(
        "UPDATE roster_course SET organization_id = NULL, department_id = %s WHERE id ="
        " (SELECT course_id FROM roster_section WHERE id = %s)", unit, section_of(house),
    )  # fmt: skip
    timetable.take_place(
        timetable.schedule(room, section_ids=[section_of(house)], name="Secret talks"),
        timetable.schedule(room, name="Without section", start_time="14:00"),
    )
    near, far = house.browser("department_admin", unit), house.browser("department_admin", beside)
    assert said(page(near, room=room, week=WEEK)) == [
        "OCE210 01, 09:00 to 10:30, Tuesday, Secret talks", "Taken, 14:00 to 15:30, Tuesday",
    ]  # fmt: skip
    html = page(far, room=room, week=WEEK)
    assert said(html) == ["Taken, 09:00 to 10:30, Tuesday", "Taken, 14:00 to 15:30, Tuesday"]
    assert "Secret" not in html
    assert "/roster/schedules/0" not in html
    assert asked_for(far, {"section": section_of(house)}).status_code == 404
    assert asked_for(near, {"section": section_of(house)}).status_code == 200
    # On its own page too, a section of others has no name.
    [(beyond,)] = house.query(
        "WITH made AS (INSERT INTO roster_course (id, institution_id, code, code_folded, name, department_id)"
        " VALUES (uuidv7(), %s, 'HID1', 'hid1', 'Hidden course', %s) RETURNING id)"
        " UPDATE roster_section SET course_id = made.id, name = 'HIDDEN' FROM made"
        " WHERE external_id = 'S-OCE210-31A-02' RETURNING roster_section.id", house.pk, beside,
    )  # fmt: skip
    both = timetable.schedule(room, section_ids=[section_of(house), beyond], name="Both", start_time="16:00")
    timetable.take_place(both)
    own = near.get(f"/roster/schedules/{both}/").content.decode()
    assert "another section" in own
    assert "HIDDEN" not in own
    assert "HIDDEN" in house.browser().get(f"/roster/schedules/{both}/").content.decode()
    html = page(near, room=room, week=WEEK)
    assert said(html)[2] == "OCE210 01, 16:00 to 17:30, Tuesday, and 1 more, Both"
    assert "HIDDEN" not in html
    # Schedules without section: for whom the institution shows them, and never for schedulers.
    house.query("UPDATE access_institution SET shows_unpublished_captures = true WHERE id = %s", house.pk)
    assert "Without section" in said(page(near, room=room, week=WEEK))[1]
    assert "Taken" in said(page(house.browser("scheduler"), room=room, week=WEEK))[1]


def test_a_plan_out_of_sight_is_not_there(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    plan = house.load(csv_text(V1_HEADER, row("New", "13:00")), V1, mode="preview")
    for client in (house.browser("scheduler"), house.browser("analyst")):
        answer = asked_for(client, {"room": room, "week": WEEK, "import": plan.pk})
        assert answer.status_code == 404
    for wrong in (uuid4(), "x", "0"):
        assert asked_for(house.browser(), {"room": room, "import": wrong}).status_code == 404


def test_what_is_absent_or_foreign_has_no_calendar(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    client = house.browser()
    assert asked_for(new_house("Harbour College").browser(), {"room": room}).status_code == 404
    for query in (
        {"room": uuid4()},
        {"room": "x"},
        {"section": room},
        {"room": "' OR 1=1"},
        {"section": "%00"},
    ):
        assert asked_for(client, query).status_code == 404, query


def test_names_are_escaped_in_the_drawing_and_in_the_list(timetable: Timetable, house: House) -> None:
    room = timetable.room("<i>A1</i>")
    timetable.take_place(timetable.schedule(room, name='"><script>alert(1)</script>'))
    answer = asked_for(house.browser(), {"room": room, "week": WEEK}).content.decode()
    assert "<script>alert" not in answer
    assert "<i>A1" not in answer
    assert "style=" not in answer


def test_a_week_that_is_none_is_the_current_one_and_says_so(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    client = house.browser()
    now = Week.of(datetime.now(OSLO).date())
    for wrong in ("2026-W60", "2026-34", "1066-W01", "9999-W01", "x", "2026-W00", "２０２６-W34"):
        html = page(client, room=room, week=wrong)
        assert f"There is no week {wrong}" in html
        assert f'value="{now}"' in html
    assert "There is no week" not in page(client, room=room)
    # The first and last weeks of a calendar have no way beyond.
    assert "data-previous-page" not in page(client, room=room, week="1970-W01")
    assert "data-next-page" not in page(client, room=room, week="2199-W52")


def test_an_empty_week_leads_to_those_that_are_not(timetable: Timetable, house: House) -> None:
    room, other = timetable.room(), timetable.room("B2")
    timetable.take_place(timetable.schedule(room))
    client = house.browser()
    html = page(client, room=room, week="2031-W30")
    assert "Nothing takes place this week." in html
    assert f'<a href="/calendar/?room={room}&week={WEEK}">the next on 19 August 2031</a>' in html
    html = page(client, room=room, week="2031-W40")
    assert "the last before on 19 August 2031" in html
    assert "Nothing ever has" in page(client, room=other)


def test_the_list_says_the_same_as_the_drawing(timetable: Timetable, house: House) -> None:
    room = timetable.room()
    timetable.take_place(
        timetable.schedule(room, name="Talk"), timetable.schedule(room, name="Walk", start_time="12:00")
    )
    html = page(house.browser(), room=room, week=WEEK, view="list")
    assert "data-block" not in html
    listed = re.findall(r'class="cal-row">.*?<bdi>(.*?)</bdi>', html, re.DOTALL)
    assert listed == ["Talk", "Walk"]
    assert html.count('<p class="dim small">Nothing</p>') == 6


def test_rooms_are_chosen_by_campus_building_and_search(timetable: Timetable, house: House) -> None:
    room, other = timetable.room("A1"), timetable.room("B2")
    client = house.browser()
    html = page(client)
    assert html.index(f"room={room}") < html.index(f"room={other}")
    assert f"/calendar/?campus={timetable.campus}" in html
    html = page(client, building=timetable.building, week=WEEK, q="b2")
    assert f"/calendar/?room={other}&week={WEEK}" in html
    assert f"room={room}" not in html
    assert f"section={section_of(house)}" in page(client, q="OCE210 01")
    assert "No room or section matches" in page(client, q="nowhere")
    assert "No room or section matches" in page(client, campus=uuid4())
    assert "No rooms yet" in page(new_house("Harbour College").browser())


def test_pages_of_the_roster_lead_to_the_calendar_and_list_schedules(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    [(person,)] = house.query("SELECT id FROM roster_person WHERE external_id = 'P-1001'")
    schedule = timetable.schedule(
        room, section_ids=[section_of(house)], instructor_id=person, name="Tides", days_of_week=["TU"],
        end_date="2031-12-16",
    )  # fmt: skip
    client = house.browser()

    def text(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    for tab in (f"rooms/{room}", f"sections/{section_of(house)}", f"people/{person}"):
        html = text(f"/roster/{tab}/?tab=schedule")
        assert f'href="/roster/schedules/{schedule}/" data-row-link' in html
        assert "TU until 2031-12-16" in html
    assert f"/calendar/?room={room}" in text(f"/roster/rooms/{room}/")
    assert f"/calendar/?section={section_of(house)}" in text(f"/roster/sections/{section_of(house)}/")
    own = text(f"/roster/schedules/{schedule}/")
    assert f"/calendar/?room={room}&week={WEEK}" in own
    assert f'href="/roster/rooms/{room}/"' in own
    assert ">09:00<" in own
    assert "Lighthouse" in text("/roster/schedules/")
    assert "A1" in text(f"/roster/buildings/{timetable.building}/?tab=rooms")
    assert "Lighthouse" in text(f"/roster/campuses/{timetable.campus}/?tab=buildings")
    assert f'href="/roster/rooms/{room}/"' in text("/find/?q=lighthouse")


# --- Weeks, clocks, and where blocks stand ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "words"),
    [
        ("Europe/Oslo", "2031-03-30", "clocks go forward by 1 hour at 02:00"),
        ("Europe/Oslo", "2031-10-26", "clocks go back by 1 hour at 03:00"),
        ("Australia/Lord_Howe", "2026-10-04", "clocks go forward by 30 minutes at 02:00"),
        ("America/Havana", "2026-03-08", "clocks go forward by 1 hour at 00:00"),
        ("America/Havana", "2026-03-07", ""),
        ("America/Sao_Paulo", "2018-02-17", "clocks go back by 1 hour at 24:00"),
        ("Europe/Oslo", "2031-03-31", ""),
        ("UTC", "2031-03-30", ""),
    ],
)
def test_the_change_of_the_clocks_is_known(zone: str, day: str, words: str) -> None:
    change = clock_change(date.fromisoformat(day), ZoneInfo(zone))
    assert (change.words if change else "") == words


def test_weeks_are_those_of_the_calendar() -> None:
    week = Week.read("2026-W53")
    assert week is not None
    assert (str(week), week.monday, week.label) == (
        "2026-W53", date(2026, 12, 28), "28 December 2026 to 3 January 2027",
    )  # fmt: skip
    assert str(week.shifted(1)) == "2027-W01"
    since, until = Week(date(2031, 10, 20)).bounds(OSLO)
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(days=7, hours=1)


def event(begins: str, minutes: int, room: int = 1) -> Event:
    at = datetime.fromisoformat(begins).astimezone(UTC)
    return Event(
        Kind.BOOKED, uuid4(), at, at + timedelta(minutes=minutes), room, "A1", "L", "Europe/Oslo", "x"
    )


def drawn(*events: Event, week: str = WEEK, zone: ZoneInfo = OSLO) -> list[tuple[int, int, int, int, int]]:
    """(day, start, end, lane, lanes) of each block, in order."""
    which = Week.read(week)
    assert which is not None
    days = board(events, which, zone).days
    return [(i, p.start, p.end, p.lane, p.lanes) for i, day in enumerate(days) for p in day.pieces]


def test_captures_at_one_time_stand_side_by_side_and_others_alone() -> None:
    nine, half_past, ten, eleven = (
        event(f"2031-08-19T{time}+02:00", 60, room)
        for room, time in enumerate(("09:00", "09:30", "10:00", "11:00"))
    )
    assert drawn(nine, half_past, ten, eleven) == [
        (1, 540, 600, 0, 2), (1, 570, 630, 1, 2), (1, 600, 660, 0, 2), (1, 660, 720, 0, 1),
    ]  # fmt: skip


def test_a_short_capture_takes_the_room_of_its_text() -> None:
    assert drawn(event("2031-08-19T09:00+02:00", 5), event("2031-08-19T09:10+02:00", 5)) == [
        (1, 540, 545, 0, 2), (1, 550, 555, 1, 2),
    ]  # fmt: skip


def test_a_capture_over_midnight_stands_on_both_days_and_widens_the_hours() -> None:
    which = Week.read(WEEK)
    assert which is not None
    night = event("2031-08-19T23:00+02:00", 180)
    assert drawn(night) == [(1, 1380, 1440, 0, 1), (2, 0, 120, 0, 1)]
    wide = board([night], which, OSLO)
    assert (wide.first_hour, wide.last_hour) == (0, 24)
    usual = board([event("2031-08-19T09:00+02:00", 60)], which, OSLO)
    assert (usual.first_hour, usual.last_hour) == (7, 22)
    # From the Sunday before, and into the Monday after.
    assert drawn(event("2031-08-17T23:30+02:00", 60), event("2031-08-24T23:30+02:00", 60)) == [
        (0, 0, 30, 0, 1), (6, 1410, 1440, 0, 1),
    ]  # fmt: skip


def test_a_block_stands_where_the_wall_clock_says_also_when_it_changes() -> None:
    # 09:00 after the clocks went forward, an hour less after midnight.
    assert drawn(event("2031-03-30T09:00+02:00", 60), week="2031-W13") == [(6, 540, 600, 0, 1)]
    # From 01:30 over the hour that is left out: an hour by any clock ends at 03:30.
    assert drawn(event("2031-03-30T01:30+01:00", 60), week="2031-W13") == [(6, 90, 210, 0, 1)]
    # 02:45 to 02:15 by a clock set back: half an hour, drawn as long.
    assert drawn(event("2031-10-26T02:45+02:00", 30), week="2031-W43") == [(6, 165, 195, 0, 1)]


def test_a_day_on_which_the_clocks_change_says_so_and_its_captures_tell_both_zones(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    timetable.take_place(
        timetable.schedule(room, start_date="2031-10-26", start_time="01:30", duration_minutes=120),
        timetable.schedule(room, start_date="2031-10-26", start_time="09:00", duration_minutes=60),
    )
    html = page(house.browser(), room=room, week="2031-W43")
    assert "Sunday, 26 October: clocks go back by 1 hour at 03:00." in html
    assert "01:30 CEST to 02:30 CET" in said(html)[0]
    assert "09:00 to 10:00" in said(html)[1]
    assert 'class="cal-gap"' in html


def test_a_section_is_in_the_institutions_zone_and_says_the_rooms(house: House, timetable: Timetable) -> None:
    # Two buildings have one external id in this helper, and a roster would not.
    house.query("UPDATE roster_building SET external_id = NULL WHERE id = %s", timetable.building)
    far = Timetable.of(house, "America/Chicago")
    room = far.room("C3")
    timetable.take_place(timetable.schedule(room, section_ids=[section_of(house)], name="Far"))
    html = page(house.browser(), section=section_of(house), week=WEEK)
    assert said(html) == ["Far, 16:00 to 17:30, Tuesday, C3, Lighthouse (Tue 09:00 there, America/Chicago)"]
    assert "Times are those of Europe/Oslo, the institution’s zone." in html
    html = page(house.browser(), room=room, week=WEEK)
    assert said(html) == ["OCE210 01, 09:00 to 10:30, Tuesday, Far"]
    assert "America/Chicago, the zone of its campus" in html


def test_a_week_asks_the_database_the_same_number_of_times_whatever_it_shows(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    times = [f"{hour:02}:00" for hour in range(7, 20)]
    series = {
        "duration_minutes": 50,
        "days_of_week": ["MO", "TU", "WE"],
        "start_date": "2031-08-18",
        "end_date": "2031-12-01",
    }
    timetable.take_place(timetable.schedule(room, start_time="06:00", **series))
    client = house.browser()

    def asked(**query: Any) -> int:
        page(client, **query)
        with CaptureQueriesContext(connection) as queries:
            page(client, **query)
        return len(queries)

    def plan(*rows: list[str]) -> UUID:
        made: UUID = house.load(csv_text(V1_HEADER, *rows), V1, mode="preview").pk
        return made

    few, small = plan(row("One", "21:00")), asked(room=room, week=WEEK)
    with_plan = asked(room=room, week=WEEK, **{"import": few})
    timetable.take_place(*(timetable.schedule(room, start_time=time, **series) for time in times))
    many = plan(
        *(row(f"N{day}", "21:00", day=f"2031-08-{day}") for day in range(18, 25)), row("Clash", "09:10")
    )
    assert asked(room=room, week=WEEK) == small <= 20
    assert asked(room=room, week=WEEK, **{"import": many}) == with_plan <= 26
    assert asked(room=room, week=WEEK, view="list") == small
    assert len(said(page(client, room=room, week=WEEK))) == 3 * (len(times) + 1)


def test_rows_that_find_one_room_taken_are_one_cause_and_lead_to_just_those_rows(
    timetable: Timetable, house: House
) -> None:
    room, other = timetable.room(), timetable.room("B2")
    timetable.take_place(*(timetable.schedule(each, name=f"In {each}") for each in (room, other)))
    rows = [row("A", "09:00"), row("B", "10:00"), row("C", "09:00", room="RM-B2"), row("D", "13:00")]
    plan = house.load(csv_text(V1_HEADER, *rows), V1, mode="preview")
    assert plan.counts["failed"] == 3
    client = house.browser()
    html = unescape(client.get(f"/imports/{plan.pk}/").content.decode())
    assert "3 rows failed, for 2 reasons" in html
    assert "A1 is taken." in html
    assert "First: A1 is taken on 2031-08-19, 09:00 to 10:30" in html
    shown = f"/imports/{plan.pk}/?outcome=failed&code=schedule_clash&room={room}"
    assert shown in html
    assert "Same in" not in html
    found = unescape(client.get(shown).content.decode())
    assert "Rows 1 to 2 of 2" in found
    assert ">X-C<" not in found
    assert ">X-B<" in found
    # A room that is none finds nothing, and no more.
    assert client.get(f"/imports/{plan.pk}/?room=x%27").status_code == 200


def weeks_from_now(weeks: int) -> date:
    return datetime.now(OSLO).date() + timedelta(weeks=weeks)


def test_a_week_without_anything_ahead_gives_way_to_that_of_the_next_capture_and_says_so(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    ahead = weeks_from_now(3)
    timetable.take_place(timetable.schedule(room, start_date=ahead.isoformat()))
    html = page(house.browser(), room=room)
    assert f"week {ahead.isocalendar().week}</span>" in html
    assert "The current week has none left: this is the week of the next one." in html
    # Asked for, the current week is shown as it is.
    asked = page(house.browser(), room=room, week=Week.of(datetime.now(OSLO).date()))
    assert "Nothing takes place this week." in asked


def test_totals_count_what_is_not_drawn(
    timetable: Timetable, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_EVENTS", 2)
    monkeypatch.setattr(views, "MOST_EVENTS", 2)
    room = timetable.room()
    timetable.take_place(
        timetable.schedule(
            room, start_date="2031-08-18", end_date="2031-08-22", days_of_week=["MO", "TU", "WE", "TH", "FR"]
        )
    )
    html = page(house.browser(), room=room, week=WEEK)
    assert "<b>5 captures</b> this week, 7 h 30 min in all." in html
    assert "The first 2 of 5 captures are drawn." in html
    assert len(said(html)) == 2


def test_short_and_crowded_blocks_say_when_they_begin_and_to_who_cannot_see_both_ends(
    timetable: Timetable, house: House
) -> None:
    room = timetable.room()
    brief = timetable.schedule(room, duration_minutes=10, section_ids=[section_of(house)])
    timetable.take_place(brief)
    html = page(house.browser(), room=room, week=WEEK)
    assert '<span class="cal-time" aria-hidden="true">09:00</span><span class="vh">09:00–09:10</span>' in html
