"""The calendar as its templates get it: a week with a clash in a plan, and the choice before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from edu_csv.front.calendar.events import Event, Kind
from edu_csv.front.calendar.layout import board
from edu_csv.front.calendar.weeks import Week
from edu_csv.front.calendar.words import WORDS, Words, clashes_of, days_of, height_of, hours_of, pairs_of
from edu_csv.pages.contexts.calendar import CalendarPage, Choice, ChooseCalendarPage

OSLO = ZoneInfo("Europe/Oslo")
# The week in which the clocks go back.
WEEK = Week.of(datetime(2026, 10, 19, tzinfo=UTC).date())


def _event(kind: Kind, day: int, begins: str, minutes: int, title: str) -> Event:
    at = datetime.fromisoformat(f"2026-10-{day}T{begins}").replace(tzinfo=OSLO).astimezone(UTC)
    return Event(
        kind, None if kind is Kind.TAKEN else UUID(int=day), at, at + timedelta(minutes=minutes), 1, "A1",
        "Lighthouse", "Europe/Oslo", title, name="Tides and Currents", instructor="Ingrid Solberg",
    )  # fmt: skip


def week() -> CalendarPage:
    events = [
        _event(Kind.BOOKED, 20, "09:00", 90, "OCE210 01"),
        _event(Kind.FAILED, 20, "10:00", 60, "GEO140 02"),
        _event(Kind.ADDED, 21, "08:15", 45, "OCE210 02"),
        _event(Kind.MOVED, 22, "23:00", 120, "OCE210 03"),
        _event(Kind.GOES, 23, "11:00", 20, "OCE210 03"),
        _event(Kind.TAKEN, 25, "01:30", 120, "Taken"),
    ]
    drawn = board(events, WEEK, OSLO)
    clashing = frozenset(id(each) for pair in pairs_of(events) for each in pair)
    words = Words(OSLO, is_room=True, plan=None, clashing=clashing)
    now = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)
    return {
        "title": "Calendar: Lighthouse A1, week 43",
        "section": "calendar",
        "crumbs": [{"label": "Calendar", "href": "/calendar/"}, {"label": "A1", "href": ""}],
        "heading": "A1",
        "kind": "Calendar of a room",
        "facts": [{"text": "Lighthouse"}, {"text": "RM-A1", "is_id": True}],
        "actions": [{"label": "Another room or section", "href": "/calendar/", "icon": "search"}],
        "notes": [],
        "sentence": {"lead": "2 captures this week.", "rest": "The plan touches 4 captures of it."},
        "page_url": "/calendar/",
        "keeps": [("room", "7"), ("import", "9")],
        "week": str(WEEK),
        "week_label": WEEK.label,
        "week_number": WEEK.number,
        "previous_href": "/calendar/?week=2026-W42",
        "next_href": "/calendar/?week=2026-W44",
        "today_href": "/calendar/",
        "views": [{"label": "Week", "href": "/calendar/"}, {"label": "List", "href": "/calendar/?view=list"}],
        "is_list": False,
        "zone_said": "Times are those of Europe/Oslo, the zone of its campus.",
        "days": days_of(drawn, words, now.date(), now),
        "hours": hours_of(drawn),
        "height": height_of(drawn),
        "clashes": clashes_of(events, words),
        "refusals": [{"label": "Row 7: A1 is taken.", "href": "/imports/9/rows/7/"}],
        "changes": ["Sunday, 25 October: clocks go back by 1 hour at 03:00."],
        "legend": list(WORDS.values()),
    }


def as_list() -> CalendarPage:
    return {**week(), "is_list": True}


def choose() -> ChooseCalendarPage:
    choice: Choice = {"name": "A1", "id": "RM-A1", "href": "/calendar/?room=7", "captures": 12}
    return {
        "title": "Calendar",
        "section": "calendar",
        "crumbs": [{"label": "Calendar", "href": ""}],
        "q": "a1",
        "keeps": [("week", "2026-W43")],
        "page_url": "/calendar/",
        "filters": [
            {
                "name": "campus",
                "label": "Campus",
                "value": "Harbour",
                "clear_href": "/calendar/",
                "options": [],
            }
        ],
        "groups": [{"title": "Lighthouse", "small": "Harbour", "choices": [choice]}],
        "sections": [{**choice, "name": "OCE210 01, Autumn 2026", "captures": 0}],
        "left_out": "These are 300 of 1,200 rooms. Search, or choose a building.",
        "empty": None,
    }
