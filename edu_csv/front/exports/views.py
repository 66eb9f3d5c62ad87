"""Exports: the list with its form, one export, its file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edu_csv.access.policy import Ability
from edu_csv.front.exports.form import Asked, form, read
from edu_csv.front.exports.lines import export_lines
from edu_csv.front.exports.one import export_page
from edu_csv.jobs.models import State
from edu_csv.pages.contexts.exports import ExportForm, ExportsPage
from edu_csv.pages.contexts.parts import Empty
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.paging import PAGE_SIZE, Cursor, pager
from edu_csv.pages.sessions import PersonRequest
from exports import services
from exports.models import Export
from exports.problems import NotAllowed

URL = "/exports/"
EMPTY: Empty = {
    "title": "No exports yet",
    "text": "Choose a format above. The file has the layout that an import of the same format reads.",
    "actions": [],
}


@page(Ability.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def exports_list(request: PersonRequest) -> HttpResponse:
    """The list; a POST asks for an export and leads to it."""
    if request.method != "POST":
        return render(request, "exports/list.html", {**_page(request, _form(request))})
    said = read(request, request.POST)
    # The form begins with the first format there is; what is sent names one.
    if said is None or asked(request.POST, "format") != said.fmt.key:
        raise Http404
    try:
        made = services.request_export(request.actor, said.fmt.key, said.given, said.output)
    except services.BadRequest as refusal:
        errors = {refusal.field.removeprefix("filters.").removeprefix("output."): refusal.detail}
        return render(
            request, "exports/list.html", {**_page(request, form(request, said, errors))}, status=422
        )
    audit(request, "export", made.format_key, export=str(made.pk))
    return HttpResponseRedirect(f"{URL}{made.pk}/")


@page(Ability.EXPORT)
@require_GET
def new_export(request: PersonRequest) -> HttpResponse:
    context = _page(request, _form(request))
    title = "New export"
    crumbs = [{"label": "Exports", "href": URL}, {"label": title, "href": ""}]
    return render(request, "exports/new.html", {**context, "title": title, "crumbs": crumbs})


@page(Ability.EXPORT)
@require_GET
def export_form(request: PersonRequest) -> HttpResponse:
    """The form for what is chosen in it: filters of this format, about how many rows."""
    return render(request, "exports/_form.html", {"form": _form(request)})


@page(Ability.EXPORT)
@require_GET
def export_lines_part(request: PersonRequest) -> HttpResponse:
    return render(request, "exports/_lines.html", {**_page(request, None)})


@page(Ability.EXPORT)
@require_GET
def one_export(request: PersonRequest, export_id: UUID) -> HttpResponse:
    return render(request, "exports/one.html", {**export_page(request, find(request, export_id))})


@page(Ability.EXPORT)
@require_GET
def one_export_part(request: PersonRequest, export_id: UUID) -> HttpResponse:
    return render(request, "exports/_one.html", {**export_page(request, find(request, export_id))})


@page(Ability.EXPORT)
@require_GET
def export_file(request: PersonRequest, export_id: UUID) -> HttpResponse:
    """To a fresh link to the file. 404 when there is none, or no longer."""
    export = find(request, export_id)
    link = services.fresh_link(export)
    if link is None:
        raise Http404
    audit(request, "export_download", export.format_key, export=str(export.pk))
    return HttpResponseRedirect(link)


@page(Ability.EXPORT)
@require_GET
def omitted_file(request: PersonRequest, export_id: UUID) -> HttpResponse:
    """The same for the list of what the format cannot express."""
    link = services.omitted_link(find(request, export_id))
    if link is None:
        raise Http404
    return HttpResponseRedirect(link)


@page(Ability.EXPORT)
@require_POST
def delete_export(request: PersonRequest, export_id: UUID) -> HttpResponse:
    export = find(request, export_id)
    try:
        services.delete_export(request.actor, export)
    except NotAllowed as refusal:
        messages.info(request, str(refusal))
        return HttpResponseRedirect(f"{URL}{export.pk}/")
    audit(request, "export_delete", export.format_key, export=str(export.pk))
    return HttpResponseRedirect(URL)


def find(request: PersonRequest, export_id: UUID) -> Export:
    """One export that this person may see; raises Http404 for all others, foreign ones too."""
    found: Export | None = services.visible_exports(request.actor).filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


def _form(request: PersonRequest) -> ExportForm | None:
    said: Asked | None = read(request, request.GET)
    return form(request, said) if said else None


def _page(request: PersonRequest, ask: ExportForm | None) -> ExportsPage:
    cursor = Cursor.read(asked(request.GET, "cursor"))
    visible = services.visible_exports(request.actor)
    found = visible.filter(pk__lt=last) if (last := _as_id(cursor.after)) else visible
    exports = list(found[: PAGE_SIZE + 1])
    more = exports[PAGE_SIZE - 1].pk.hex if len(exports) > PAGE_SIZE else ""
    exports = exports[:PAGE_SIZE]
    return {
        "title": "Exports",
        "section": "exports",
        "crumbs": [{"label": "Exports", "href": ""}],
        "sentence": {
            "lead": "A file of what the roster says now,",
            "rest": "in a layout that you can import again.",
        },
        "form": ask,
        "lines_url": f"{URL}lines/",
        "is_active": any(each.job.state != State.ENDED for each in exports),
        "exports": export_lines(exports),
        "pager": pager(cursor, len(exports), more, URL, [], total=None, what="exports"),
        "empty": None if exports else EMPTY,
    }


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
