"""The frame of every page with what the apps know: what waits for this person, and what runs."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from edu_csv.access.actors import Actor
from edu_csv.access.models import Institution
from edu_csv.access.policy import Ability, may
from edu_csv.front.progress import percent
from edu_csv.jobs.models import State
from edu_csv.pages.contexts.shell import Running, Shell
from edu_csv.pages.shell import frame, person_of, theme_of
from edu_csv.pages.statuses import status_of
from imports.models import Import
from imports.services import visible_imports
from imports.sources import feed_watch, manage
from imports.views import names
from imports.views.finding import may_decide

# More waiting than this is shown as this: nobody counts them one by one.
MOST_COUNTED = 100


def shell(request: HttpRequest) -> dict[str, object]:
    """Give every template ``shell``. Asked only when a template reads it: parts of pages do not."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> Shell:
    actor: Actor | None = getattr(request, "actor", None)
    institution: Institution | None = getattr(request, "institution", None)
    if actor is None or institution is None:
        return frame(theme_of(request))
    abilities = [ability for ability in Ability if may(actor, ability)]
    turns: dict[str, int] = {}
    running: Running | None = None
    if Ability.IMPORT in abilities:
        going = list(
            visible_imports(actor).filter(job__state__in=(State.WAITING, State.RUNNING))[:MOST_COUNTED]
        )
        turns["imports"] = sum(_is_turn_of(actor, upload) for upload in going)
        running = next((_running(each) for each in reversed(going) if each.job.state == State.RUNNING), None)
    if manage.may_manage(actor):
        turns["sources"] = feed_watch.count_faulty(institution.pk)
    return frame(
        theme_of(request),
        institution.name,
        person_of(request, actor),
        abilities,
        turns=turns,
        running=running,
    )


def _is_turn_of(actor: Actor, upload: Import) -> bool:
    return upload.job.state == State.WAITING and may_decide(actor, upload)


def _running(upload: Import) -> Running:
    return {
        "label": status_of(upload.job.status)["label"],
        "name": names.heading(upload),
        "href": names.address(upload),
        "percent": percent(upload.job),
    }
