"""The charts that /styleguide/ shows: one of columns, one of level bars, and what stands out in each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from edu_csv.pages.charts import Chart, Point, bars, columns, of_days

# Hours, from Tuesday on.
HOURS = ("1480", "1710", "1655", "1120", "420", "690", "2310")
WATCHED = (
    ("Tides and Currents 01", "OCE210", "412"),
    ("Supply and Demand", "ECO101", "377"),
    ("Memory II", "PSY110", "290"),
    ("Glaciers and Ice", "GEO140", "176"),
    ("Counterpoint", "MUS120", "121"),
)
FIRST, LAST = date(2026, 8, 11), date(2026, 8, 17)


def week() -> Chart:
    points = [Point(f"2026-08-{11 + place}", "", Decimal(value)) for place, value in enumerate(HOURS)]
    return columns("week", "Hours watched per day", "h", of_days(points, FIRST, LAST))


def most_watched() -> Chart:
    points = [Point(name, course, Decimal(value)) for name, course, value in WATCHED]
    return bars("most-watched", "Most watched", "hours", points)
