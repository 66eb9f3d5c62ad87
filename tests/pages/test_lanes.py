"""A feed's day as geometry: places on the clock, whatever the zone and its changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv.pages import lanes

OSLO = ZoneInfo("Europe/Oslo")
DAY = date(2026, 8, 18)


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OSLO)


@pytest.fixture(autouse=True)
def in_oslo() -> Iterator[None]:
    with timezone.override(OSLO):
        yield


def test_a_day_is_drawn_by_its_clocks() -> None:
    drawn = lanes.lane(
        DAY, window=(at("06:00"), at("12:00")), late=(at("12:00"), at("18:00")),
        hits=[(at("03:00"), False), (at("18:00"), True), (at("03:00") - timedelta(days=1), False)], now=at("18:00"),
    )  # fmt: skip
    assert drawn.window == lanes.Span("25.00%", "25.00%")
    assert drawn.late == lanes.Span("50.00%", "25.00%")
    assert drawn.hits == [lanes.Hit("12.50%", False), lanes.Hit("75.00%", True)]
    assert drawn.now == "75.00%"


def test_what_began_the_day_before_begins_at_the_edge_and_what_is_of_other_days_is_not_there() -> None:
    yesterday, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    assert lanes.lane(DAY, late=(at("09:00", yesterday), at("06:00"))).late == lanes.Span("0.00%", "25.00%")
    assert lanes.lane(DAY, late=(at("18:00"), at("06:00", tomorrow))).late == lanes.Span("75.00%", "25.00%")
    for other in (yesterday, tomorrow):
        assert lanes.lane(DAY, window=(at("07:00", other), at("08:00", other))).window is None
    assert lanes.lane(DAY, now=at("09:00", tomorrow)).now == ""


def test_a_minute_is_wide_enough_to_be_seen_at_the_end_of_the_day_too() -> None:
    drawn = lanes.lane(DAY, window=(at("23:59"), at("23:59")))
    assert drawn.window == lanes.Span("98.80%", "1.20%")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),  # noqa: DTZ001  # local time, without a zone
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.integers(-2, 2),
)
def test_nothing_leaves_its_lane(begin: datetime, lasting: timedelta, days: int) -> None:
    day = begin.astimezone(OSLO).date() + timedelta(days=days)
    end = begin + lasting
    drawn = lanes.lane(day, window=(begin, end), late=(begin, end), hits=[(begin, False)], now=end)
    for span in filter(None, (drawn.window, drawn.late)):
        x, width = float(span.x.rstrip("%")), float(span.width.rstrip("%"))
        assert x >= 0
        assert width > 0
        assert x + width <= 100.02
    assert len(drawn.hits) == (days == 0)


def test_the_axis_names_hours_and_now() -> None:
    axis = lanes.axis(at("09:42"))
    assert [mark.label for mark in axis.marks] == ["00:00", "06:00", "12:00", "18:00", "24:00"]
    assert (axis.now, axis.now_label) == ("40.42%", "09:42")
    assert lanes.axis().now == ""
