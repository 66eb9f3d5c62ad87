"""Finding sources for the person at the browser; what is out of sight is not there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from edu_csv.access.actors import Actor
from edu_csv.pages.sessions import PersonRequest
from imports.models import Source
from imports.sources import feed_watch, manage
from imports.sources.feed_watch import Feed


def find_source(request: PersonRequest, source_id: UUID) -> Source:
    """One source that this person may see; raises Http404 for all others, foreign ones too."""
    found: Source | None = manage.visible_sources(request.actor).filter(pk=source_id).first()
    if found is None:
        raise Http404
    return found


def managed_source(request: PersonRequest, source_id: UUID) -> Source:
    """One that this person sets up; raises Http404 for who only sees how it is."""
    if not manage.may_manage(request.actor):
        raise Http404
    return find_source(request, source_id)


def visible_feeds(actor: Actor) -> list[Feed]:
    """How each feed is that this person may see, by name."""
    if manage.may_manage(actor):
        return feed_watch.feeds(actor.institution)
    seen = set(manage.visible_sources(actor).values_list("pk", flat=True))
    return [feed for feed in feed_watch.feeds(actor.institution) if feed.source.pk in seen] if seen else []
