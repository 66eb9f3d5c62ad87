"""Shares and charts as SVG geometry: a strict content policy allows attributes, not styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from edu_csv.pages.contexts.parts import DayOfRows

# A segment narrower than this cannot be seen or hit; see ui.md, proportion bar.
FLOOR_PERCENT = 1.6
FLOOR_PERCENT_MINI = 2.5

# The day chart, in units of its view box, 640 by 180.
TOP, BASE = 20.0, 150.0
LEFT, RIGHT = 44.0, 640.0
COLUMN_WIDTH = 26.0
STACK: tuple[Literal["updated", "created", "deleted"], ...] = ("updated", "created", "deleted")


def shares(counts: Sequence[int], floor_percent: float = FLOOR_PERCENT) -> list[float]:
    """Return the width of each count in percent: linear, but none that exists is under the floor.

    What the floors add is taken from the others in proportion, so the widths always sum to 100
    (to nothing when all counts are 0).
    """
    widths = [0.0] * len(counts)
    open_ = {i for i, count in enumerate(counts) if count > 0}
    room = 100.0
    while open_:
        total = sum(counts[i] for i in open_)
        narrow = {i for i in open_ if room * counts[i] / total < floor_percent}
        # With so many floors that they would fill the bar, everybody shares alike.
        if not narrow or len(narrow) == len(open_):
            for i in open_:
                widths[i] = room * counts[i] / total if not narrow else room / len(open_)
            return widths
        for i in narrow:
            widths[i] = floor_percent
        room -= floor_percent * len(narrow)
        open_ -= narrow
    return widths


@dataclass(frozen=True, slots=True)
class Column:
    """One outcome of one day in the chart, in the units of the view box."""

    outcome: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Day:
    x: float
    middle: float
    label: str
    is_last: bool
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class GridLine:
    y: float
    label_y: float
    label: str


@dataclass(frozen=True, slots=True)
class DayChart:
    """Rows applied per day: stacked columns, drawn 640 by 180."""

    days: list[Day]
    lines: list[GridLine]
    base: float = BASE
    left: float = LEFT
    right: float = RIGHT
    column_width: float = COLUMN_WIDTH


def day_chart(days: Sequence[DayOfRows]) -> DayChart:
    """Lay out at most 14 days, oldest first; every third day and the last carry a label."""
    highest = max((sum(day[outcome] for outcome in STACK) for day in days), default=0)
    step = _grid_step(highest)
    ceiling = max(highest, step, 1)
    scale = (BASE - TOP) / ceiling
    pitch = (RIGHT - LEFT) / max(len(days), 1)
    drawn = []
    for i, day in enumerate(days):
        x = LEFT + i * pitch + (pitch - COLUMN_WIDTH) / 2
        floor = BASE
        columns = []
        for outcome in STACK:
            if not day[outcome]:
                continue
            # A column that exists is seen: one unit at least, with a gap of one between two.
            height = max(day[outcome] * scale - 1, 1.0)
            columns.append(Column(outcome, round(floor - 1 - height, 1), round(height, 1)))
            floor -= height + 1
        is_last = i == len(days) - 1
        # Not the one before the last: the two labels would touch.
        labelled = is_last or (i % 3 == 0 and i < len(days) - 2)
        drawn.append(
            Day(
                round(x, 1),
                round(x + COLUMN_WIDTH / 2, 1),
                day["label"] if labelled else "",
                is_last,
                columns,
            )
        )
    lines = [
        GridLine(round(BASE - value * scale, 1), round(BASE - value * scale + 4, 1), _short(value))
        for value in range(step, int(ceiling) + 1, step)
    ]
    return DayChart(drawn, lines)


def _grid_step(highest: int) -> int:
    """A round number that the highest column holds two to five times."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if highest < step * factor * 5:
                return step * factor
        step *= 10


def _short(value: int) -> str:
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if value >= unit and value % (unit // 10) == 0:
            return f"{value / unit:g}{name}"
    return str(value)
