"""Which days each result of a recurring report covers, and when it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.windows import MOST_CAUGHT_UP, Frequency, Rhythm, Window
from tests.chance import examples

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Africa/Cairo",
)  # fmt: skip


def rhythm(frequency: str, hour: int = 6, zone: str = "UTC", week_starts: int = 1) -> Rhythm:
    return Rhythm(Frequency(frequency), hour, ZoneInfo(zone), week_starts)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(start: str, end: str) -> Window:
    return Window(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("frequency", "zone", "now", "newest"),
    [
        # Complete on the 12th at 00:00 UTC; the first 06:00 after it is that day's.
        ("daily", "UTC", "2031-03-12T06:00", window("2031-03-09", "2031-03-10")),
        ("daily", "UTC", "2031-03-12T05:59", window("2031-03-08", "2031-03-09")),
        ("daily", "Europe/Berlin", "2031-03-12T05:00", window("2031-03-09", "2031-03-10")),
        ("daily", "America/New_York", "2031-03-12T09:59", window("2031-03-08", "2031-03-09")),
        # 06:00 of the 12th in Kiritimati is the 11th in UTC: the day that was complete at its midnight.
        ("daily", "Pacific/Kiritimati", "2031-03-11T16:00", window("2031-03-08", "2031-03-09")),
        # Monday to Sunday, on the Wednesday after; 2031-03-10 is a Monday.
        ("weekly", "UTC", "2031-03-12T06:00", window("2031-03-03", "2031-03-10")),
        ("weekly", "UTC", "2031-03-12T05:00", window("2031-02-24", "2031-03-03")),
        ("monthly", "UTC", "2031-03-03T06:00", window("2031-02-01", "2031-03-01")),
        ("monthly", "UTC", "2031-03-03T05:00", window("2031-01-01", "2031-02-01")),
        ("monthly", "UTC", "2032-03-03T06:00", window("2032-02-01", "2032-03-01")),
        ("monthly", "UTC", "2032-01-03T06:00", window("2031-12-01", "2032-01-01")),
    ],
)
def test_the_newest_window_that_is_due(frequency: str, zone: str, now: str, newest: Window) -> None:
    assert rhythm(frequency, zone=zone).newest_due(at(now)) == newest


def test_weeks_begin_on_the_day_that_was_chosen() -> None:
    for week_starts in range(1, 8):
        found = rhythm("weekly", week_starts=week_starts).window(date(2031, 3, 12))
        assert found.start.isoweekday() == week_starts
        assert found.start <= date(2031, 3, 12) < found.end


@pytest.mark.parametrize(
    ("month", "lengths"),
    [("2031-02-10", [7, 7, 7, 7]), ("2032-02-29", [7, 7, 7, 7, 1]), ("2031-04-30", [7, 7, 7, 7, 2]),
     ("2031-12-01", [7, 7, 7, 7, 3])],
)  # fmt: skip
def test_a_month_comes_in_ranges_of_seven_days_at_most(month: str, lengths: list[int]) -> None:
    ranges = rhythm("monthly").window(date.fromisoformat(month)).ranges()
    assert [(piece.end - piece.start).days for piece in ranges] == lengths


def test_a_day_and_a_week_are_one_range() -> None:
    for frequency in ("daily", "weekly"):
        found = rhythm(frequency).window(date(2031, 3, 12))
        assert found.ranges() == (found,)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        # 02:00 does not exist in Berlin on 30 March 2031: clocks go from 01:59 to 03:00, which is 01:00 UTC.
        ("2031-03-26", "2031-03-29T01:00"),
        ("2031-03-27", "2031-03-30T01:00"),
        ("2031-03-28", "2031-03-31T00:00"),
        # 26 October 2031: 02:00 comes twice; the first counts.
        ("2031-10-22", "2031-10-25T00:00"),
        ("2031-10-23", "2031-10-26T00:00"),
        ("2031-10-24", "2031-10-27T01:00"),
    ],
)
def test_hours_that_clocks_leave_out_or_repeat(day: str, due: str) -> None:
    two = rhythm("daily", 2, "Europe/Berlin")
    assert two.due(two.window(date.fromisoformat(day))) == at(due)


def test_clocks_put_back_make_two_windows_due_at_once_and_none_is_lost() -> None:
    """01:00 in Berlin is 23:00 UTC in summer, an hour too early for the day that closes at midnight."""
    one = rhythm("daily", 1, "Europe/Berlin")
    before = one.due_between(date(2031, 10, 22), at("2031-10-25T23:00"))
    assert before.windows == (window("2031-10-22", "2031-10-23"),)
    after = one.due_between(before.next_start, at("2031-10-27T00:00"))
    assert [found.start.day for found in after.windows] == [23, 24]


def test_what_was_missed_is_made_up_for_and_the_oldest_left_out() -> None:
    for frequency, days in (("daily", 40), ("weekly", 70), ("monthly", 200)):
        timed = rhythm(frequency)
        now = at("2031-12-24T12:00")
        since = timed.window((now - timedelta(days=days)).date()).start
        due = timed.due_between(since, now)
        most = MOST_CAUGHT_UP[Frequency(frequency)]
        assert len(due.windows) == most
        assert due.left_out > 0
        assert due.windows[-1] == timed.newest_due(now)
        assert due.next_start == due.windows[-1].end
        assert timed.due_between(due.next_start, now).windows == ()


def test_another_rhythm_covers_no_day_again_that_the_former_had() -> None:
    """Daily up to Wednesday, weekly from then on: the week that began on Monday is passed over."""
    due = rhythm("weekly").due_between(date(2031, 3, 13), at("2031-04-04T12:00"))
    assert due.windows[0] == window("2031-03-17", "2031-03-24")


rhythms = st.builds(
    Rhythm,
    st.sampled_from(Frequency),
    st.integers(0, 23),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(1, 7),
)
moments = st.datetimes(datetime(1992, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis takes bounds without a zone


@settings(max_examples=examples(150, 3_000), deadline=None)
@given(rhythms, moments, st.lists(st.floats(0, 20), min_size=1, max_size=12))
def test_windows_tile_whenever_one_looks(timed: Rhythm, begin: datetime, pauses: list[float]) -> None:
    """Looked at by chance over days: no gap, no overlap, none early, none late, each once."""
    now = begin
    next_start = timed.first_after(begin).start
    end_of_all = next_start
    for pause in pauses:
        now += timedelta(days=pause)
        due = timed.due_between(next_start, now)
        if due.left_out:
            assert len(due.windows) == MOST_CAUGHT_UP[timed.frequency]
            # What is left out is whole windows.
            skipped = Window(end_of_all, due.windows[0].start)
            assert timed.window(skipped.start).start == skipped.start
            end_of_all = skipped.end
        for found in due.windows:
            assert found.start == end_of_all, "windows follow each other without gap or overlap"
            end_of_all = found.end
            assert timed.complete_at(found) <= timed.due(found) <= now, (
                "complete before it is due, and due before it is run"
            )
            # A zone may leave out a whole day.
            assert timed.due(found) - timed.complete_at(found) <= timedelta(hours=49)
            assert timed.due(found) > begin, "what was due before is not run"
            pieces = found.ranges()
            assert (pieces[0].start, pieces[-1].end) == (found.start, found.end)
            assert all(one.end == other.start for one, other in pairwise(pieces))
            assert all((piece.end - piece.start).days <= 7 for piece in pieces)
        assert due.next_start == end_of_all
        assert timed.due(timed.window(due.next_start)) > now, "nothing that is due is left"
        assert timed.due_between(due.next_start, now).windows == (), "and nothing comes twice"
        next_start = due.next_start


@settings(max_examples=examples(100, 2_000), deadline=None)
@given(rhythms, moments)
def test_a_later_window_is_never_due_before_an_earlier_one(timed: Rhythm, begin: datetime) -> None:
    window = timed.window(begin.date())
    for _ in range(6):
        following = timed.window(window.end)
        assert following.start == window.end
        assert timed.due(window) <= timed.due(following)
        window = following
