"""When and where the schedules of an invented roster take place: computed, and never two at once in a room.

A room has 24 weekly places: eight hours of the day on Monday and Wednesday, on Tuesday and Thursday, or on
Friday. Weekly schedules take them in turn, each within the term of its section; schedules on one day alone,
a tenth of all and without a section, take Saturdays. So there are as many rooms as it takes, in some
buildings of some campuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from imports.seeding import names
from imports.seeding.plan import RosterPlan

FIRST_YEAR = 2031
FIRST_SATURDAY = date(FIRST_YEAR, 1, 4)
SATURDAYS = 26

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PATTERNS = (("MO", "WE"), ("TU", "TH"), ("FR",))
HOURS = 8
PLACES = len(PATTERNS) * HOURS
FIRST_MINUTE, MINUTES_BETWEEN = 8 * 60, 90
# The longest ends when the next one begins, which is no clash.
DURATIONS = (90, 50, 75)
ROOMS_A_BUILDING, BUILDINGS_A_CAMPUS = 12, 6
FEWEST_ROOMS, FEWEST_BUILDINGS, FEWEST_CAMPUSES = 7, 4, 2
ONE_OFF_EVERY = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """One schedule. sections: by number, of one term; none for a single day.

    end, days: of a series. start_minute: of the day. exclusions: days of the series left out.
    """

    room: int
    start: date
    end: date | None
    days: tuple[str, ...]
    start_minute: int
    minutes: int
    exclusions: tuple[date, ...]
    sections: tuple[int, ...]

    @property
    def end_minute(self) -> int:
        return self.start_minute + self.minutes


def season(term: int) -> tuple[str, date, date]:
    """(name, first day, last day) of a term; no two terms overlap."""
    year = FIRST_YEAR + term // len(names.SEASONS)
    called, start, end = names.SEASONS[term % len(names.SEASONS)]
    return f"{called} {year}", date.fromisoformat(f"{year}-{start}"), date.fromisoformat(f"{year}-{end}")


def rooms(plan: RosterPlan) -> int:
    weekly = plan.schedules - plan.schedules // ONE_OFF_EVERY
    return max(-(-weekly // PLACES), min(weekly, FEWEST_ROOMS))


def buildings(plan: RosterPlan) -> int:
    return max(-(-rooms(plan) // ROOMS_A_BUILDING), min(rooms(plan), FEWEST_BUILDINGS))


def campuses(plan: RosterPlan) -> int:
    return max(-(-buildings(plan) // BUILDINGS_A_CAMPUS), min(buildings(plan), FEWEST_CAMPUSES))


def slot(plan: RosterPlan, schedule: int) -> Slot:
    if schedule % ONE_OFF_EVERY == ONE_OFF_EVERY - 1:
        return _single_day(schedule // ONE_OFF_EVERY)
    return _weekly(plan, schedule, schedule - schedule // ONE_OFF_EVERY)


def _single_day(number: int) -> Slot:
    rest, saturday = divmod(number, SATURDAYS)
    room, hour = divmod(rest, HOURS)
    return Slot(
        room, FIRST_SATURDAY + timedelta(weeks=saturday), None, (),
        FIRST_MINUTE + hour * MINUTES_BETWEEN, DURATIONS[number % 3], (), (),
    )  # fmt: skip


def _weekly(plan: RosterPlan, schedule: int, number: int) -> Slot:
    place, room = divmod(number, rooms(plan))
    pattern, hour = divmod(place, HOURS)
    section = number % plan.sections
    _, first, last = season(plan.term_of(section))
    days = PATTERNS[pattern]
    start = first + timedelta(days=(WEEKDAYS.index(days[0]) - first.weekday()) % 7)
    end = last - timedelta(days=(last.weekday() - WEEKDAYS.index(days[-1])) % 7)
    exclusions = (start + timedelta(weeks=1),) if schedule % 5 == 0 else ()
    return Slot(
        room, start, end, days, FIRST_MINUTE + hour * MINUTES_BETWEEN, DURATIONS[schedule % 3], exclusions,
        (section, *_second(plan, section, schedule)),
    )  # fmt: skip


def _second(plan: RosterPlan, section: int, schedule: int) -> tuple[int, ...]:
    """Every seventh capture goes to the neighbour of its section as well, where that is in the same term."""
    other = section + 1
    if schedule % 7 or other >= plan.sections or plan.term_of(other) != plan.term_of(section):
        return ()
    return (other,)
