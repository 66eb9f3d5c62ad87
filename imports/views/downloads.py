"""Files of an import, to keep: the upload as it came, the rows with their outcome, the failed ones."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from edu_csv import storage
from edu_csv.access.policy import Ability
from edu_csv.pages.doors import audit, page
from edu_csv.pages.sessions import PersonRequest
from imports.views.finding import find_import
from imports.views.intake import same_site

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
    """Every row with its outcome; the API has it for people and programs alike."""
    return _of_the_api(request, import_id, "results.csv")


@page(Ability.IMPORT)
@require_GET
def failed_csv(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """The failed rows, to be corrected and sent back."""
    return _of_the_api(request, import_id, "failed.csv")


def _of_the_api(request: PersonRequest, import_id: UUID, name: str) -> HttpResponse:
    upload = find_import(request, import_id)
    audit(request, "results.downloaded", str(upload.pk), file=name)
    return HttpResponseRedirect(f"/api/v1/imports/{upload.pk}/{name}")
