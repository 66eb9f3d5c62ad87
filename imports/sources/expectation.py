"""When a source's file is expected: on which days, by when, and from when on it is late.

Days and times are those of the institution's zone; as soon as a day is known all is reckoned in UTC, so that a
clock change makes nothing late and nothing early. A time that a change of clocks leaves out is the one an hour on;
one that it brings twice is the first of the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# A file that comes so long before its time is that day's file already.
EARLY = timedelta(hours=12)
DEFAULT_GRACE_MINUTES = 60
# Between two days on which something is expected lies a week at most.
A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Due:
    """One day's file. opens: from when on an arrival is this file; at: by when it should be there; UTC all."""

    day: date
    opens: datetime
    at: datetime
    late_from: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """days: of WEEKDAYS, one at least. by: local time. grace: how much later is not late yet."""

    days: frozenset[str]
    by: time
    grace: timedelta
    zone: ZoneInfo

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None, zone: str) -> Expected | None:
        """From {"days": ["MO", …], "by": "07:00", "grace_minutes": 60}; None: nothing is expected."""
        if not stored:
            return None
        days = frozenset(day for day in stored.get("days", ()) if day in WEEKDAYS)
        if not days or not stored.get("by"):
            return None
        grace = timedelta(minutes=int(stored.get("grace_minutes", DEFAULT_GRACE_MINUTES)))
        return cls(days, time.fromisoformat(stored["by"]), grace, ZoneInfo(zone))

    def due_on(self, day: date) -> Due | None:
        """None: nothing is expected on this day of the week."""
        if WEEKDAYS[day.weekday()] not in self.days:
            return None
        at = datetime.combine(day, self.by, tzinfo=self.zone).astimezone(UTC)
        return Due(day, at - EARLY, at, at + self.grace)

    def first_from(self, moment: datetime) -> Due:
        """The first due that opens after this moment: the next one for which no file can be there yet."""
        # One day back: a due of the evening opens in the morning, one of the morning on the evening before.
        day = self.local_day(moment) - timedelta(days=1)
        for ahead in range(2 * A_WEEK):
            due = self.due_on(day + timedelta(days=ahead))
            if due is not None and due.opens > moment:
                return due
        raise AssertionError("a week has one of its own days")

    def last_late(self, now: datetime) -> Due:
        """The last due whose time is over, grace and all."""
        day = self.local_day(now) + timedelta(days=1)
        # A grace of several days reaches back further than a week.
        for back in range(2 * A_WEEK + self.grace.days + 2):
            due = self.due_on(day - timedelta(days=back))
            if due is not None and due.late_from <= now:
                return due
        raise AssertionError("a week has one of its own days")

    def next(self, now: datetime) -> Due:
        """The first due whose time is not over."""
        day = self.last_late(now).day
        for ahead in range(1, 2 * A_WEEK):
            due = self.due_on(day + timedelta(days=ahead))
            if due is not None:
                return due
        raise AssertionError("a week has one of its own days")

    def day_of(self, arrival: datetime) -> date:
        """Whose day's file it is: of the due that opened last."""
        day = self.local_day(arrival) + timedelta(days=1)
        for back in range(2 * A_WEEK):
            due = self.due_on(day - timedelta(days=back))
            if due is not None and due.opens <= arrival:
                return due.day
        raise AssertionError("a week has one of its own days")

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
