"""The watch of feeds: how each source is now, and which of that is news.

Asked by the clock, and by pages for what they show. A constant number of statements for an institution, however
many sources it has and whatever came to them. An event is kept for each fault, source and day; mails are sent of
what is kept (``imports.mails.feeds``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.models import Institution
from imports.models import FeedEvent, FeedFault, Source, SourceMode
from imports.sources.arrivals import arrivals
from imports.sources.expectation import Expected
from imports.sources.health import Arrival, Condition, Health, Watched, assess


@dataclass(frozen=True, slots=True)
class Feed:
    """One source and how it is. arrivals: newest first, 30 at most."""

    source: Source
    watched: Watched
    arrivals: Sequence[Arrival]
    health: Health


def look_everywhere(now: datetime | None = None) -> None:
    """Note what is new in the feeds of every institution."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution_id FROM imports_institutions_with_sources()")
        institutions: list[int] = [row[0] for row in cursor.fetchall()]
    for institution in institutions:
        with tenancy.use_institution(institution):
            look(institution, now)


def look(institution: int, now: datetime | None = None) -> list[Feed]:
    """How each feed of an institution is; what is new is kept as events, and what is over is ended."""
    now = now or timezone.now()
    found = feeds(institution, now=now)
    _keep_new(found, now)
    _end_old(institution, found, now)
    return found


def feeds(institution: int, source: UUID | None = None, now: datetime | None = None) -> list[Feed]:
    """How each source (or one) is now, by name; four statements, one where there is no source."""
    now = now or timezone.now()
    wanted = Source.objects.filter(institution_id=institution).order_by("name")
    sources = list(wanted if source is None else wanted.filter(pk=source))
    if not sources:
        return []
    zone = Institution.objects.values_list("time_zone", flat=True).get(pk=institution)
    came = arrivals(institution, source)
    found = []
    for each in sources:
        watched = watched_as(each, zone)
        of_it = came.get(each.pk, [])
        found.append(Feed(each, watched, of_it, assess(watched, of_it, now)))
    return found


def count_faulty(institution: int) -> int:
    """How many sources had a fault when the clock looked last; one statement, for every page asks."""
    events = FeedEvent.objects.filter(institution_id=institution, ended_at=None)
    return events.values("source").distinct().count()


def forget(institution: int) -> None:
    """Every night: what was over so long ago that nobody looks for it."""
    before = timezone.now() - timedelta(days=settings.JOURNAL_RETENTION_DAYS)
    FeedEvent.objects.filter(institution_id=institution, ended_at__lt=before).delete()


def watched_as(source: Source, zone: str) -> Watched:
    door = source.last_problem
    return Watched(
        is_enabled=source.is_enabled,
        paused_until=source.paused_until,
        since=source.watched_since,
        expected=Expected.read(source.expected, zone),
        limits=source.limited,
        zone=ZoneInfo(zone),
        only_checks=source.mode == SourceMode.VALIDATE,
        refused_at_door=door,
    )


def _keep_new(found: Sequence[Feed], now: datetime) -> None:
    """One statement: whatever is known already of a day is left as it is."""
    events = [_event(feed.source, condition, now) for feed in found for condition in feed.health.conditions]
    FeedEvent.objects.bulk_create(events, ignore_conflicts=True)


def _event(source: Source, condition: Condition, now: datetime) -> FeedEvent:
    event = FeedEvent(
        institution_id=source.institution_id,
        source=source,
        fault=condition.fault,
        day=condition.day,
        params=dict(condition.params),
        began_at=now,
    )
    if condition.fault in (FeedFault.STOPPED, FeedFault.UNREAD) and condition.params.get("import"):
        # The mail about that import says it already, and how it went on.
        event.told_at = event.well_told_at = now
    return event


def _end_old(institution: int, found: Sequence[Feed], now: datetime) -> None:
    """End what is over. Nobody hears that a feed is well again which is off or paused."""
    still = {
        (feed.source.pk, condition.fault, condition.day)
        for feed in found
        for condition in feed.health.conditions
    }
    silent = {feed.source.pk for feed in found if feed.health.state in ("off", "paused")}
    going = FeedEvent.objects.filter(institution_id=institution, ended_at=None).values_list(
        "pk", "source_id", "fault", "day"
    )
    over = [(pk, source) for pk, source, fault, day in going if (source, fault, day) not in still]
    if not over:
        return
    ended = FeedEvent.objects.filter(institution_id=institution, ended_at=None)
    ended.filter(pk__in=[pk for pk, source in over if source in silent]).update(
        ended_at=now, told_at=Coalesce(F("told_at"), now), well_told_at=now
    )
    ended.filter(pk__in=[pk for pk, _ in over]).update(ended_at=now)
