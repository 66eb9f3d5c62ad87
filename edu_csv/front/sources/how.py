"""How a feed goes: its last arrivals as lanes, its limits beside what came last, what the watch noticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from edu_csv.access.actors import Actor
from edu_csv.front.sources import lines
from edu_csv.pages import lanes
from edu_csv.pages.contexts.parts import Status
from edu_csv.pages.contexts.sources import EventLine, FeedLane, Lanes, LimitLine
from edu_csv.pages.statuses import status_of
from edu_csv.pages.words import counted, number, size
from imports.models import FeedEvent
from imports.services import visible_imports
from imports.sources import health_words, inbox
from imports.sources.expectation import EARLY, Due
from imports.sources.feed_watch import Feed
from imports.sources.health import Arrival, same_days, shrunk_percent, usual_rows

SHOWN, EVENTS_SHOWN = 30, 12
STATUSES: dict[str, str] = {
    "refused": "failed",
    "cancelled": "cancelled",
    "undone": "voided",
    "approval": "awaiting_approval",
}


def arrival_lanes(actor: Actor, feed: Feed, now: datetime) -> Lanes | None:
    """The last 30 arrivals, newest first, and the days between them on which nothing came; None: nothing ever did."""
    if not feed.arrivals:
        return None
    imports = [each.upload for each in feed.arrivals if each.upload]
    seen = set(visible_imports(actor).filter(pk__in=imports).values_list("pk", flat=True))
    rows = [(each.at, _arrival(feed, each, now, each.upload in seen)) for each in feed.arrivals]
    rows += [(due.late_from, _missed(due, now)) for due in _missed_dues(feed, now)]
    newest = sorted(rows, key=lambda row: row[0], reverse=True)[:SHOWN]
    return {
        "axis": lanes.axis(),
        "rows": [row for _, row in newest],
        "label": f"The last {counted(len(newest), 'arrival')} of {feed.source.name}",
    }


def _arrival(feed: Feed, arrival: Arrival, now: datetime, is_visible: bool) -> FeedLane:
    day = timezone.localdate(arrival.at)
    due = lines.due_on(feed, day)
    drawn = lanes.lane(
        day,
        window=(due.at, due.late_from) if due else None,
        hits=[(arrival.at, arrival.became == "approval")],
        now=now,
    )
    return {
        "name": day_name(day),
        "href": f"/imports/{arrival.upload}/" if arrival.upload and is_visible else "",
        "sub": arrival.name,
        "lane": drawn,
        "status": _status(arrival),
        "said": lines.said_of(arrival, feed.arrivals),
        "segments": lines.segments_of(arrival),
    }


def _status(arrival: Arrival) -> Status | None:
    """Only where it is not done: of what is done the counts tell."""
    if arrival.became == "refused":
        empty: Status = {"kind": "part", "label": "Empty"}
        return empty if arrival.is_empty else status_of("failed")
    if arrival.unread and arrival.became == "ended":
        was = "was" if arrival.unread == 1 else "were"
        return {"kind": "part", "label": f"{counted(arrival.unread, 'file')} {was} not read"}
    status = STATUSES.get(arrival.became)
    return status_of(status, arrival.counts) if status else None


def _missed(due: Due, now: datetime) -> FeedLane:
    return {
        "name": day_name(due.day),
        "href": "",
        "sub": "",
        "lane": lanes.lane(due.day, window=(due.at, due.late_from), late=(due.late_from, now), now=now),
        "status": {"kind": "part", "label": "Nothing came"},
        "said": "",
        "segments": [],
    }


def _missed_dues(feed: Feed, now: datetime) -> Iterator[Due]:
    """Days between the arrivals, and after them, whose file never came; 30 at most."""
    expected = feed.watched.expected
    if expected is None or feed.health.state in ("off", "paused"):
        return
    since = max(filter(None, (feed.watched.since, feed.watched.paused_until, feed.arrivals[-1].at)))
    there = {expected.day_of(each.at) for each in feed.arrivals}
    last, first = expected.last_late(now).day, timezone.localdate(since - EARLY)
    for back in range(min((last - first).days + 1, SHOWN)):
        due = expected.due_on(last - timedelta(days=back))
        if due is not None and due.day not in there and due.at > since:
            yield due


def day_name(day: date) -> str:
    """ "Tue 18 Aug"."""
    return f"{day:%a} {day.day} {day:%b}"


def limit_lines(feed: Feed) -> list[LimitLine]:
    """Each limit, and what the last file comes to by it."""
    limits, last = feed.source.limited, feed.health.last
    used = inbox.used_bytes(feed.source)
    made: list[LimitLine] = [
        {
            "name": "Largest file",
            "limit": size(limits.max_file_bytes),
            "last": f"last file: {size(last.bytes)}" if last else "",
            "is_tripped": bool(last and last.bytes > limits.max_file_bytes),
        },
        {
            "name": "Room for all its files",
            "limit": size(limits.quota_bytes),
            "last": f"{size(used)} used",
            "is_tripped": used >= limits.quota_bytes,
        },
    ]
    percent = shrunk_percent(last, feed.arrivals) if last else None
    made.append(
        {
            "name": "Much smaller than usual",
            "limit": f"from {limits.shrink_percent} % on" if limits.shrink_percent else "never told",
            "last": _shrunk(feed, last, percent),
            "is_tripped": bool(limits.shrink_percent and (percent or 0) >= limits.shrink_percent),
        }
    )
    days = same_days(last, feed.watched.zone) if last else 0
    made.append(
        {
            "name": "Unchanged",
            "limit": f"from {counted(limits.unchanged_days, 'day')} on"
            if limits.unchanged_days
            else "never told",
            "last": (
                f"same for {counted(days, 'day')}" if days else "the last file differs from the one before"
            )
            if last
            else "",
            "is_tripped": bool(limits.unchanged_days and days >= limits.unchanged_days),
        }
    )
    return made


def _shrunk(feed: Feed, last: Arrival | None, percent: int | None) -> str:
    if last is None:
        return ""
    usual = usual_rows(last, feed.arrivals)
    if usual is None:
        return "too few files of its format to know what is usual"
    if last.rows is None:
        return f"its rows are not counted; usual are {number(usual)}"
    figures = f"{counted(last.rows, 'row')}, usual are {number(usual)}"
    return f"{percent} % smaller: {figures}" if percent else f"not smaller: {figures}"


def event_lines(feed: Feed) -> list[EventLine]:
    """What the watch noticed last, newest first."""
    events = FeedEvent.objects.filter(source=feed.source).order_by("-began_at", "-id")[:EVENTS_SHOWN]
    return [
        {
            "words": _event_words(event),
            "day": day_name(event.day),
            "began": event.began_at,
            "ended": event.ended_at,
        }
        for event in events
    ]


def _event_words(event: FeedEvent) -> str:
    if event.fault == "late":
        if event.ended_at is None:
            return "Late"
        return f"Late, by {health_words.lateness(int((event.ended_at - event.began_at).total_seconds()))}"
    said = health_words.condition_words(event.fault, event.params)
    return said[:1].upper() + said[1:]
