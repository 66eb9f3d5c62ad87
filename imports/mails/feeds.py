"""Telling what the watch of feeds has noticed: late, empty, much smaller, unchanged, stopped; and well again.

To the subscribers of the source, once for each fault, source and day, and once when all of it is over. An event is
told when all have their mail; until then ``params`` has ``told_to``, who has it, and ``telling_until``, until when (in
seconds since 1970) whoever is at it may be: two schedulers do not mail twice, and one that died is followed by another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypedDict
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.mailing import may_be_mailed
from edu_csv.access.models import Institution
from edu_csv.pages.mailing import MailServerAway, one_line, send
from imports.mails.story import MailLink, url
from imports.models import FeedEvent
from imports.sources import feed_watch, health_words
from imports.sources.feed_watch import Feed
from imports.sources.health import Condition

log = logging.getLogger(__name__)

# Much longer than one mail takes (EMAIL_TIMEOUT); begun anew with each.
CLAIMED_FOR = 300
PROGRESS = ("told_to", "telling_until")


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
            try:
                told += tell_of(institution)
            except Exception:
                # Of this institution alone: those after it are told.
                log.exception("news of feeds of institution %s: could not be told; tried again", institution)
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
                    with _of_this_alone(event):
                        told += _tell_fault(event, by_source[event.source_id], institution)
            for ended in _well(institution, by_source):
                with _of_this_alone(ended[0]):
                    told += _tell_well(ended, by_source[ended[0].source_id], institution)
        except MailServerAway:
            log.warning("news of feeds: the mail server did not take the mails; tried again", exc_info=True)
    return told


@contextmanager
def _of_this_alone(event: FeedEvent) -> Iterator[None]:
    """What goes wrong with one event keeps nobody from hearing of others. Raises MailServerAway."""
    try:
        yield
    except MailServerAway:
        raise
    except Exception:
        log.exception("event %s of source %s: could not be told; tried again", event.pk, event.source_id)


def _tell_fault(event: FeedEvent, feed: Feed, institution: Institution) -> bool:
    """Mail one fault, unless it is over before anybody could be told: then nobody is, of its end neither."""
    now = timezone.now()
    if event.ended_at is not None:
        FeedEvent.objects.filter(pk=event.pk, told_at=None).update(told_at=now, well_told_at=now)
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
    return _send([event], "told_at", feed, subject, mail)


def _well(institution: Institution, by_source: dict[UUID, Feed]) -> list[list[FeedEvent]]:
    """What is over and was not told so, of each source of which no fault is open any more."""
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
    for event in over.order_by("began_at", "pk"):
        events.setdefault(event.source_id, []).append(event)
    return list(events.values())


def _tell_well(ended: list[FeedEvent], feed: Feed, institution: Institution) -> bool:
    """One mail that a source is well again."""
    faults = dict.fromkeys(FAULT_WORDS[event.fault] for event in ended)
    mail: FeedMail = {
        "title": f"{feed.source.name} is well again",
        "said": f"It was {', '.join(faults)}. {health_words.last_words(feed.health.last)}",
        "facts": _facts(feed, institution),
        "links": _links(feed),
        "why": _why(feed, institution),
    }
    subject = f"{mail['title']}. {health_words.last_words(feed.health.last)}"
    return _send(ended, "well_told_at", feed, subject, mail)


FAULT_WORDS = {
    "stopped": "short of a file that was not taken",
    "unread": "short of a file that was not read",
    "late": "late",
    "empty": "empty",
    "smaller": "much smaller than usual",
    "unchanged": "unchanged for days",
}


def _send(events: list[FeedEvent], told: str, feed: Feed, subject: str, mail: FeedMail) -> bool:
    """To each subscriber who has not had it, and then set ``told`` of the events; False when another is at it.

    The first event holds the claim, and who has had the mail. Raises MailServerAway when some have not yet.
    """
    holder = events[0]
    if holder.params.get("telling_until", 0) > timezone.now().timestamp():
        return False
    had: list[str] = list(holder.params.get("told_to", []))
    if not _claim(holder, told, had):
        return False
    try:
        named = may_be_mailed(feed.source.institution_id, feed.source.notify)
        addresses = sorted({address.casefold(): address for address in sorted(named)}.values())
        left = [address for address in addresses if address not in had]
        for address in send(left, subject, "feed", {**mail}) if left else ():
            had.append(address)
            if not _claim(holder, told, had):
                return False
    except Exception:
        _keep(holder, told, {**_figures(holder), "told_to": had})
        raise
    with transaction.atomic():
        if not _keep(holder, told, _figures(holder)):
            return False
        FeedEvent.objects.filter(pk__in=[event.pk for event in events], **{told: None}).update(
            **{told: timezone.now()}
        )
    return True


def _claim(event: FeedEvent, told: str, had: list[str]) -> bool:
    """Be the one who tells it, from now on for ``CLAIMED_FOR``; False when somebody else is, or has told it."""
    until = int(timezone.now().timestamp()) + CLAIMED_FOR
    return _keep(event, told, {**_figures(event), "told_to": [*had], "telling_until": until})


def _keep(event: FeedEvent, told: str, params: dict[str, Any]) -> bool:
    """Write ``params``, unless it is told, or somebody else has written them since they were read."""
    as_read = FeedEvent.objects.filter(pk=event.pk, params=event.params, **{told: None})
    if not as_read.update(params=params):
        return False
    event.params = params
    return True


def _figures(event: FeedEvent) -> dict[str, Any]:
    """The figures of its sentence alone."""
    return {name: value for name, value in event.params.items() if name not in PROGRESS}


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
