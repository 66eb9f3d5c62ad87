"""Charts as SVG geometry and words: columns and level bars of one ink, one of them yellow, no script (ui.md 7).

The yellow one is the point that the finding names; where none stands out, none is yellow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from edu_csv.pages.words import listed, number

# The view box of columns; at 480 units in as many pixels its letters are 12 pixels high.
WIDTH, HEIGHT = 480.0, 214.0
TOP, BASE = 30.0, 176.0
LABELS_Y = 194.0
# What a letter of the axis takes, a little more than measured: texts must not touch.
LETTER = 6.6
WIDEST_COLUMN, LEAST_SHARE = 38.0, 0.62
# Beyond these, values on columns would overlap (ui.md 7).
MOST_VALUES = 12
# More level names than these are counted, not listed.
MOST_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One thing and its value. note: a second line below a name; name: what the finding calls it, if not the label."""

    label: str
    note: str
    value: Decimal
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or self.label


@dataclass(frozen=True, slots=True)
class Column:
    """A bar that stands, in units of the view box. value: blank where values have no room."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: str
    value_y: float
    label: str
    tip: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class GridLine:
    y: float
    text_y: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, and one level bar. share: percent of the greatest."""

    label: str
    note: str
    value: str
    share: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Drawn by components/_columns_chart.html and _bars_chart.html.

    key: of the page's ids. finding: what the picture shows, in a sentence. figures: all of it in words. head: what the
    first column of the table has.
    """

    key: str
    title: str
    finding: str
    unit: str
    figures: str
    head: str
    lines: list[Line]
    columns: list[Column]
    grid: list[GridLine]
    left: float

    @property
    def has_notes(self) -> bool:
        return any(line.note for line in self.lines)

    @property
    def labels_x(self) -> float:
        """Where the figures of the axis end."""
        return round(self.left - 8, 1)


def columns(key: str, title: str, unit: str, points: Sequence[Point], *, of: str = "day") -> Chart:
    """Columns in the order given. unit: "h", "views"; of: what one column is, in a word."""
    marked = standing_out(points)
    highest = max((point.value for point in points), default=Decimal(0))
    step = grid_step(highest, whole=all(point.value == point.value.to_integral_value() for point in points))
    ceiling = max(highest, step)
    scale = (BASE - TOP) / float(ceiling)
    marks = [step * each for each in range(math.floor(ceiling / step) + 1)]
    axis = [_with_unit(mark, unit) for mark in marks]
    left = round(max(len(text) for text in axis) * LETTER + 8, 1)
    return Chart(
        key=key,
        title=title,
        finding=finding(points, unit, of=of),
        unit=unit,
        figures=_figures(title, unit, points),
        head=of.capitalize(),
        # In the table there is room for what the axis cuts.
        lines=_lines([replace(point, label=point.called) for point in points], marked, highest),
        columns=_columns(points, marked, left, scale, unit),
        grid=[
            GridLine(round(BASE - float(mark) * scale, 1), round(BASE - float(mark) * scale + 4, 1), text)
            for mark, text in zip(marks, axis, strict=True)
        ],
        left=left,
    )


def bars(key: str, title: str, unit: str, points: Sequence[Point], *, of: str = "one") -> Chart:
    """Level bars, greatest first: names of any length have room. of: what one bar is, in a word."""
    ranked = sorted(points, key=lambda point: -point.value)
    highest = ranked[0].value if ranked else Decimal(0)
    return Chart(
        key=key,
        title=title,
        finding=finding(ranked, unit, of=of, verb="leads"),
        unit=unit,
        figures=_figures(title, unit, ranked),
        head="Name",
        lines=_lines(ranked, standing_out(ranked), highest),
        columns=[],
        grid=[],
        left=0,
    )


def of_days(points: Sequence[Point], first: date, last: date) -> list[Point]:
    """Points labelled by ISO days, with the days between that have none, named as people name them."""
    values = {point.label: point.value for point in points}
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [
        Point(
            f"{day:%a} {day.day}",
            "",
            values.get(day.isoformat(), Decimal(0)),
            f"{day:%A} {day.day} {day:%B}",
        )
        for day in days
    ]


def standing_out(points: Sequence[Point]) -> int | None:
    """Which one is the greatest of several; None where two are, or where there is nothing to compare."""
    if len(points) < 2:
        return None
    highest = max(point.value for point in points)
    at = [i for i, point in enumerate(points) if point.value == highest]
    return at[0] if len(at) == 1 else None


def finding(points: Sequence[Point], unit: str, *, of: str, verb: str = "is the highest") -> str:
    """What the picture shows: "Monday 17 August is the highest, with 2,310 h"."""
    if not any(point.value for point in points):
        return "Nothing here yet."
    highest = max(point.value for point in points)
    value = with_unit(highest, unit)
    level = [point.called for point in points if point.value == highest]
    if len(points) == 1:
        return f"{level[0]}: {value}."
    if len(level) == 1:
        return f"{level[0]} {verb}, with {value}."
    if len(level) == len(points):
        return f"Each {of} has {value}."
    if len(level) > MOST_LEVEL:
        return f"{len(level)} are level, with {value} each."
    return f"{listed(level)} are level, with {value} each."


def figure(value: Decimal) -> str:
    """1480 is "1,480", 12.50 is "12.5": two places at most, as in the file."""
    rounded = value.quantize(Decimal("0.01"))
    if rounded == rounded.to_integral_value():
        return number(int(rounded))
    return f"{rounded:,.2f}".rstrip("0")


def with_unit(value: Decimal, unit: str) -> str:
    """ "1 view", "2 views", "0.5 h": the plural is the unit as it was given."""
    if value == 1 and len(unit) > 2 and unit.endswith("s"):
        return f"1 {unit.removesuffix('s')}"
    return f"{figure(value)} {unit}".strip()


def grid_step(highest: Decimal, *, whole: bool = True) -> Decimal:
    """A round number that the highest holds two to five times; not below 1 where all values are whole."""
    step = Decimal(1) if whole else Decimal("0.01")
    while True:
        for factor in (1, 2, 5):
            if highest < step * factor * 5:
                return step * factor
        step *= 10


def _columns(
    points: Sequence[Point], marked: int | None, left: float, scale: float, unit: str
) -> list[Column]:
    pitch = (WIDTH - left) / max(len(points), 1)
    width = min(WIDEST_COLUMN, pitch * LEAST_SHARE)
    letters = int(pitch // LETTER)
    # Where each would be cut to nothing, every so many carry theirs whole.
    longest = max((len(point.label) for point in points), default=1)
    every = 1 if len(points) <= MOST_VALUES else math.ceil((longest + 1) * LETTER / pitch)
    drawn = []
    for i, point in enumerate(points):
        # One that exists is seen: a unit at least.
        height = max(float(point.value) * scale, 1.0) if point.value else 0.0
        middle = left + i * pitch + pitch / 2
        has_value = len(points) <= MOST_VALUES or i == marked
        drawn.append(
            Column(
                x=round(middle - width / 2, 1),
                y=round(BASE - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                value=figure(_short(point.value)) if has_value else "",
                value_y=round(BASE - height - 6, 1),
                label=(cut(point.label, letters) if every == 1 else point.label) if i % every == 0 else "",
                tip=f"{point.called}: {with_unit(point.value, unit)}",
                is_marked=i == marked,
            )
        )
    return drawn


def cut(text: str, letters: int) -> str:
    """The text, or its beginning and an ellipsis, so that it takes no more letters than these."""
    if len(text) <= letters:
        return text
    return f"{text[: max(letters - 1, 1)].rstrip()}…"


def _short(value: Decimal) -> Decimal:
    """Over a column: no fraction where the figure is long without one."""
    return value if value < 100 else value.quantize(Decimal(1))


def _with_unit(value: Decimal, unit: str) -> str:
    """On the axis a unit of a letter or two stands at each figure; a word stands in the title."""
    return f"{figure(value)} {unit}" if 0 < len(unit) <= 2 else figure(value)


def _lines(points: Sequence[Point], marked: int | None, highest: Decimal) -> list[Line]:
    return [
        Line(
            point.label,
            point.note,
            figure(point.value),
            f"{float(point.value / highest) * 100:.1f}" if highest else "0",
            is_marked=i == marked,
        )
        for i, point in enumerate(points)
    ]


def _figures(title: str, unit: str, points: Sequence[Point]) -> str:
    """The whole picture for whoever hears it."""
    said = "; ".join(f"{point.called}: {figure(point.value)}" for point in points)
    return f"{title}, {unit}: {said}" if unit else f"{title}: {said}"
