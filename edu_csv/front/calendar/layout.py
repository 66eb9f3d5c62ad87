"""A week as a drawing: days as columns, captures as blocks by the wall clock, those at one time side by side.

A block stands where the wall clock says, also on a day on which the clocks change: what begins at 09:00
stands at 09:00. Its words tell both ends with their zones when the clocks change in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from edu_csv.front.calendar.events import Event
from edu_csv.front.calendar.weeks import ClockChange, Week, clock_change, midnight

# ui.md section 7: 07 to 22 h; what lies outside widens it, by whole hours.
FIRST_HOUR, LAST_HOUR = 7, 22
DAY = 24 * 60
# A block is never drawn shorter: it must hold a line of text and be hit.
SHORTEST = 30


@dataclass(slots=True)
class Piece:
    """The part of a capture that falls on one day. start, end: minutes of that day by the wall clock; drawn to
    ``drawn_end``. lane, lanes: its place among those that overlap it."""

    event: Event
    start: int
    end: int
    is_begin: bool
    is_end: bool
    lane: int = 0
    lanes: int = 1

    @property
    def drawn_end(self) -> int:
        return min(DAY, max(self.end, self.start + SHORTEST))

    @property
    def drawn_start(self) -> int:
        return min(self.start, self.drawn_end - SHORTEST)


@dataclass(slots=True)
class Day:
    date: date
    change: ClockChange | None
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """first_hour, last_hour: what the drawing spans."""

    days: list[Day]
    first_hour: int
    last_hour: int


def board(events: Sequence[Event], week: Week, zone: ZoneInfo) -> Board:
    days = [Day(date, clock_change(date, zone)) for date in week.days]
    for event in events:
        for day in days:
            if piece := _piece(event, day.date, zone):
                day.pieces.append(piece)
    pieces = [piece for day in days for piece in day.pieces]
    for day in days:
        day.pieces.sort(key=lambda piece: (piece.drawn_start, -piece.drawn_end))
        _side_by_side(day.pieces)
    return Board(
        days,
        min([FIRST_HOUR, *(piece.drawn_start // 60 for piece in pieces)]),
        max([LAST_HOUR, *(-(-piece.drawn_end // 60) for piece in pieces)]),
    )


def _piece(event: Event, day: date, zone: ZoneInfo) -> Piece | None:
    """The part of an event on a day; None when it has none."""
    begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    if event.starts_at >= ends or event.ends_at <= begins:
        return None
    is_begin, is_end = event.starts_at >= begins, event.ends_at <= ends
    start = _minute(event.starts_at.astimezone(zone)) if is_begin else 0
    end = _minute(event.ends_at.astimezone(zone)) if event.ends_at < ends else DAY
    if is_begin and is_end and end <= start:
        # It ends in the hour that comes twice, by a clock that was set back since.
        end = start + int((event.ends_at - event.starts_at).total_seconds()) // 60
    return Piece(event, start, min(end, DAY), is_begin, is_end)


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _side_by_side(pieces: Sequence[Piece]) -> None:
    """Give those that overlap lanes of their own: each takes the first that is free. pieces: by start."""
    together: list[Piece] = []
    free_at: list[int] = []
    for piece in pieces:
        if together and piece.drawn_start >= max(free_at):
            _share(together, len(free_at))
            together, free_at = [], []
        lane = next((i for i, at in enumerate(free_at) if at <= piece.drawn_start), len(free_at))
        if lane == len(free_at):
            free_at.append(0)
        piece.lane, free_at[lane] = lane, piece.drawn_end
        together.append(piece)
    _share(together, len(free_at))


def _share(pieces: Sequence[Piece], lanes: int) -> None:
    for piece in pieces:
        piece.lanes = lanes
