"""Days of the form: presets of UTC, and why others cannot be asked for."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from pytest_django import Settings

from reporting.reports import reports
from reporting.views import days as calendar
from reporting.views.words import days_said
from tests.reporting.requests.harness import Clock

# Noon of Wednesday, 12 March 2031.
pytestmark = pytest.mark.usefixtures("clock")


def read(text: str, report: str = "videoview") -> calendar.Days:
    return calendar.read(QueryDict(text), reports()[report])


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("days=yesterday", date(2031, 3, 11), date(2031, 3, 11)),
        ("days=last", date(2031, 3, 5), date(2031, 3, 11)),
        ("days=week", date(2031, 3, 3), date(2031, 3, 9)),
        ("days=other&first=2031-03-12&last=2031-03-12", date(2031, 3, 12), date(2031, 3, 12)),
        ("days=other&first=2031-02-26&last=2031-03-04", date(2031, 2, 26), date(2031, 3, 4)),
        ("", date(2031, 3, 5), date(2031, 3, 11)),
        ("days=nonsense", date(2031, 3, 5), date(2031, 3, 11)),
    ],
)
def test_presets_and_typed_days_are_read_as_days_of_utc(asked: str, first: date, last: date) -> None:
    days = read(asked)
    assert (days.first, days.last, days.errors) == (first, last, {})
    assert days.parameters["start"] == first.isoformat()
    # Programs name the day after the last (4.1.2).
    assert date.fromisoformat(days.parameters["end"]).toordinal() == last.toordinal() + 1


def test_a_week_begins_on_monday_whatever_day_it_is(clock: Clock) -> None:
    for moved in range(7):
        week = read("days=week")
        assert week.first is not None and week.last is not None  # noqa: PT018  # for the types
        assert (week.first.weekday(), week.last.weekday()) == (0, 6)
        assert 1 <= (calendar.today() - week.last).days <= 7, moved
        clock.move(days=1)


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ("first=&last=2031-03-01", {"first": "Choose a day."}),
        ("first=08/09/2031&last=2031-03-01", {"first": "08/09/2031 is no day. Write 2026-08-17."}),
        ("first=2031-03-04&last=2031-03-03", {"last": "The last day is before the first, 2031-03-04."}),
        (
            "first=2031-03-01&last=2031-03-08",
            {
                "last": "These are 8 days; at most 7 can be asked for at once, from 2031-03-01 until 2031-03-07."
            },
        ),
        (
            "first=2031-03-11&last=2031-03-13",
            {"last": "2031-03-13 has not begun yet; today is 2031-03-12 (UTC)."},
        ),
        (
            "first=2031-03-13&last=2031-03-13",
            {
                "first": "2031-03-13 has not begun yet; today is 2031-03-12 (UTC).",
                "last": "2031-03-13 has not begun yet; today is 2031-03-12 (UTC).",
            },
        ),
    ],
)
def test_other_days_say_what_came_and_how_to_mend_it(asked: str, errors: dict[str, str]) -> None:
    days = read(f"days=other&{asked}")
    assert days.errors == errors
    assert days.parameters == {}


def test_one_report_goes_back_a_year_and_the_others_as_far_as_there_is_anything() -> None:
    asked = "days=other&first=2030-03-11&last=2030-03-12"
    assert read(asked).errors == {}
    assert read(asked, "assetbydate").errors == {
        "first": "This report goes back to 2030-03-12; 2030-03-11 is before that."
    }
    assert read("days=other&first=2030-03-12&last=2030-03-12", "assetbydate").errors == {}


def test_a_report_of_all_time_takes_no_days() -> None:
    assert read("days=yesterday", "asset") == calendar.Days()


def test_presets_keep_to_the_limit(settings: Settings) -> None:
    settings.REPORT_LONGEST_DAYS = 3
    assert [label for _, label, _, _ in calendar.presets(calendar.today())] == ["Yesterday", "Last 3 days"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2031, 8, 17), date(2031, 8, 17), "17 August 2031"),
        (date(2031, 8, 11), date(2031, 8, 17), "11 to 17 August 2031"),
        (date(2031, 7, 28), date(2031, 8, 3), "28 July to 3 August 2031"),
        (date(2030, 12, 30), date(2031, 1, 5), "30 December 2030 to 5 January 2031"),
    ],
)
def test_a_range_is_said_once(first: date, last: date, said: str) -> None:
    assert days_said(first, last) == said
