"""Files of an import, to keep: the upload as it came, the rows with their outcome, the failed ones."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from edu_csv import storage
from edu_csv.access.policy import Ability
from edu_csv.pages.doors import audit, page
from edu_csv.pages.sessions import PersonRequest
from imports.steps import report
from imports.views import names
from imports.views.finding import find_import
from imports.views.intake import same_site
from imports.views.names import stem_of

# The browser follows at once; a link that is copied from its history is of no more use.
LINK_LIFETIME = timedelta(minutes=5)


@page(Ability.IMPORT)
@require_GET
def uploaded_file(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """The upload byte for byte, from storage."""
    upload = find_import(request, import_id)
    if not storage.exists(upload.file_key):
        raise Http404
    audit(request, "upload.downloaded", str(upload.pk), name=upload.file_name)
    url = storage.signed_url(upload.file_key, lifetime=LINK_LIFETIME, filename=upload.file_name)
    return HttpResponseRedirect(same_site(url))


@page(Ability.IMPORT)
@require_GET
def results_csv(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Every row with its outcome."""
    return _rows_file(request, import_id, only_failed=False)


@page(Ability.IMPORT)
@require_GET
def failed_csv(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """The failed rows, to be corrected and sent back."""
    return _rows_file(request, import_id, only_failed=True)


def _rows_file(request: PersonRequest, import_id: UUID, *, only_failed: bool) -> HttpResponse:
    """The file, or back to the import with a sentence while it is made or when there is none."""
    upload = find_import(request, import_id)
    kind = "failed" if only_failed else "results"
    try:
        found = report.results_file(upload, only_failed)
    except report.NoResults as nothing:
        messages.info(request, str(nothing))
        return HttpResponseRedirect(names.address(upload))
    if found is None:
        messages.info(
            request,
            f"{kind}{report.ending(upload)} of so many rows takes a moment to make. Ask for it again in a minute.",
        )
        return HttpResponseRedirect(names.address(upload))
    audit(request, "results.downloaded", str(upload.pk), name=names.heading(upload), kind=kind)
    filename = f"{stem_of(upload.file_name)}-{kind}{report.ending(upload)}"
    return HttpResponseRedirect(
        same_site(storage.signed_url(found.key, lifetime=LINK_LIFETIME, filename=filename))
    )
