"""Feeds on Today: how many have come, and which need somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from edu_csv.front.sources.lines import due_on, source_href
from edu_csv.pages.contexts.today import Need
from edu_csv.pages.words import listed, number
from imports.models import FeedFault
from imports.sources import health_words
from imports.sources.feed_watch import Feed

SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def feeds_sentence(feeds: Sequence[Feed], now: datetime) -> str:
    """ "Five of seven feeds have arrived, one is late, one is not due yet."; blank when none is expected today."""
    today = timezone.localdate(now)
    due = [(feed, expected) for feed in feeds if (expected := due_on(feed, today)) is not None]
    if not due:
        return ""
    arrived = [feed for feed, expected in due if any(each.at >= expected.opens for each in feed.arrivals)]
    late = [feed for feed, _ in due if _is_late(feed)]
    ahead = len(due) - len(arrived) - len(late)
    refused = [feed for feed in arrived if _is_refused(feed)]
    if len(arrived) == len(due) > 1 and not refused:
        return f"All {_figure(len(due))} feeds have arrived."
    said = [f"{_figure(len(arrived))} of {_figure(len(due))} feeds {_have(len(arrived))} arrived"]
    if refused:
        said.append(f"{_figure(len(refused))} of these with a file that was not taken")
    if late:
        said.append(f"{_figure(len(late))} {_are(len(late))} late")
    if ahead:
        said.append(f"{_figure(ahead)} {_are(ahead)} not due yet")
    if len(due) > 1:
        return f"{listed(said).capitalize()}."
    # What became of a refused file is told above as a need: that something came is no news beside it.
    return "" if refused else _only(due[0][0], bool(arrived), bool(late))


def _only(feed: Feed, has_arrived: bool, is_late: bool) -> str:
    state = "has arrived" if has_arrived else "is late" if is_late else "is not due yet"
    return f"{feed.source.name} {state}."


def _is_late(feed: Feed) -> bool:
    return any(each.fault == FeedFault.LATE for each in feed.health.conditions)


def _is_refused(feed: Feed) -> bool:
    return any(
        each.fault == FeedFault.UNREAD
        or (each.fault == FeedFault.STOPPED and each.params.get("why") != "approval")
        for each in feed.health.conditions
    )


def _figure(value: int) -> str:
    return SMALL[value] if value < len(SMALL) else number(value)


def _have(value: int) -> str:
    return "has" if value == 1 else "have"


def _are(value: int) -> str:
    return "is" if value == 1 else "are"


def needs_of_feeds(feeds: Sequence[Feed]) -> list[Need]:
    """The worst of each faulty feed. A plan that waits is not told here: it stands above already."""
    return [_need(feed) for feed in feeds if feed.health.worst and not _waits(feed)]


def _waits(feed: Feed) -> bool:
    return feed.health.worst is not None and feed.health.worst.params.get("why") == "approval"


def _need(feed: Feed) -> Need:
    worst = feed.health.worst
    assert worst is not None  # noqa: S101  # asked before
    return {
        "title": health_words.title(feed.source.name, worst.fault, worst.params),
        "text": health_words.context(worst, feed.health.last, feed.watched.expected),
        "action": {"label": "See source", "href": source_href(feed.source)},
    }
