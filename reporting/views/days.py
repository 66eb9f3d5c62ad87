"""The days that a report is asked for: presets of UTC, and only what can be asked for (reporting-api.md 4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from django.conf import settings
from django.http import QueryDict

from edu_csv.pages.doors import asked
from edu_csv.pages.words import counted
from reporting import clock
from reporting.parameters import years_before
from reporting.reports.base import Report

YESTERDAY, LAST_DAYS, LAST_WEEK, OTHER = "yesterday", "last", "week", "other"
WEEK = 7


@dataclass(frozen=True, slots=True)
class Days:
    """preset: which of the four. first, last: both included; None: of a report of all time, or not to be asked for.

    typed: what stands in the two fields. errors: by name of the field, "first" and "last".
    """

    preset: str = ""
    first: date | None = None
    last: date | None = None
    typed: tuple[str, str] = ("", "")
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def are_good(self) -> bool:
        return not self.errors

    @property
    def end(self) -> date | None:
        """The day after the last, as programs say it."""
        return self.last + timedelta(days=1) if self.last else None

    @property
    def parameters(self) -> dict[str, str]:
        """As ``submit`` takes them."""
        if self.first is None or self.end is None:
            return {}
        return {"start": self.first.isoformat(), "end": self.end.isoformat()}

    @property
    def query(self) -> dict[str, str]:
        """As the address of a page says them."""
        if not self.preset:
            return {}
        if self.preset != OTHER:
            return {"days": self.preset}
        return {"days": OTHER, "first": self.typed[0], "last": self.typed[1]}


def today() -> date:
    """The day that it is in UTC."""
    return clock.now().astimezone(UTC).date()


def presets(day: date) -> Iterator[tuple[str, str, date, date]]:
    """Key, label, first and last day of each, seen from ``day``; none longer than may be asked for."""
    longest = min(settings.REPORT_LONGEST_DAYS, WEEK)
    yesterday = day - timedelta(days=1)
    yield YESTERDAY, "Yesterday", yesterday, yesterday
    if longest > 1:
        yield LAST_DAYS, f"Last {longest} days", day - timedelta(days=longest), yesterday
    if longest == WEEK:
        monday = day - timedelta(days=day.weekday() + WEEK)
        yield LAST_WEEK, "Last week", monday, monday + timedelta(days=WEEK - 1)


def read(given: QueryDict, report: Report) -> Days:
    """The days that an address or a form says; without any the last seven."""
    if not report.takes_dates:
        return Days()
    day = today()
    known = {key: (first, last) for key, _, first, last in presets(day)}
    preset = asked(given, "days", 20)
    if preset == OTHER:
        return _other(asked(given, "first", 20), asked(given, "last", 20), report, day)
    if preset not in known:
        preset = LAST_DAYS if LAST_DAYS in known else YESTERDAY
    first, last = known[preset]
    return Days(preset, first, last, (first.isoformat(), last.isoformat()))


def least(report: Report, day: date) -> date | None:
    """The first day that can be asked for; None: as far back as there is anything."""
    return years_before(day, report.oldest_years) if report.oldest_years is not None else None


def _other(first_text: str, last_text: str, report: Report, day: date) -> Days:
    typed = (first_text, last_text)
    first, last = _day(first_text), _day(last_text)
    errors = {}
    if first is None:
        errors["first"] = _no_day(first_text)
    if last is None:
        errors["last"] = _no_day(last_text)
    if first and last:
        errors = _faults(first, last, report, day)
    return Days(OTHER, first, last, typed, errors) if not errors else Days(OTHER, None, None, typed, errors)


def _faults(first: date, last: date, report: Report, day: date) -> dict[str, str]:
    errors = {}
    longest, oldest = settings.REPORT_LONGEST_DAYS, least(report, day)
    if first > day:
        errors["first"] = f"{first} has not begun yet; today is {day} (UTC)."
    elif oldest and first < oldest:
        errors["first"] = f"This report goes back to {oldest}; {first} is before that."
    if last > day:
        errors["last"] = f"{last} has not begun yet; today is {day} (UTC)."
    elif last < first:
        errors["last"] = f"The last day is before the first, {first}."
    elif (days := (last - first).days + 1) > longest:
        until = first + timedelta(days=longest - 1)
        errors["last"] = (
            f"These are {counted(days, 'day')}; at most {longest} can be asked for at once, from {first} until {until}."
        )
    return errors


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _no_day(text: str) -> str:
    return f"{text} is no day. Write 2026-08-17." if text else "Choose a day."
