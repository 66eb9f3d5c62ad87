"""A feed's day as SVG geometry: when its file is expected, when one came, how late it is; in percent of 24 hours.

Hours are those of the clocks on the wall: on a day with 23 or 25 of them a lane still has 24, as the axis above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

MINUTES = 24 * 60
# A window narrower than this cannot be seen: one minute would be 0.07 %.
NARROWEST = 1.2
HOURS = (0, 6, 12, 18, 24)


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that came. is_held: it waits for a person."""

    x: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Span:
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One day of one feed. window: when its file is expected; late: from when on it is missed. now: blank: not today."""

    window: Span | None
    late: Span | None
    hits: list[Hit]
    now: str


@dataclass(frozen=True, slots=True)
class AxisMark:
    x: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The hours above the lanes. now: blank when no lane is of today; now_label: "09:42"."""

    marks: list[AxisMark]
    now: str
    now_label: str


GRID = [f"{hour / 24:.0%}" for hour in HOURS]


def lane(
    day: date,
    *,
    window: tuple[datetime, datetime] | None = None,
    late: tuple[datetime, datetime] | None = None,
    hits: Sequence[tuple[datetime, bool]] = (),
    now: datetime | None = None,
) -> Lane:
    """Lay out one day. Moments of other days stand at its edges; hits of other days are left out."""
    return Lane(
        _span(day, window, NARROWEST) if window else None,
        _span(day, late, 0.4) if late else None,
        [Hit(_percent(_place(day, at)), held) for at, held in hits if timezone.localtime(at).date() == day],
        _percent(_place(day, now)) if now is not None and timezone.localtime(now).date() == day else "",
    )


def axis(now: datetime | None = None) -> Axis:
    """The hours, and where now is when it is given."""
    last = len(HOURS) - 1
    marks = [
        AxisMark(
            GRID[place], f"{hour:02}:00", "start" if place == 0 else "end" if place == last else "middle"
        )
        for place, hour in enumerate(HOURS)
    ]
    if now is None:
        return Axis(marks, "", "")
    local = timezone.localtime(now)
    return Axis(marks, _percent(_place(local.date(), now)), f"{local:%H:%M}")


def _span(day: date, between: tuple[datetime, datetime], narrowest: float) -> Span | None:
    """None: nothing of it is on this day."""
    begin, end = _place(day, between[0]), _place(day, between[1])
    if between[1] <= _midnight(day) or begin >= 100 or end < begin:
        return None
    width = max(end - begin, narrowest)
    return Span(_percent(min(begin, 100 - width)), _percent(width))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _place(day: date, at: datetime) -> float:
    """Where a moment stands on the lane of a day, 0 to 100."""
    local = timezone.localtime(at)
    if local.date() != day:
        return 0.0 if local.date() < day else 100.0
    return (local.hour * 60 + local.minute) * 100 / MINUTES


def _percent(value: float) -> str:
    return f"{value:.2f}%"
