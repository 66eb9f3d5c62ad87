"""The list of imports, newest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.jobs.models import State, Status
from edu_csv.pages.contexts.imports import ImportsPage
from edu_csv.pages.contexts.parts import Empty, Filter, Option, Sentence
from edu_csv.pages.doors import asked, page
from edu_csv.pages.paging import PAGE_SIZE, Cursor, Query, href, pager
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import number
from imports import services
from imports.views.finding import may_decide
from imports.views.lines import lines_of
from imports.views.names import format_name

URL = "/imports/"
SINCE_DAYS = {"1": "Since yesterday", "7": "Last 7 days", "30": "Last 30 days", "365": "Last year"}
STATUSES = {
    "running": "Running",
    Status.AWAITING_APPROVAL: "Waiting for approval",
    Status.COMPLETED: "Completed",
    Status.COMPLETED_WITH_ERRORS: "Completed, some failed",
    Status.FAILED: "Refused",
    Status.CANCELLED: "Cancelled",
    Status.VOIDED: "Undone",
}
# So many people are offered as a filter; search finds the others.
MOST_PEOPLE = 30
# Of more digits PostgreSQL's integers have none.
LONGEST_NUMBER = 18
# Whoever has more waiting has more than a page to look at anyway.
MOST_WAITING = 500


@page(Ability.IMPORT)
@require_GET
def imports_list(request: PersonRequest) -> HttpResponse:
    return render(request, "imports/list.html", imports_page(request))


def imports_page(request: PersonRequest) -> ImportsPage:
    visible = services.visible_imports(request.actor)
    waiting = _waiting(request.actor, visible)
    names = ("status", "format", "by", "since", "q", "waiting")
    given = {name: asked(request.GET, name) for name in names}
    # What waits for this person comes first, until they ask for something else.
    if waiting and not any(given.values()) and "waiting" not in request.GET:
        given["waiting"] = "1"
    query: Query = [(name, value) for name, value in given.items() if value]
    found = _filtered(visible, given, waiting)
    cursor = Cursor.read(asked(request.GET, "cursor"))
    if cursor.after and (last := _as_id(cursor.after)):
        found = found.filter(pk__lt=last)
    uploads = list(found[: PAGE_SIZE + 1])
    more = uploads[PAGE_SIZE - 1].pk.hex if len(uploads) > PAGE_SIZE else ""
    uploads = uploads[:PAGE_SIZE]
    return {
        "title": "Imports",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": ""}],
        "sentence": _sentence(len(waiting)),
        "filters": _filters(request.actor, visible, given, query, len(waiting)),
        "q": given["q"],
        "keeps": [(name, value) for name, value in query if name != "q"],
        "imports": lines_of(request.actor, uploads),
        "pager": pager(cursor, len(uploads), more, URL, query, total=None, what="imports"),
        "empty": None if uploads else _empty(bool(query)),
    }


def _waiting(actor: Actor, visible: Any) -> list[UUID]:
    """The imports that wait for this person's approval."""
    return [
        upload.pk
        for upload in visible.filter(job__state=State.WAITING)[:MOST_WAITING]
        if may_decide(actor, upload)
    ]


def _filtered(visible: Any, given: dict[str, str], waiting: list[UUID]) -> Any:
    found = visible
    if given["waiting"] == "1":
        found = found.filter(pk__in=waiting)
    if given["status"] == "running":
        found = found.filter(job__state__in=(State.QUEUED, State.RUNNING))
    elif given["status"]:
        found = found.filter(job__status=given["status"])
    if given["format"]:
        found = found.filter(format_key=given["format"])
    if given["by"]:
        found = found.filter(job__submitted_by=given["by"])
    if since := _since(given["since"]):
        found = found.filter(job__created_at__gte=since)
    if given["q"]:
        found = found.filter(_asked_for(given["q"]))
    return found


def _asked_for(text: str) -> Q:
    """Imports with these letters in name or file, or with this number, which scripts know (csv data import 4.2)."""
    named = Q(name__icontains=text) | Q(file_name__icontains=text)
    digits = text.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER:
        return named | Q(number=int(digits))
    return named


def _since(days: str) -> datetime | None:
    """Midnight so many days ago, in the institution's zone."""
    if days not in SINCE_DAYS:
        return None
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=int(days))


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _sentence(waiting: int) -> Sentence:
    if not waiting:
        return {"lead": "Nothing waits for you.", "rest": ""}
    return {
        "lead": f"{number(waiting)} {'import waits' if waiting == 1 else 'imports wait'} for you.",
        "rest": "",
    }


def _filters(actor: Actor, visible: Any, given: dict[str, str], query: Query, waiting: int) -> list[Filter]:
    people = visible.order_by("job__submitted_by").values_list("job__submitted_by", flat=True).distinct()
    formats = {fmt.key: format_name(fmt) for fmt in services.importable_formats(actor)}
    choices: list[tuple[str, str, dict[str, str]]] = [
        ("status", "Status", {str(status): label for status, label in STATUSES.items()}),
        ("format", "Format", formats),
        ("by", "Who", {name: name for name in people[:MOST_PEOPLE]}),
        ("since", "When", SINCE_DAYS),
    ]
    filters = [_waiting_filter(query, waiting, is_on=given["waiting"] == "1")] if waiting else []
    for name, label, options in choices:
        others = [pair for pair in query if pair[0] != name]
        filters.append(
            {
                "name": name,
                "label": label,
                "value": options.get(given[name], given[name]),
                "clear_href": _href_with(others),
                "options": [_option(label_, value, others, name) for value, label_ in options.items()],
            }
        )
    return filters


def _waiting_filter(query: Query, waiting: int, *, is_on: bool) -> Filter:
    others = [pair for pair in query if pair[0] != "waiting"]
    return {
        "name": "waiting",
        "label": "Waiting for you",
        "value": number(waiting) if is_on else "",
        # An address that says so, for without any the waiting ones are shown.
        "clear_href": href(URL, [*others, ("waiting", "0")]),
        "options": [
            {
                "label": "Show them",
                "value": "1",
                "href": href(URL, [*others, ("waiting", "1")]),
                "count": waiting,
                "is_on": False,
            }
        ],
    }


def _option(label: str, value: str, others: Query, name: str) -> Option:
    kept = [pair for pair in others if pair != ("waiting", "1")]
    return {"label": label, "value": value, "href": href(URL, [*kept, (name, value)]), "is_on": False}


def _href_with(query: Query) -> str:
    """All filters gone means all imports, not those that wait."""
    return href(URL, query or [("waiting", "0")])


def _empty(is_filtered: bool) -> Empty:
    if is_filtered:
        return {
            "title": "No import matches",
            "text": "Take one of the filters away.",
            "actions": [{"label": "Clear filters", "href": href(URL, [("waiting", "0")])}],
        }
    return {
        "title": "No imports yet",
        "text": "Upload a file, and here will stand what became of it: its plan, its result, and how to undo it.",
        "actions": [
            {"label": "New import", "href": "/imports/new/", "kind": "primary", "icon": "plus"},
            {"label": "Formats and sample files", "href": "/help/formats/"},
        ],
    }
