"""Telling what the watch of feeds has noticed: late, empty, much smaller, unchanged, stopped; and well again.

To the subscribers of the source, once for each fault, source and day, and once when all of it is over.
"""

from __future__ import annotations

import logging
from typing import Any, TypedDict
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.mailing import may_be_mailed
from edu_csv.access.models import Institution
from imports.mails.sending import MailServerAway, one_line, send
from imports.mails.story import MailLink, url
from imports.models import FeedEvent
from imports.sources import feed_watch, health_words
from imports.sources.feed_watch import Feed
from imports.sources.health import Condition

log = logging.getLogger(__name__)


class FeedMail(TypedDict):
    """mail/feed.txt and .html."""

    title: str
    said: str
    facts: list[tuple[str, str]]
    links: list[MailLink]
    why: str


def tell_feeds() -> int:
    """Mail what is new of the feeds of every institution; how many mails' worth of news that was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution_id FROM imports_institutions_with_sources()")
        institutions: list[int] = [row[0] for row in cursor.fetchall()]
    told = 0
    for institution in institutions:
        with tenancy.use_institution(institution):
            told += tell_of(institution)
    return told


def tell_of(institution_id: int) -> int:
    """The same for one institution. A mail server that is away is tried again at the next round."""
    events = list(
        FeedEvent.objects.filter(institution_id=institution_id)
        .filter(Q(told_at=None) | Q(ended_at__isnull=False, well_told_at=None))
        .order_by("began_at")
    )
    if not events:
        return 0
    institution = Institution.objects.get(pk=institution_id)
    told = 0
    with timezone.override(institution.time_zone):
        by_source = {feed.source.pk: feed for feed in feed_watch.feeds(institution_id)}
        try:
            for event in events:
                if event.told_at is None and event.source_id in by_source:
                    told += _tell_fault(event, by_source[event.source_id], institution)
            told += _tell_well(institution, by_source)
        except MailServerAway:
            log.warning("news of feeds: the mail server did not take the mails; tried again", exc_info=True)
    return told


def _tell_fault(event: FeedEvent, feed: Feed, institution: Institution) -> bool:
    """Mail one fault, unless it is over before anybody could be told: then nobody is, of its end neither."""
    now = timezone.now()
    mine = FeedEvent.objects.filter(pk=event.pk, told_at=None)
    if event.ended_at is not None:
        mine.update(told_at=now, well_told_at=now)
        return False
    # Whoever writes this first sends.
    if not mine.update(told_at=now):
        return False
    # Said as it is now, when it goes on: late by how much.
    condition = next(
        (each for each in feed.health.conditions if (each.fault, each.day) == (event.fault, event.day)),
        Condition(event.fault, event.day, event.params),  # type: ignore[arg-type]  # its stored value
    )
    name = feed.source.name
    title = health_words.title(name, condition.fault, condition.params)
    said = health_words.context(condition, feed.health.last, feed.watched.expected)
    subject = f"{title}. {health_words.last_words(feed.health.last)}" if condition.fault == "late" else title
    mail: FeedMail = {
        "title": title,
        "said": said,
        "facts": _facts(feed, institution),
        "links": _links(feed, str(condition.params.get("import") or "")),
        "why": _why(feed, institution),
    }
    try:
        _send(event, feed, subject, mail)
    except MailServerAway:
        FeedEvent.objects.filter(pk=event.pk).update(told_at=None)
        raise
    return True


def _tell_well(institution: Institution, by_source: dict[UUID, Feed]) -> int:
    """One mail for each source of which no fault is open any more."""
    open_ones = FeedEvent.objects.filter(source=OuterRef("source"), ended_at=None)
    over = FeedEvent.objects.filter(
        ~Exists(open_ones),
        institution_id=institution.pk,
        ended_at__isnull=False,
        told_at__isnull=False,
        well_told_at=None,
        source__in=by_source,
    )
    events: dict[UUID, list[FeedEvent]] = {}
    for event in over.order_by("began_at"):
        events.setdefault(event.source_id, []).append(event)
    told = 0
    for source_id, ended in events.items():
        feed, now = by_source[source_id], timezone.now()
        mine = FeedEvent.objects.filter(pk__in=[event.pk for event in ended], well_told_at=None)
        if not mine.update(well_told_at=now):
            continue
        faults = dict.fromkeys(FAULT_WORDS[event.fault] for event in ended)
        mail: FeedMail = {
            "title": f"{feed.source.name} is well again",
            "said": f"It was {', '.join(faults)}. {health_words.last_words(feed.health.last)}",
            "facts": _facts(feed, institution),
            "links": _links(feed),
            "why": _why(feed, institution),
        }
        try:
            _send(ended[-1], feed, f"{mail['title']}. {health_words.last_words(feed.health.last)}", mail)
        except MailServerAway:
            FeedEvent.objects.filter(pk__in=[event.pk for event in ended]).update(well_told_at=None)
            raise
        told += 1
    return told


FAULT_WORDS = {
    "stopped": "stopped",
    "late": "late",
    "empty": "empty",
    "smaller": "much smaller than usual",
    "unchanged": "unchanged for days",
}


def _send(event: FeedEvent, feed: Feed, subject: str, mail: FeedMail) -> None:
    """To each subscriber who has not had it. Raises MailServerAway when some have not yet."""
    named = may_be_mailed(feed.source.institution_id, feed.source.notify)
    addresses = sorted({address.casefold(): address for address in sorted(named)}.values())
    had: list[str] = list(event.params.get("told_to", []))
    left = [address for address in addresses if address not in had]
    if not left:
        return
    try:
        for address in send(left, subject, "feed", {**mail}):
            had.append(address)
    except MailServerAway:
        FeedEvent.objects.filter(pk=event.pk).update(params={**event.params, "told_to": had})
        raise
    if event.params.pop("told_to", None):
        FeedEvent.objects.filter(pk=event.pk).update(params=event.params)


def _facts(feed: Feed, institution: Institution) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = [
        ("Institution", institution.name),
        ("Source", one_line(feed.source.name)),
        ("Now", health_words.state_words(feed.health, feed.source.paused_until)),
        ("Expected", health_words.expected_words(feed.watched.expected)),
    ]
    if feed.health.last is not None:
        facts.append(("Last file", _last(feed)))
    if feed.health.next is not None:
        facts.append(("Next", health_words.window(feed.health.next)))
    facts.append(("Time zone", institution.time_zone))
    return facts


def _last(feed: Feed) -> str:
    last = feed.health.last
    assert last is not None  # noqa: S101  # asked before
    said: Any = health_words.last_words(last).removeprefix("Last file: ").rstrip(".")
    return f"{one_line(last.name)}: {said}"


def _links(feed: Feed, upload: str = "") -> list[MailLink]:
    links: list[MailLink] = [{"label": "The source", "url": url(f"/sources/{feed.source.pk}/")}]
    if upload:
        links.append({"label": "The import", "url": url(f"/imports/{upload}/")})
    return links


def _why(feed: Feed, institution: Institution) -> str:
    return (
        f"This mail goes to those whom the source {one_line(feed.source.name)} names. It was sent by edu-csv for"
        f" {institution.name}, once for each fault and day."
    )
