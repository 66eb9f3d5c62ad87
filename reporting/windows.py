"""The windows of recurring reports: which days each covers, and when it is due. Pure: no database, no clock.

Days are UTC days, as in all reports (reporting-api.md 4.1); a window covers ``start <= day < end``. The windows of a
schedule tile time: each ends where the next begins, whatever clocks are put forward or back. A window is complete
48 hours after its last day closes (reporting-api.md 1), and due at the first chosen hour of the institution's day
from then on. So clocks move when a window is due, never what it covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# reporting-api.md 1: data for a day is normally complete so long after that UTC day closes; and 4.1.3: the longest
# that one request may ask for. Settings may say otherwise.
COMPLETE_AFTER = timedelta(hours=48)
LONGEST_DAYS = 7
DAY = timedelta(days=1)


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


# How many missed windows are made up for at once, the newest; earlier ones are left out for good.
MOST_CAUGHT_UP = {Frequency.DAILY: 14, Frequency.WEEKLY: 4, Frequency.MONTHLY: 2}


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """UTC days from ``start`` to before ``end``."""

    start: date
    end: date

    @property
    def last(self) -> date:
        """The last day that it covers."""
        return self.end - DAY

    def ranges(self, longest_days: int = LONGEST_DAYS) -> tuple[Window, ...]:
        """The window in pieces that one request may ask for: of a month 1–8, 8–15, 15–22, 22–29 and what is left."""
        pieces, at = [], self.start
        while at < self.end:
            upto = min(at + longest_days * DAY, self.end)
            pieces.append(Window(at, upto))
            at = upto
        return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, and when.

    hour: 0–23 of the institution's day. week_starts: 1 (Monday) to 7, of weekly windows. complete_after: how long
    after its last day closes a window's data are complete.
    """

    frequency: Frequency
    hour: int
    zone: ZoneInfo
    week_starts: int = 1
    complete_after: timedelta = COMPLETE_AFTER

    def window(self, day: date) -> Window:
        """The window in which a day lies."""
        match self.frequency:
            case Frequency.DAILY:
                return Window(day, day + DAY)
            case Frequency.WEEKLY:
                start = day - timedelta(days=(day.isoweekday() - self.week_starts) % 7)
                return Window(start, start + 7 * DAY)
            case Frequency.MONTHLY:
                start = day.replace(day=1)
                # Day 28 exists in each month, and four days later it is the next.
                return Window(start, (start.replace(day=28) + 4 * DAY).replace(day=1))

    def complete_at(self, window: Window) -> datetime:
        """When its data are complete, in UTC."""
        return datetime.combine(window.end, time(), UTC) + self.complete_after

    def due(self, window: Window) -> datetime:
        """The first chosen hour at or after the window's completion, in UTC.

        An hour that a clock put forward leaves out counts as the one after it, one that comes twice as the first.
        """
        complete = self.complete_at(window)
        day = complete.astimezone(self.zone).date()
        while (at := self._hour_of(day)) < complete:
            day += DAY
        return at

    def newest_due(self, now: datetime) -> Window:
        """The last window that is due by ``now``."""
        window = self.window(now.astimezone(UTC).date())
        while self.due(window) > now:
            window = self.window(window.start - DAY)
        return window

    def first_after(self, now: datetime) -> Window:
        """The first window that is due only after ``now``."""
        return self.window(self.newest_due(now).end)

    def due_between(self, next_start: date, now: datetime) -> Due:
        """What is due by ``now``, when all windows that begin before ``next_start`` are seen to.

        Missed windows are made up for, up to ``MOST_CAUGHT_UP``; of these the newest.
        """
        newest, window = self.newest_due(now), self.window(next_start)
        if window.start < next_start:
            # The rhythm was another before: what lies in both is not covered twice.
            window = self.window(window.end)
        most, found = MOST_CAUGHT_UP[self.frequency], []
        left_out = 0
        while window <= newest:
            found.append(window)
            window = self.window(window.end)
        if len(found) > most:
            left_out = len(found) - most
            found = found[left_out:]
        return Due(tuple(found), left_out, window.start)

    def _hour_of(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """windows: to be run now, oldest first. left_out: how many older ones never are. next_start: where the next begins."""

    windows: tuple[Window, ...]
    left_out: int
    next_start: date
