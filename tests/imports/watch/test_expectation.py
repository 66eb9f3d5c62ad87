"""When a file is expected, in the zone of the institution, on days with and without a change of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sources.expectation import EARLY, WEEKDAYS, Expected

OSLO = "Europe/Oslo"
ZONES = (OSLO, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")


def expected(
    by: str = "07:00", days: tuple[str, ...] = WEEKDAYS, grace: int = 30, zone: str = OSLO
) -> Expected:
    made = Expected.read({"days": list(days), "by": by, "grace_minutes": grace}, zone)
    assert made is not None
    return made


expectations = st.builds(
    lambda days, by, grace, zone: Expected(frozenset(days), by, timedelta(minutes=grace), ZoneInfo(zone)),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.times().map(lambda at: time(at.hour, at.minute)),
    st.integers(0, 24 * 60),
    st.sampled_from(ZONES),
)
# Around changes of clocks and around a day that Apia left out (30 December 2011).
moments = st.integers(
    int(datetime(2011, 12, 1, tzinfo=UTC).timestamp()), int(datetime(2032, 12, 31, tzinfo=UTC).timestamp())
).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(expectations, moments)
def test_the_last_that_is_over_and_the_next_follow_each_other(given_: Expected, now: datetime) -> None:
    last, coming = given_.last_late(now), given_.next(now)
    assert last.late_from <= now < coming.late_from
    assert last.day < coming.day
    between = [last.day + timedelta(days=n) for n in range(1, (coming.day - last.day).days)]
    assert all(given_.due_on(day) is None for day in between)


@given(expectations, moments)
def test_the_first_from_a_moment_opens_after_it_and_none_before_it_does(
    given_: Expected, now: datetime
) -> None:
    first = given_.first_from(now)
    assert first.opens > now
    before = [first.day - timedelta(days=n) for n in range(1, 8)]
    assert all(due.opens <= now for day in before if (due := given_.due_on(day)) is not None)


@given(expectations, moments)
def test_an_arrival_is_of_the_day_that_opened_last(given_: Expected, at: datetime) -> None:
    due = given_.due_on(given_.day_of(at))
    assert due is not None
    assert due.opens <= at < given_.first_from(at).opens


@given(expectations, moments)
def test_what_comes_when_it_is_due_is_of_that_day(given_: Expected, now: datetime) -> None:
    due = given_.next(now)
    assert given_.day_of(due.at) == due.day
    assert given_.day_of(due.opens) == due.day
    # Less than half a day before another due: that one's file is not there yet.
    assert given_.day_of(due.opens - timedelta(microseconds=1)) < due.day


@given(expectations, moments)
def test_the_time_is_that_of_the_clocks_on_the_wall(given_: Expected, now: datetime) -> None:
    due = given_.next(now)
    wall = due.at.astimezone(given_.zone)
    exists = wall.replace(tzinfo=None) == datetime.combine(due.day, given_.by)
    skipped = datetime.combine(due.day, given_.by, tzinfo=given_.zone)
    assert exists or skipped.astimezone(UTC).astimezone(given_.zone) != skipped
    assert due.at - due.opens == EARLY
    assert due.late_from - due.at == given_.grace


@pytest.mark.parametrize(
    ("day", "by", "utc"),
    [
        # Clocks go from 02:00 to 03:00 on 31 March 2024 and back from 03:00 to 02:00 on 27 October 2024.
        (date(2024, 3, 30), "07:00", "2024-03-30T06:00Z"),
        (date(2024, 3, 31), "07:00", "2024-03-31T05:00Z"),
        (date(2024, 3, 31), "02:30", "2024-03-31T01:30Z"),
        (date(2024, 10, 27), "02:30", "2024-10-27T00:30Z"),
        (date(2024, 10, 27), "07:00", "2024-10-27T06:00Z"),
    ],
)
def test_clock_changes_move_the_moment_and_not_the_time(day: date, by: str, utc: str) -> None:
    due = expected(by).due_on(day)
    assert due is not None
    assert due.at == datetime.fromisoformat(utc)


def test_nothing_is_expected_on_other_days() -> None:
    working = expected(days=("MO", "TU", "WE", "TH", "FR"))
    assert working.due_on(date(2026, 8, 15)) is None
    # On Friday evening the next is Monday's.
    assert working.next(datetime(2026, 8, 14, 18, tzinfo=UTC)).day == date(2026, 8, 17)
    # A file of Saturday is Friday's, one of Sunday evening Monday's.
    assert working.day_of(datetime(2026, 8, 15, 10, tzinfo=UTC)) == date(2026, 8, 14)
    assert working.day_of(datetime(2026, 8, 16, 20, tzinfo=UTC)) == date(2026, 8, 17)


@pytest.mark.parametrize("stored", [None, {}, {"days": [], "by": "07:00"}, {"days": ["XX"], "by": "07:00"}])
def test_no_day_is_no_expectation(stored: dict[str, object] | None) -> None:
    assert Expected.read(stored, OSLO) is None
