"""Preview: the first rows of a report, and its charts, for pages.

Each is one statement on the connection as it is, in the caller's transaction, within its time limit; before it, the
tables are held.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from reporting.reports.base import Chart
from reporting.steps.hold import hold
from reporting.steps.select import PLAIN, Asked, Output, charting, selecting


@dataclass(frozen=True, slots=True)
class Point:
    """A bar of a chart. label: a day (``2031-08-18``) or a name. note: beside it, often empty."""

    label: str
    note: str
    value: Decimal


def preview(asked: Asked, limit: int = 100, output: Output = PLAIN) -> list[list[str | None]]:
    """The first rows, cell by cell, as they stand in the file; None: an empty cell, "" an empty text."""
    query, params = selecting(asked, output, limit=limit)
    with transaction.atomic(), connection.cursor() as cursor:
        hold(asked.report)
        cursor.execute(query, params)
        return [[None if cell is None else str(cell) for cell in row] for row in cursor.fetchall()]


def draw(asked: Asked, chart: Chart) -> list[Point]:
    """The bars of a chart, in the order drawn."""
    query, params = charting(asked, chart)
    with transaction.atomic(), connection.cursor() as cursor:
        hold(asked.report)
        cursor.execute(query, params)
        return [Point(label, note, Decimal(value)) for label, note, value in cursor.fetchall()]
