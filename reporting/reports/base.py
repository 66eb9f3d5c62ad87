"""What a report is: its columns, its SQL and its charts. The dictionary, the files and the pages read this.

A report's SQL is one readable SELECT of raw values. It gives one column for each ``Column``, of the same
name, and may give further ones after them, for the charts alone; ``reporting.steps.select`` writes the
values as reporting-api.md 4.2 says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Type(StrEnum):
    """Types of columns (reporting-api.md 3.0), and what the SQL gives for each."""

    UUID = "uuid"
    TEXT = "text"
    # timestamptz; written in UTC with three places of seconds.
    TS = "ts"
    # date; of UTC.
    DATE = "date"
    INT = "int"
    # numeric; written with at most two places.
    DEC = "dec"
    # integer, 1 or 0.
    FLAG = "flag"
    # text that holds JSON.
    JSON = "json"

    @property
    def is_quoted(self) -> bool:
        """Whether its cells always stand in quotes (4.2); numbers and flags stand bare."""
        return self in QUOTED


QUOTED = frozenset({Type.UUID, Type.TEXT, Type.TS, Type.DATE, Type.JSON})


@dataclass(frozen=True, slots=True)
class Column:
    """header: exactly as reporting-api.md 3 spells it. source: entities of its section 7."""

    header: str
    type: Type
    meaning: str
    unit: str = ""
    source: str = ""


class ChartKind(StrEnum):
    # Upright, one for each day; labels are days, ``2031-08-18``.
    BARS = "bars"
    # Lying, the highest first, ten at most.
    HBARS = "hbars"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of what the report says.

    sql: gives label (text), note (text, '' when there is none) and value (numeric), in the order drawn;
    it reads from ``report``, the report's own SELECT. title: what is shown; the page adds what it found.
    unit: of the value, in the plural.
    """

    key: str
    title: str
    kind: ChartKind
    unit: str
    sql: str


@dataclass(frozen=True, slots=True)
class Report:
    """One of the eight reports.

    row_is: what one row stands for, a sentence. description, note: what ``GET /reports`` says.
    takes_dates: whether ``start`` and ``end`` are required; else it is of all time. oldest_years: how many
    years before the day of the request ``start`` may lie; None: any number.
    sql: has the parameters %(institution)s, %(start)s and %(end)s (instants; null when it takes no dates) and
    the places {within}, a condition on the section, called ``section``, for those who reach a part only, and
    {role_of_person}, {role_of_asker}, {role_of_answerer}. order_by: what its rows are ordered by, in its names.
    """

    name: str
    title: str
    row_is: str
    description: str
    note: str
    takes_dates: bool
    columns: tuple[Column, ...]
    sql: str
    order_by: str
    oldest_years: int | None = None
    charts: tuple[Chart, ...] = field(default=())
