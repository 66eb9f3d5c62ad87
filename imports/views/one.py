"""One import at its one address for life: running, plan or result, by its status."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.access import policy
from edu_csv.access.policy import Ability
from edu_csv.jobs.models import Status
from edu_csv.pages.contexts.imports import RowPage
from edu_csv.pages.doors import is_part, page
from edu_csv.pages.sessions import PersonRequest
from imports import plans, services
from imports.models import Import
from imports.plans import PlannedRow
from imports.views import names
from imports.views.finding import find_import, is_running
from imports.views.plan import show_plan
from imports.views.progress import progress_of, show_running
from imports.views.result import show_result
from imports.views.row_words import detail_of, outcome_name, row_href, row_object, says
from imports.views.rows import CAUSES_ASKED, rows_of


@page(Ability.IMPORT)
@require_GET
def one_import(request: PersonRequest, import_id: UUID) -> HttpResponse:
    return _shown(request, find_import(request, import_id))


def _shown(request: PersonRequest, upload: Import) -> HttpResponse:
    if is_running(upload):
        return show_running(request, upload)
    if upload.job.status == Status.AWAITING_APPROVAL:
        return show_plan(request, upload)
    return show_result(request, upload)


@page(Ability.IMPORT)
@require_GET
def import_progress(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """The part that moves. When the import has come to a plan or an end, the browser goes to its page."""
    upload = find_import(request, import_id)
    if is_running(upload):
        return render(request, "imports/_progress.html", {"progress": progress_of(upload)})
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = names.address(upload)
    return answer


@page(Ability.IMPORT)
@require_GET
def import_rows(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """The rows that filters swap; opened by itself it is the whole page."""
    upload = find_import(request, import_id)
    if not is_part(request) or not upload.counts.get("rows"):
        return _shown(request, upload)
    causes = plans.counts_by_cause(upload, limit=CAUSES_ASKED)
    rows = rows_of(upload, request.GET, request.actor, plans.facets(upload), causes)
    return render(request, "imports/_rows.html", {"rows": rows, "swapped": True})


@page(Ability.IMPORT)
@require_GET
def row_cells(request: PersonRequest, import_id: UUID, row: int) -> HttpResponse:
    """What opens below a row."""
    upload = find_import(request, import_id)
    found = _row_at(request, upload, row)
    return render(request, "imports/_row_detail.html", {"detail": detail_of(upload, found)})


@page(Ability.IMPORT)
@require_GET
def one_row(request: PersonRequest, import_id: UUID, row: int) -> HttpResponse:
    upload = find_import(request, import_id)
    return render(request, "imports/row.html", row_page(request, upload, _row_at(request, upload, row)))


def _row_at(request: PersonRequest, upload: Import, row: int) -> PlannedRow:
    """row: its number in the upload."""
    is_planned = bool(upload.counts.get("rows")) and row < 2**31
    if not is_planned:
        raise Http404
    found = plans.row_at(
        upload,
        row,
        policy.read_reach(request.actor),
        statements=services.shows_statements(request.actor, upload),
    )
    if found is None:
        raise Http404
    return found


def row_page(request: PersonRequest, upload: Import, row: PlannedRow) -> RowPage:
    title = names.heading(upload)
    reach = policy.read_reach(request.actor)
    before = plans.rows(upload, reach, before=row.place, limit=1).rows
    after = plans.rows(upload, reach, after=row.place, limit=1).rows
    heading = f"Row {row.row:,} of {row.file_name}" if row.file_name else f"Row {row.row:,}"
    return {
        "title": f"{heading}: {title}",
        "section": "imports",
        "crumbs": [
            {"label": "Imports", "href": "/imports/"},
            {"label": title, "href": names.address(upload)},
            {"label": heading, "href": ""},
        ],
        "heading": heading,
        "outcome": outcome_name(row.outcome),
        "object": row_object(upload, row),
        "detail": detail_of(upload, row),
        "says": says(row),
        "facts": [{"text": upload.file_name}, {"text": names.what_of(upload, row.file)}],
        "previous_href": row_href(upload, before[0]) if before else "",
        "next_href": row_href(upload, after[0]) if after else "",
    }
