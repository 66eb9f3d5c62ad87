"""The calendar in a real browser: drawn at every width and in both colours, walked by keys, without a script too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import expect

from imports.formats.registry import formats
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant, csv_text, sample
from tests.roster.timetables import Timetable

WEEK = "2031-W34"
HEADER = [
    "Name", "Start Date", "Start Time", "Duration Minutes", "Room ID", "Section IDs", "Input 1", "Capture Quality",
]  # fmt: skip


@dataclass
class Booked:
    """A room with captures on three days, and a plan of which one row clashes with them."""

    room: UUID
    section: UUID
    schedule: UUID
    plan: UUID


@pytest.fixture
def booked(tenant: Tenant) -> Booked:
    for noun in ("organizations", "departments", "terms", "courses", "users", "sections"):
        tenant.load(sample(formats()[f"echovideo.{noun}.v1"]), f"echovideo.{noun}.v1")
    [(section,)] = tenant.query("SELECT id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    timetable = Timetable.of(tenant)
    room = timetable.room("Auditorium 1")

    def weekly(name: str, time: str, days: list[str], minutes: int = 90) -> UUID:
        return timetable.schedule(
            room, name=name, start_date="2031-08-18", end_date="2031-12-16", start_time=time, days_of_week=days,
            duration_minutes=minutes, section_ids=[section],
        )  # fmt: skip

    morning = weekly("Morning", "09:00", ["TU", "TH"])
    others = [
        weekly("Noon", "12:00", ["TU"], 45),
        weekly("Night", "22:30", ["FR"], 120),
        weekly("Brief", "13:00", ["TU"], 10),
    ]
    timetable.take_place(morning, *others)

    def row(name: str, day: str, time: str) -> list[str]:
        return [name, day, time, "60", "RM-Auditorium 1", "S-OCE210-31A-02", "Display", "High"]

    plan = tenant.load(
        csv_text(HEADER, row("New", "2031-08-20", "14:00"), row("Clash", "2031-08-19", "10:00")),
        "echovideo.schedules.v1", mode="preview", name="Late changes",
    )  # fmt: skip
    assert (plan.counts["created"], plan.counts["failed"]) == (1, 1)
    return Booked(room, section, morning, plan.pk)


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_a_week_fits_every_width_and_complains_of_nothing(
    sits_down: SitsDown, booked: Booked, look: str, options: dict[str, object]
) -> None:
    person = sits_down(**options)
    pages = {
        "calendar-choose": "/calendar/",
        "calendar-room": f"/calendar/?room={booked.room}&week={WEEK}",
        "calendar-plan": f"/calendar/?room={booked.room}&week={WEEK}&import={booked.plan}",
        "calendar-section": f"/calendar/?section={booked.section}&week={WEEK}",
        "calendar-list": f"/calendar/?room={booked.room}&week={WEEK}&view=list",
        "calendar-empty": f"/calendar/?room={booked.room}&week=2031-W01",
        "room-schedule": f"/roster/rooms/{booked.room}/?tab=schedule",
        "schedule": f"/roster/schedules/{booked.schedule}/",
        "plan-clash": f"/imports/{booked.plan}/?outcome=failed",
        "help-schedules": "/help/formats/echovideo.schedules.v2/",
    }
    for name, path in pages.items():
        person.go(path)
        expect(person.page.locator("h1")).to_have_count(1)
        assert person.page.evaluate(OVERFLOW) <= 0, path
        person.picture(f"{name}-{look}")
    is_narrow = look == "375"
    person.go(pages["calendar-plan"])
    expect(person.page.locator(".cal-week")).to_be_visible(visible=not is_narrow)
    expect(person.page.locator(".cal-list")).to_be_visible(visible=is_narrow)
    if is_narrow:
        person.page.set_viewport_size({"width": 320, "height": 700})
        for path in pages.values():
            person.go(path)
            assert person.page.evaluate(OVERFLOW) <= 0, path


def test_a_week_is_walked_by_keys(person: Person, booked: Booked) -> None:
    page = person.page
    person.go("/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text("Calendar")
    page.get_by_label("Find a room or section").fill("auditorium")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Auditorium 1")).click()
    expect(
        page.get_by_text("The current week has none left: this is the week of the next one.")
    ).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("18 to 24 August 2031"))).to_be_visible()

    # A block stands where its time does, and is as long as it lasts: the night has widened the day to midnight.
    day = page.get_by_role("group", name="Tuesday, 19 August")
    drawing = day.locator("svg").first.bounding_box()
    block = day.get_by_role("link").first.bounding_box()
    assert drawing is not None
    assert block is not None
    assert block["y"] - drawing["y"] == pytest.approx(9 * 48, abs=2)
    assert block["height"] == pytest.approx(1.5 * 48, abs=4)

    focused = page.locator("a[data-block]:focus")
    day.get_by_role("link").first.focus()
    for key, says in (
        ("ArrowDown", "12:00"), ("ArrowDown", "13:00"), ("ArrowDown", "13:00"), ("ArrowRight", "09:00"),
        ("ArrowRight", "22:30"), ("ArrowRight", "00:"), ("ArrowLeft", "22:30"), ("ArrowLeft", "09:00"), ("ArrowUp", "09:00"),
    ):  # fmt: skip
        page.keyboard.press(key)
        if says != "00:":
            expect(focused).to_contain_text(says)
    person.picture("calendar-focus")
    page.keyboard.press("]")
    expect(page.get_by_role("heading", name=re.compile("25 to 31 August 2031"))).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("heading", name=re.compile("18 to 24 August 2031"))).to_be_visible()
    page.get_by_role("group", name="Thursday, 21 August").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Morning")
    page.get_by_role("link", name="Calendar").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Auditorium 1")


def test_a_clash_leads_from_the_plan_to_its_week_and_back(person: Person, booked: Booked) -> None:
    page = person.page
    person.go(f"/imports/{booked.plan}/")
    page.get_by_role("complementary", name="Before you approve").get_by_role(
        "link", name="See the week"
    ).click()
    expect(page.locator(".cal-week .is-clash")).to_have_count(2)
    expect(page.locator(".cal-week .is-created")).to_have_count(1)
    expect(page.get_by_role("region", name="Clashes")).to_contain_text("Tue 10:00: OCE210 01 and OCE210 02")
    orange = page.locator(".cal-week .is-failed").evaluate("block => getComputedStyle(block).borderTopColor")
    assert orange == "rgb(216, 114, 43)"
    page.get_by_role("link", name="Next week").click()
    # The plan stays drawn from week to week.
    expect(page).to_have_url(re.compile(f"import={booked.plan}"))
    page.get_by_role("link", name="Back to the plan").click()
    expect(page.get_by_text("Waiting for your approval")).to_be_visible()


def test_a_week_is_read_and_chosen_without_scripts(sits_down: SitsDown, booked: Booked) -> None:
    person = sits_down(java_script_enabled=False)
    person.go(f"/calendar/?room={booked.room}")
    person.page.get_by_label("Week", exact=True).fill(WEEK)
    person.page.get_by_role("button", name="Go", exact=True).click()
    expect(person.page.get_by_role("group", name="Tuesday, 19 August").get_by_role("link")).to_have_count(3)
    person.page.get_by_role("link", name="List", exact=True).click()
    expect(person.page.locator(".cal-list li")).to_have_count(5)
