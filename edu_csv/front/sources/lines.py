"""Feeds as lines: the pill of their health, the columns of the list, the lanes of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from edu_csv.pages import lanes, moments
from edu_csv.pages.contexts.parts import Segment, Status, StatusKind
from edu_csv.pages.contexts.sources import FeedLane, Lanes, SourceLine
from edu_csv.pages.tallies import segments
from edu_csv.pages.words import counted, number
from imports.models import Family, FeedFault, Source
from imports.sources import health_words, manage
from imports.sources.expectation import Due
from imports.sources.feed_watch import Feed
from imports.sources.health import READ, Arrival, usual_rows

# A file within so many per cent of the usual size is a usual one.
USUAL_PERCENT = 3
# Of these the counts are what was changed. A file that was refused or still waits changed nothing: the one before did.
CHANGED = frozenset({"ended"})
ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def source_href(source: Source, tab: str = "") -> str:
    return f"/sources/{source.pk}/{f'?tab={tab}' if tab else ''}"


def family_name(source: Source) -> str:
    return str(Family(source.family).label)


def doors_of(source: Source) -> str:
    """Ways in that are open: "SFTP, REST"; by hand there is always one."""
    doors = [
        ("SFTP", manage.has_password(source) or bool(source.public_keys)),
        ("REST", source.client_id is not None),
        ("folder", bool(source.watched_folder)),
        ("bucket", bool(source.watched_prefix)),
    ]
    return ", ".join(name for name, is_open in doors if is_open) or "by hand"


def health_status(feed: Feed, *, may_decide: bool = True) -> Status:
    """The pill: how the feed is, in words."""
    words = health_words.state_words(feed.health, feed.source.paused_until)
    return {"kind": _kind(feed, may_decide), "label": words[:1].upper() + words[1:]}


def _kind(feed: Feed, may_decide: bool) -> StatusKind:
    worst = feed.health.worst
    if worst is None:
        return {"off": "cancelled", "paused": "plain", "new": "plain"}.get(feed.health.state, "ok")  # type: ignore[return-value]  # literals of ours
    if worst.fault != FeedFault.STOPPED:
        return "part"
    if worst.params.get("why") == "approval":
        return "turn" if may_decide else "plain"
    return "bad"


def source_line(feed: Feed, *, may_decide: bool) -> SourceLine:
    last, coming = feed.health.last, feed.health.next
    return {
        "name": feed.source.name,
        "href": source_href(feed.source),
        "family": family_name(feed.source),
        "doors": doors_of(feed.source),
        "expected": health_words.expected_words(feed.watched.expected),
        "last": _last(last),
        "next": health_words.window(coming) if coming else "",
        "health": health_status(feed, may_decide=may_decide),
        "segments": segments_of(next((each for each in feed.arrivals if each.became in CHANGED), None)),
    }


def _last(last: Arrival | None) -> str:
    if last is None:
        return ""
    rows = f" · {counted(last.rows, 'row')}" if last.rows is not None else ""
    return f"{moments.prose(last.at)}{rows}"


def segments_of(arrival: Arrival | None) -> list[Segment]:
    """Nothing to draw while nobody has counted its rows, or when it has none."""
    return segments(arrival.counts) if arrival is not None and arrival.rows else []


def todays_lanes(feeds: Sequence[Feed], now: datetime, *, may_decide: bool) -> Lanes | None:
    """What is expected or came today; None: nothing is, and nothing did."""
    today = timezone.localdate(now)
    rows = [_today(feed, today, now, may_decide) for feed in feeds if _is_of_today(feed, today)]
    if not rows:
        return None
    return {"axis": lanes.axis(now), "rows": rows, "label": "Feeds today"}


def _is_of_today(feed: Feed, today: date) -> bool:
    return feed.source.is_enabled and (
        due_on(feed, today) is not None
        or bool(of_day(feed, today))
        or any(each.fault == FeedFault.LATE for each in feed.health.conditions)
    )


def due_on(feed: Feed, day: date) -> Due | None:
    """What is expected of a feed on a day; None while it is paused or off, or before anybody expected it."""
    if feed.watched.expected is None or feed.health.state in ("off", "paused"):
        return None
    due = feed.watched.expected.due_on(day)
    return due if due is not None and due.at > feed.watched.since else None


def of_day(feed: Feed, day: date) -> list[Arrival]:
    """What came on this day, newest first."""
    return [each for each in feed.arrivals if timezone.localdate(each.at) == day]


def _today(feed: Feed, today: date, now: datetime, may_decide: bool) -> FeedLane:
    due, came = due_on(feed, today), of_day(feed, today)
    row: FeedLane = {
        "name": feed.source.name,
        "href": source_href(feed.source),
        "sub": f"{family_name(feed.source)} · {doors_of(feed.source)}",
        "lane": lanes.lane(
            today,
            window=(due.at, due.late_from) if due else None,
            late=late_span(feed, now),
            hits=[(each.at, each.became == "approval") for each in came],
            now=now,
        ),
        "status": health_status(feed, may_decide=may_decide) if feed.health.conditions else None,
        "said": "",
        "segments": [],
    }
    if came:
        row["said"] = said_of(came[0], feed.arrivals, len(came))
        row["segments"] = segments_of(came[0])
    elif due is not None and not feed.health.conditions:
        row["said"] = f"Expected {health_words.window(due)}" if due.late_from > now else _came_early(feed)
    elif not feed.health.conditions:
        row["status"] = health_status(feed)
    return row


def _came_early(feed: Feed) -> str:
    """Today's file came before today began."""
    last = feed.health.last
    return f"Came {moments.prose(last.at)}" if last else ""


def late_span(feed: Feed, now: datetime) -> tuple[datetime, datetime] | None:
    """From when on a file is missed, until now; None when none is."""
    for each in feed.health.conditions:
        if each.fault == FeedFault.LATE:
            return now - timedelta(seconds=each.params["seconds"]), now
    return None


def said_of(arrival: Arrival, arrivals: Sequence[Arrival], number_today: int = 1) -> str:
    """ "04:06 · 140,459 rows · usual", "09:00 · 214 rows · 3rd today"."""
    parts = [moments.minute(arrival.at)]
    if arrival.rows is not None:
        parts.append(counted(arrival.rows, "row"))
    elif arrival.became == "waiting_turn":
        parts.append("waits its turn")
    elif arrival.became == "running":
        parts.append("is being imported")
    if compared := compared_words(arrival, arrivals):
        parts.append(compared)
    if number_today > 1:
        parts.append(f"{ordinal(number_today)} today")
    return " · ".join(parts)


def compared_words(arrival: Arrival, arrivals: Sequence[Arrival]) -> str:
    """ "usual", "+4 %", "−64 %"; blank while nobody knows what is usual."""
    usual = usual_rows(arrival, arrivals)
    if not usual or arrival.rows is None or arrival.became not in READ:
        return ""
    percent = round((arrival.rows - usual) * 100 / usual)
    if abs(percent) < USUAL_PERCENT:
        return "usual"
    return f"{'+' if percent > 0 else '−'}{number(abs(percent))} %"


def ordinal(value: int) -> str:
    """ "3rd", "11th"."""
    return f"{value}{'th' if value % 100 in (11, 12, 13) else ORDINALS.get(value % 10, 'th')}"
