"""What a page shows of a report itself, each within a few seconds: how many rows, the first of them, its charts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from psycopg.sql import SQL

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.pages import charts as drawn
from edu_csv.pages.words import counted, number
from reporting.reports.base import Chart, ChartKind, Report
from reporting.steps.preview import draw, preview
from reporting.steps.select import Asked, Output, charting
from reporting.views.days import Days

Made = TypeVar("Made")

# Somebody looks at the page meanwhile; a report that takes longer is asked for and waited for.
COUNT_SECONDS, PREVIEW_SECONDS, CHART_SECONDS = 1.0, 5.0, 5.0
PREVIEW_ROWS = 100
# Every row once, in no order.
ALL_ROWS = "SELECT '' AS label, '' AS note, count(*)::numeric AS value FROM report"
ANY_ROW = "SELECT '' AS label, '' AS note, 0 AS value FROM report"


# Cancelled by the limit; or in the way of whoever makes a month of events, which is over in a moment.
PASSING = (QueryCanceled, DeadlockDetected, LockNotAvailable)


class TookTooLong(Exception):
    """It was not there in time."""


def asked_for(actor: Actor, report: Report, days: Days) -> Asked:
    """The report as this person may see it."""
    reach = policy.read_reach(actor, Ability.REPORT)
    return Asked(report, actor.institution, reach, days.first, days.end)


def within(seconds: float, make: Callable[[], Made]) -> Made:
    """What ``make`` reads from the database. Raises TookTooLong."""
    try:
        with _limited(seconds):
            return make()
    except OperationalError as failure:
        if not isinstance(failure.__cause__, PASSING):
            raise
        raise TookTooLong from None


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Reading only, with the memory that a report has when it is written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL statement_timeout = {round(seconds * 1000)};"
                " SET LOCAL work_mem = '48MB'; SET LOCAL jit = off"
            )
        yield


def rows_said(asked: Asked) -> str:
    """ "1,162,408 rows", counted; "about 1,200,000 rows", as the planner thinks, where counting takes too long."""
    try:
        counted_rows = within(COUNT_SECONDS, lambda: _count(asked))
    except TookTooLong:
        return f"about {number(two_figures(_planned(asked)))} rows"
    return counted(counted_rows, "row")


def _count(asked: Asked) -> int:
    chart = Chart("rows", "Rows", ChartKind.BARS, "rows", ALL_ROWS)
    return int(draw(asked, chart)[0].value)


def _planned(asked: Asked) -> int:
    query, params = charting(asked, Chart("rows", "Rows", ChartKind.BARS, "rows", ANY_ROW))
    with connection.cursor() as cursor:
        cursor.execute(SQL("EXPLAIN (FORMAT JSON) {}").format(query), params)
        (plan,) = cursor.fetchone()
    told = json.loads(plan) if isinstance(plan, str) else plan
    rows: int = told[0]["Plan"]["Plan Rows"]
    return rows


def two_figures(rows: int) -> int:
    """1,187,332 is 1,200,000: what is a guess does not look like a count."""
    unit: int = 10 ** max(len(str(rows)) - 2, 0)
    return round(rows / unit) * unit


def first_rows(asked: Asked, *, is_safe: bool) -> list[list[str | None]]:
    """The first rows as in the file. is_safe: as a spreadsheet may open it. Raises TookTooLong."""
    output = Output(spreadsheet_safe=is_safe)
    return within(PREVIEW_SECONDS, lambda: preview(asked, PREVIEW_ROWS, output))


def chart_of(asked: Asked, chart: Chart, days: Days) -> drawn.Chart | None:
    """The chart drawn; None when there is nothing in it. Raises TookTooLong."""
    found = within(CHART_SECONDS, lambda: draw(asked, chart))
    points = [drawn.Point(point.label, point.note, point.value) for point in found]
    if not any(point.value for point in points):
        return None
    key = f"{asked.report.name}-{chart.key}".replace("_", "-")
    if chart.kind is ChartKind.HBARS:
        return drawn.bars(key, chart.title, chart.unit, points)
    if days.first and days.last:
        points = drawn.of_days(points, days.first, days.last)
    return drawn.columns(key, chart.title, chart.unit, points)
