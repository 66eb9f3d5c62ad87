"""A week in words and figures: what each block says, and where it stands in the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from edu_csv.front.calendar.events import Event, Kind
from edu_csv.front.calendar.layout import Board, Day, Piece
from edu_csv.front.calendar.weeks import clock, zone_named
from edu_csv.pages.contexts.calendar import Block, CalendarDay, Capture, Hour
from edu_csv.pages.contexts.parts import OutcomeName
from edu_csv.roster.occurrences import LONGEST_CAPTURE
from imports.models import Import
from imports.views import names

# Height of an hour in the drawing; a line of text needs half of it.
REM_AN_HOUR = 3.0
# So many side by side leave no word of any.
THIN_FROM = 6
WORDS: dict[Kind, tuple[OutcomeName, str]] = {
    Kind.ADDED: ("created", "would be added"),
    Kind.MOVED: ("updated", "would move here"),
    Kind.GOES: ("deleted", "would go from here"),
    Kind.FAILED: ("failed", "finds no place"),
}


class Words:
    """Says captures in one zone. is_room: of one room, which then need not be said with each."""

    def __init__(
        self, zone: ZoneInfo, *, is_room: bool, plan: Import | None, clashing: frozenset[int]
    ) -> None:
        """clashing: the ``id`` of each event that another overlaps in its room."""
        self.zone = zone
        self.is_room = is_room
        self.plan = plan
        self.clashing = clashing

    def capture(self, event: Event, piece: Piece | None = None) -> Capture:
        """In a list it says both ends; in the drawing, ``piece`` says which part of it this is."""
        outcome, word = WORDS.get(event.kind, (None, ""))
        is_clash = id(event) in self.clashing or event.kind is Kind.FAILED
        title, others = self._names(event)
        lines = [*self._where(event), *filter(None, [*others, event.instructor])]
        time = self.time(event)
        unseen = [
            f"{event.starts_at.astimezone(self.zone):%A}",
            *([word] if word else []),
            *(["clashes with another"] if is_clash else []),
            *(["goes on from the day before"] if piece and not piece.is_begin else []),
        ]
        return {
            "href": self._href(event),
            "title": title,
            "time": time,
            "starts": time.partition("–")[0],
            "lines": lines,
            "outcome": outcome,
            "word": word,
            "is_taken": event.kind is Kind.TAKEN,
            "is_clash": is_clash,
            "unseen": ", ".join(unseen),
            "said": ", ".join([title, time.replace("–", " to "), *unseen, *lines]),
        }

    def time(self, event: Event) -> str:
        """ "09:00–10:30"; with days when it goes over midnight, with zones when the clocks change in it."""
        begins, ends = event.starts_at.astimezone(self.zone), event.ends_at.astimezone(self.zone)
        first, last = f"{begins:%H:%M}", f"{ends:%H:%M}"
        if begins.utcoffset() != ends.utcoffset():
            first, last = f"{first} {begins:%Z}", f"{last} {ends:%Z}"
        if ends.date() > begins.date() and ends != _midnight_after(begins):
            last = f"{ends:%a} {last}"
        elif ends.date() > begins.date():
            last = "24:00"
        return f"{first}–{last}"

    def named(self, event: Event) -> str:
        """For sentences: "Tue 09:00", and what it is called."""
        return f"{event.starts_at.astimezone(self.zone):%a %H:%M}"

    def _names(self, event: Event) -> tuple[str, list[str]]:
        """What it is known by, and what else it is called. Of a section, its own name says nothing new."""
        if self.is_room or not event.name:
            return event.title or "Without a name", [event.more, event.name]
        is_alone = not event.more and ", " not in event.title
        return event.name, [] if is_alone else [event.title, event.more]

    def _where(self, event: Event) -> list[str]:
        if self.is_room:
            return []
        where = f"{event.room}, {event.building}"
        if event.zone != self.zone.key and (zone := zone_named(event.zone)):
            there = event.starts_at.astimezone(zone)
            where += f" ({there:%a %H:%M} there, {event.zone})"
        return [where]

    def _href(self, event: Event) -> str:
        if event.row is not None and self.plan is not None and event.kind is not Kind.BOOKED:
            return names.address(self.plan, "rows", str(event.row))
        return f"/roster/schedules/{event.schedule}/" if event.schedule else ""


def days_of(board: Board, words: Words, today: date, now: datetime) -> list[CalendarDay]:
    return [_day(day, board, words, today, now) for day in board.days]


def hours_of(board: Board) -> list[Hour]:
    """The lines of whole hours; the first and last stand at the edges of the drawing."""
    return [
        {"y": _rem((hour - board.first_hour) * 60), "label": clock(hour * 60)}
        for hour in range(board.first_hour, board.last_hour + 1)
    ]


def height_of(board: Board) -> str:
    return _rem((board.last_hour - board.first_hour) * 60)


def _day(day: Day, board: Board, words: Words, today: date, now: datetime) -> CalendarDay:
    first = board.first_hour * 60
    local = now.astimezone(words.zone)
    minute = local.hour * 60 + local.minute
    is_today = day.date == today
    begun = [piece for piece in day.pieces if piece.is_begin or day is board.days[0]]
    return {
        "name": f"{day.date:%A}, {day.date.day} {day.date:%B}",
        "short": f"{day.date:%a}",
        "date": day.date.isoformat(),
        "change": day.change.words if day.change else "",
        "is_today": is_today,
        "is_weekend": day.date.weekday() >= 5,
        "blocks": [_block(piece, first, words) for piece in day.pieces],
        "captures": [
            words.capture(piece.event) for piece in sorted(begun, key=lambda each: each.event.starts_at)
        ],
        "gap": _gap(day, board),
        "now": _rem(minute - first) if is_today and first <= minute <= board.last_hour * 60 else "",
    }


def _gap(day: Day, board: Board) -> tuple[str, str] | None:
    if day.change is None:
        return None
    # Left out: the hour from then on. Twice: the hour until then.
    start, end = sorted((day.change.at, day.change.at + day.change.by_minutes))
    first, last = board.first_hour * 60, board.last_hour * 60
    start, end = max(start, first), min(end, last)
    return (_rem(start - first), _rem(end - start)) if end > start else None


def _block(piece: Piece, first: int, words: Words) -> Block:
    width = 100 / piece.lanes
    minutes = piece.drawn_end - piece.drawn_start
    size = max(1, min(6, minutes * int(REM_AN_HOUR * 16) // 60 // 18))
    return {
        "capture": words.capture(piece.event, piece),
        "x": f"{piece.lane * width:.3f}%",
        "width": f"{width:.3f}%",
        "y": _rem(piece.drawn_start - first),
        "height": _rem(minutes),
        "size": size,
        "is_short": size == 1 or piece.lanes > 1,
        "is_thin": piece.lanes > THIN_FROM,
    }


def _rem(minutes: int) -> str:
    return f"{minutes * REM_AN_HOUR / 60:.4g}rem"


def _midnight_after(local: datetime) -> datetime:
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), local.tzinfo)


def clashes_of(events: Sequence[Event], words: Words) -> list[str]:
    """ "Tue 09:00: OCE210 01 and GEO140 02", in order."""
    return [
        f"{words.named(max((one, other), key=lambda each: each.starts_at))}: {one.title} and {other.title}"
        + ("" if words.is_room else f", {one.room}")
        for one, other in pairs_of(events)
    ]


def pairs_of(events: Sequence[Event]) -> list[tuple[Event, Event]]:
    """Those that want one room at one time. events: by when they begin."""
    there = sorted((each for each in events if each.takes_place), key=lambda each: each.starts_at)
    pairs = []
    for place, one in enumerate(there):
        for other in there[place + 1 :]:
            if other.starts_at >= one.ends_at and other.starts_at - one.starts_at > LONGEST_CAPTURE:
                break
            if one.overlaps(other):
                pairs.append((one, other))
    return pairs
