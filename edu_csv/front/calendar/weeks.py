"""Weeks of a calendar in one time zone: their days, where they begin, and when the clocks change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WRITTEN = re.compile(r"([0-9]{4})-W([0-9]{2})")
# A calendar of other years would show nothing but mistakes in addresses.
YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week from Monday to Sunday, as ISO 8601 counts them. monday: its first day."""

    monday: date

    @classmethod
    def read(cls, text: str) -> Self | None:
        """ "2026-W34"; None for what is no week."""
        found = WRITTEN.fullmatch(text)
        if found is None or int(found[1]) not in YEARS:
            return None
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            return None

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day - timedelta(days=day.weekday()))

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=place) for place in range(7)]

    def shifted(self, weeks: int) -> Week | None:
        """So many weeks later; None beyond the years of a calendar."""
        later = Week(self.monday + timedelta(weeks=weeks))
        return later if later.monday.isocalendar().year in YEARS else None

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moments at which it begins and at which the next one does."""
        return midnight(self.monday, zone), midnight(self.monday + timedelta(weeks=1), zone)

    @property
    def label(self) -> str:
        """ "17 to 23 August 2026", "28 September to 4 October 2026", "29 December 2025 to 4 January 2026"."""
        first, last = self.monday, self.days[-1]
        end = f"{last.day} {last:%B} {last.year}"
        if first.month == last.month:
            return f"{first.day} to {end}"
        return f"{first.day} {first:%B}{'' if first.year == last.year else f' {first.year}'} to {end}"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The clocks of a day go forward or back. at: the wall clock's minute of the day when it happens, as it
    was until then. by_minutes: forward when positive; so much of the wall clock is left out or comes twice."""

    at: int
    by_minutes: int

    @property
    def words(self) -> str:
        """ "clocks go back by 1 hour at 03:00"."""
        way = "forward" if self.by_minutes > 0 else "back"
        hours, minutes = divmod(abs(self.by_minutes), 60)
        parts = [
            *([f"{hours} hour{'s' if hours > 1 else ''}"] if hours else []),
            *([f"{minutes} minutes"] if minutes else []),
        ]
        return f"clocks go {way} by {' '.join(parts)} at {clock(self.at)}"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def years_shown(zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which the first week of a calendar begins and at which its last one ends."""
    first, after = (date.fromisocalendar(year, 1, 1) for year in (YEARS.start, YEARS.stop))
    return midnight(first, zone), midnight(after, zone)


def zone_named(name: str) -> ZoneInfo | None:
    """None for one that Python does not know: the database may, and names go out of use."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def clock_change(day: date, zone: ZoneInfo) -> ClockChange | None:
    """The change of the clocks on this day, if there is one."""
    begins, ends = (midnight(each, zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    # A change at midnight is of the day that begins with it.
    before, after = (_offset(at - timedelta(minutes=1), zone) for at in (begins, ends))
    if before == after:
        return None
    # To the minute: the change is the first one at which the other offset holds.
    low, high = 0, int((ends - begins).total_seconds()) // 60
    while low < high:
        middle = (low + high) // 2
        if _offset(begins + timedelta(minutes=middle), zone) == before:
            low = middle + 1
        else:
            high = middle
    return ClockChange(low, int((after - before).total_seconds()) // 60)


def clock(minute: int) -> str:
    """A minute of the day: 570 is "09:30", 1440 "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
