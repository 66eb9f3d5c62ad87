"""New import, first step: what is in the file, and the file."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.errors import StorageUnavailable
from edu_csv.pages.contexts.imports import FormatHelp, NewImportPage
from edu_csv.pages.contexts.parts import Note
from edu_csv.pages.doors import asked, is_part, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import size
from imports import services
from imports.formats.base import Format
from imports.views import intake
from imports.views.finding import find_import
from imports.views.format_help import format_help, groups_of

URL = "/imports/new/"
FORMAT_URL = "/imports/new/format/"
ACCEPT = ".csv,.tsv,.tab,.psv,.txt,.gz,.zip,.xlsx"


@page(Ability.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: PersonRequest) -> HttpResponse:
    """GET: choose and drop. POST: the file in one piece, for browsers without script."""
    if request.method == "POST":
        return _receive(request)
    return _show(request)


@page(Ability.IMPORT)
@require_GET
def format_columns(request: PersonRequest) -> HttpResponse:
    """The part beside the drop zone: the columns of the format chosen; opened by itself, the whole page."""
    chosen = _chosen(request, asked(request.GET, "format"), asked(request.GET, "action"))
    if not is_part(request):
        return _show(request)
    if chosen is None:
        return HttpResponse("")
    return render(request, "imports/_format.html", {"chosen": chosen})


def _chosen(request: PersonRequest, key: str, action: str) -> FormatHelp | None:
    fmt = allowed_formats(request).get(key)
    if fmt is None:
        return None
    chosen = action if action in fmt.actions else fmt.actions[0]
    return format_help(fmt, chosen, FORMAT_URL, parent_query(request))


def allowed_formats(request: PersonRequest) -> dict[str, type[Format]]:
    return {fmt.key: fmt for fmt in services.importable_formats(request.actor)}


def parent_query(request: PersonRequest) -> list[tuple[str, str]]:
    """The import whose rows are corrected by this file, when it is in sight."""
    given = asked(request.GET, "parent") or asked(request.POST, "parent")
    try:
        parent = find_import(request, UUID(given)) if given else None
    except ValueError:
        parent = None
    return [("parent", str(parent.pk))] if parent else []


def _show(request: PersonRequest, error: Note | None = None) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, asked(given, "format"), asked(given, "action"))
    parent = parent_query(request)
    query = f"?{urlencode(parent)}" if parent else ""
    fields = dict(parent)
    if chosen:
        fields |= {"format": chosen["key"], "action": chosen["action"]}
    context: NewImportPage = {
        "title": "New import",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": "New import", "href": ""}],
        "intake": {
            "action_url": URL,
            "begin_url": intake.BEGIN_URL,
            "complete_url": intake.COMPLETE_URL,
            "next_url": f"{URL}{{id}}/{query}",
            "max_bytes": settings.MAX_UPLOAD_BYTES,
            "max_size": size(settings.MAX_UPLOAD_BYTES),
            "accept": ACCEPT,
            "fields": fields,
        },
        "groups": groups_of(list(allowed_formats(request).values()), chosen["key"] if chosen else ""),
        "format_url": FORMAT_URL,
        "chosen": chosen,
        "error": error,
    }
    return render(request, "imports/new.html", context, status=400 if error else 200)


def _receive(request: PersonRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _show(request, _refusal("No file came with the form", "Choose a file, then send it."))
    if not file.size:
        return _show(
            request, _refusal(f"{file.name} is empty", "It has no bytes. Export it again and look into it.")
        )
    if file.size > settings.MAX_UPLOAD_BYTES:
        at_most = size(settings.MAX_UPLOAD_BYTES)
        text = f"It has {size(file.size)}; at most {at_most} can be sent. Split it, or send it gzipped."
        return _show(request, _refusal(f"{file.name} is too large", text))
    try:
        upload = intake.keep(request, file.chunks(), file.name or "upload.csv")
    except StorageUnavailable:
        return _show(
            request, _refusal("The file could not be stored", "Nothing was changed. Try again in a minute.")
        )
    wanted = {name: asked(request.POST, name) for name in ("format", "action")}
    query = urlencode([*((name, value) for name, value in wanted.items() if value), *parent_query(request)])
    return HttpResponseRedirect(f"{URL}{upload.pk}/{'?' if query else ''}{query}")


def _refusal(title: str, text: str) -> Note:
    return {"kind": "failed", "icon": "warn", "title": title, "text": text, "actions": []}
