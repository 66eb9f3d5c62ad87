"""How a feed is: pure functions of what came, what was expected, and the time.

An arrival is a file that came, whatever became of it. Faults are looked for in the files of the last day on which
something came, of each format the last: a file sent again corrects the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from imports.models import FeedFault, Limits
from imports.sources.expectation import EARLY, Due, Expected

# "Usual" is the median of so many files of the same format, of so few at least.
COMPARED_WITH, COMPARED_AT_LEAST = 10, 3

Became = Literal["waiting_turn", "running", "approval", "ended", "refused", "cancelled", "undone"]
# Of these the figures count as what the feed usually sends.
READ: frozenset[Became] = frozenset({"approval", "ended", "undone"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came. rows: None while nobody has counted them. same_since: when the same bytes came first,
    with nothing else of the format in between. problem: why it was refused, {"code", "detail"}. files: of a package;
    unread: so many of them were refused while the others went on, and first_unread is the first."""

    at: datetime
    name: str
    format_key: str = ""
    sha256: str = ""
    bytes: int = 0
    rows: int | None = None
    became: Became = "ended"
    same_since: datetime | None = None
    upload: UUID | None = None
    problem: Mapping[str, Any] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    unread: int = 0
    first_unread: str = ""

    @property
    def is_empty(self) -> bool:
        """Without a byte, or without a row below its header."""
        if self.became == "refused" and (self.problem or {}).get("code") == "empty_file":
            return True
        return self.bytes == 0 or (self.became in READ and self.rows == 0)


@dataclass(frozen=True, slots=True)
class Condition:
    """One fault of a feed, of one day. params: the figures of its words (``health_words``)."""

    fault: FeedFault
    day: date
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watched:
    """What of a source the watch goes by. since: dues before it are nobody's."""

    is_enabled: bool
    paused_until: datetime | None
    since: datetime
    expected: Expected | None
    limits: Limits
    zone: ZoneInfo
    # Its plans wait for nobody: it only has its files checked.
    only_checks: bool = False
    # Why its last file was not even taken; blank: it was.
    refused_at_door: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """state: of a source without a fault. conditions: worst first; none while it is off or paused."""

    state: Literal["off", "paused", "new", "well", "faulty"]
    conditions: tuple[Condition, ...]
    last: Arrival | None
    next: Due | None

    @property
    def worst(self) -> Condition | None:
        return self.conditions[0] if self.conditions else None


def assess(watched: Watched, arrivals: Sequence[Arrival], now: datetime) -> Health:
    """How a feed is now. arrivals: newest first; the last 30 do."""
    last = arrivals[0] if arrivals else None
    coming = watched.expected.next(now) if watched.expected else None
    if not watched.is_enabled:
        return Health("off", (), last, None)
    if watched.paused_until is not None and watched.paused_until > now:
        return Health("paused", (), last, _after(watched.expected, watched.paused_until))
    found = [*_stopped(watched, arrivals, now), *_late(watched, last, now), *_of_files(watched, arrivals)]
    if found:
        order = list(FeedFault)
        return Health("faulty", tuple(sorted(found, key=lambda each: order.index(each.fault))), last, coming)
    return Health("well" if last else "new", (), last, coming)


def _after(expected: Expected | None, moment: datetime) -> Due | None:
    if expected is None:
        return None
    due = expected.next(moment)
    # What was due in the pause is not expected any more.
    return due if due.at > moment else expected.next(due.late_from)


def _late(watched: Watched, last: Arrival | None, now: datetime) -> Iterable[Condition]:
    """Late by what has gone by since the first file that is missing; of the day of the last."""
    expected = watched.expected
    if expected is None:
        return
    since = max(filter(None, (watched.since, watched.paused_until)))
    missed = expected.first_from(last.at if last else since - EARLY)
    # Due before anybody expected it, or in a pause: it is nobody's.
    while missed.at <= since:
        missed = expected.first_from(missed.opens)
    if missed.late_from <= now:
        seconds = int((now - missed.late_from).total_seconds())
        yield Condition(FeedFault.LATE, expected.last_late(now).day, {"seconds": seconds})


def _stopped(watched: Watched, arrivals: Sequence[Arrival], now: datetime) -> Iterable[Condition]:
    """A plan waits, or a file was refused: someone must do something before the feed goes on."""
    waiting = [each for each in arrivals if each.became == "approval"]
    if waiting and not watched.only_checks:
        yield Condition(
            FeedFault.STOPPED, _day(watched, waiting[0]), {"why": "approval", **_named(waiting[0])}
        )
        return
    if watched.refused_at_door:
        today = now.astimezone(watched.zone).date()
        yield Condition(FeedFault.STOPPED, today, {"why": "door", "detail": watched.refused_at_door})
        return
    for each in _current(watched, arrivals):
        if each.became == "refused" and not each.is_empty and not _is_cured(each, arrivals):
            detail = str((each.problem or {}).get("detail", ""))
            yield Condition(
                FeedFault.STOPPED, _day(watched, each), {"why": "refused", "detail": detail, **_named(each)}
            )
            return


def _is_cured(refused: Arrival, arrivals: Sequence[Arrival]) -> bool:
    """Whether a later file went well: one of its format, or any where nobody knows what it was meant to be."""
    return any(
        each.at > refused.at
        and each.became in READ
        and (not refused.format_key or each.format_key == refused.format_key)
        for each in arrivals
    )


def _of_files(watched: Watched, arrivals: Sequence[Arrival]) -> Iterable[Condition]:
    """Not all read, empty, much smaller, unchanged: the worst of each kind."""
    current = [each for each in _last_of_each(_current(watched, arrivals)) if each.became != "cancelled"]
    partly = [each for each in current if each.became in ("approval", "ended") and each.unread]
    if partly:
        each = max(partly, key=lambda arrival: arrival.unread)
        figures = {"unread": each.unread, "files": each.files, "first": each.first_unread}
        yield Condition(FeedFault.UNREAD, _day(watched, each), {**figures, **_named(each)})
    if empty := next((each for each in current if each.is_empty), None):
        yield Condition(FeedFault.EMPTY, _day(watched, empty), _named(empty))
    shrunk = [(percent, each) for each in current if (percent := shrunk_percent(each, arrivals)) is not None]
    limit = watched.limits.shrink_percent
    if shrunk and limit:
        percent, each = max(shrunk, key=lambda pair: pair[0])
        if percent >= limit:
            params = {
                "percent": percent,
                "rows": each.rows,
                "usual": usual_rows(each, arrivals),
                **_named(each),
            }
            yield Condition(FeedFault.SMALLER, _day(watched, each), params)
    same = [(days, each) for each in current if (days := same_days(each, watched.zone))]
    limit = watched.limits.unchanged_days
    if same and limit:
        days, each = max(same, key=lambda pair: pair[0])
        if days >= limit:
            yield Condition(FeedFault.UNCHANGED, _day(watched, each), {"days": days, **_named(each)})


def usual_rows(arrival: Arrival, arrivals: Sequence[Arrival]) -> int | None:
    """The median of the files of its format before it; None when too few came to know what is usual."""
    before = [
        each.rows
        for each in arrivals
        if each.at < arrival.at
        and each.format_key == arrival.format_key
        and each.became in READ
        and each.rows
    ][:COMPARED_WITH]
    return round(median(before)) if len(before) >= COMPARED_AT_LEAST else None


def shrunk_percent(arrival: Arrival, arrivals: Sequence[Arrival]) -> int | None:
    """How much smaller than usual it is, in full per cent; None when it is not, or nobody can tell."""
    if arrival.became not in READ or not arrival.rows:
        return None
    usual = usual_rows(arrival, arrivals)
    if usual is None or arrival.rows >= usual:
        return None
    return 100 - -(-arrival.rows * 100 // usual)


def same_days(arrival: Arrival, zone: ZoneInfo) -> int:
    """For how many days the same bytes have come."""
    if arrival.same_since is None:
        return 0
    return (arrival.at.astimezone(zone).date() - arrival.same_since.astimezone(zone).date()).days


def _current(watched: Watched, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The files of the last day on which something came, newest first."""
    if not arrivals:
        return []
    day = _day(watched, arrivals[0])
    return [each for each in arrivals if _day(watched, each) == day]


def _last_of_each(arrivals: Iterable[Arrival]) -> list[Arrival]:
    seen: dict[str, Arrival] = {}
    for each in arrivals:
        seen.setdefault(each.format_key, each)
    return list(seen.values())


def _day(watched: Watched, arrival: Arrival) -> date:
    if watched.expected is not None:
        return watched.expected.day_of(arrival.at)
    return arrival.at.astimezone(watched.zone).date()


def _named(arrival: Arrival) -> dict[str, Any]:
    return {"name": arrival.name, "import": str(arrival.upload) if arrival.upload else ""}
