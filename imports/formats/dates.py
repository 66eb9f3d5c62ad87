"""Columns of days, times of day and moments. Nothing is guessed: what can be read in two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from imports.formats.columns import CellFault, Column
from imports.formats.mistaken import mistaken_date

T = TypeVar("T")

YEAR_MONTH_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HOUR_MINUTE = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
DATE_HOUR_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")


def strictly(text: str, form: re.Pattern[str], read: Callable[[str], T], code: str) -> T:
    """A text of just this form, read; raises CellFault ``code`` with what it looks like, or that there is no such day."""
    if not form.fullmatch(text):
        raise CellFault(code, **mistaken_date(text))
    try:
        return read(text)
    except ValueError:
        raise CellFault(code, variant="no_such_day") from None


class Date(Column):
    """A calendar day, without time or zone."""

    sql_type = "date"
    type_name = "date"
    code = "bad_date"
    expected = "year, month and day like 2026-09-01"

    def parse(self, text: str) -> date:
        # fromisoformat() alone would also take "20260901" and "2026-W36-2".
        return strictly(text, YEAR_MONTH_DAY, date.fromisoformat, self.code)

    def export(self, source: str) -> str:
        return f"to_char({source}, 'YYYY-MM-DD')"


class Time(Column):
    """A time of day, 24 hours, without zone. whole_minutes: its seconds are 00, for exports write none."""

    sql_type = "time"
    type_name = "time"
    code = "bad_time"
    expected = "a time of day like 08:30 or 14:30:00"

    def __init__(self, header: str, *, whole_minutes: bool = False, **options: Any) -> None:
        super().__init__(header, **options)
        self.whole_minutes = whole_minutes
        if whole_minutes:
            self.expected = "a time of day in full minutes like 08:30"

    def parse(self, text: str) -> time:
        found = HOUR_MINUTE.fullmatch(text)
        if not found:
            raise ValueError(text)
        hour, minute, second = found.groups()
        if self.whole_minutes and int(second or 0):
            raise CellFault(self.code, variant="seconds")
        return time(int(hour), int(minute), int(second or 0))

    def export(self, source: str) -> str:
        return f"to_char({source}, 'HH24:MI')"


class DateTime(Column):
    """A moment: date, time and offset."""

    sql_type = "timestamptz"
    type_name = "datetime"
    code = "bad_date"
    expected = "a moment with its offset like 2026-09-01T08:30:00Z"

    def parse(self, text: str) -> datetime:
        if not DATE_HOUR_MINUTE.match(text):
            raise ValueError(text)
        value = datetime.fromisoformat(text)
        if value.tzinfo is None:
            # Without an offset it is no moment, and guessing a zone moves it by hours.
            raise ValueError(text)
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError(text) from None

    def export(self, source: str) -> str:
        return f"to_char({source} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
