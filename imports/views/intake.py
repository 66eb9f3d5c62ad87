"""Taking a file in: in parts, straight to storage, or in one piece with a form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from edu_csv import storage
from edu_csv.access.policy import Ability
from edu_csv.errors import IncompleteUpload, StorageUnavailable
from edu_csv.ids import uuid7
from edu_csv.pages.doors import audit, page
from edu_csv.pages.sessions import PersonRequest
from imports import direct_uploads
from imports.models import DirectUpload
from imports.problems import FileRejected
from imports.requests import BadRequest

BEGIN_URL = "/imports/new/uploads/"
COMPLETE_URL = "/imports/new/uploads/{id}/complete/"
LONGEST_NAME = 255
# A file that came in one piece waits so long for its plan.
KEPT = timedelta(days=1)


@page(Ability.IMPORT)
@require_POST
def begin_upload(request: PersonRequest) -> HttpResponse:
    """Answer {"id", "parts": [{"number", "url"}], "part_bytes"} to {"name", "bytes"}; see upload.js."""
    try:
        said = json.loads(request.body)
        name, size_bytes = str(said["name"])[:LONGEST_NAME], int(said["bytes"])
    except (ValueError, KeyError, TypeError):
        return refusal(400, 'Expected {"name": "enrol.csv", "bytes": 512004}.')
    try:
        upload, leave = direct_uploads.start(
            request.actor, name.replace("\0", "") or "upload.csv", size_bytes
        )
    except (BadRequest, FileRejected) as refused:
        return refusal(400, refused.detail)
    except StorageUnavailable:
        return refusal(503, "The file store does not answer. Try again in a minute; nothing was changed.")
    parts = [{"number": part.number, "url": same_site(part.url)} for part in leave.parts]
    return JsonResponse({"id": str(upload.pk), "parts": parts, "part_bytes": leave.part_bytes}, status=201)


def same_site(url: str) -> str:
    """A link to our own door without its host: the page may have been opened under another name of it."""
    return url.removeprefix(settings.PUBLIC_BASE_URL.rstrip("/"))


@page(Ability.IMPORT)
@require_POST
def complete_upload(request: PersonRequest, upload_id: UUID) -> HttpResponse:
    """Make a file of the parts that came."""
    upload = direct_uploads.own(request.actor).filter(pk=upload_id).first()
    if upload is None:
        raise Http404
    try:
        direct_uploads.complete(upload)
    except IncompleteUpload as incomplete:
        return refusal(409, str(incomplete))
    except StorageUnavailable:
        return refusal(503, "The file store does not answer. Try again in a minute; nothing was changed.")
    note(request, upload)
    return JsonResponse({"id": str(upload.pk), "sha256": upload.sha256})


def refusal(status: int, detail: str) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status)


def keep(request: PersonRequest, blocks: Iterable[bytes], name: str) -> DirectUpload:
    """Store a file that came in one piece. Raises StorageUnavailable."""
    actor, id_ = request.actor, uuid7()
    name = name.replace("\0", "")[:LONGEST_NAME] or "upload.csv"
    kept = storage.put(storage.file_key("uploads", actor.institution, id_, name=name), blocks)
    upload = DirectUpload.objects.create(
        id=id_,
        institution_id=actor.institution,
        account_id=actor.account,
        name=name,
        bytes=kept.size_bytes,
        key=kept.key,
        # No parts were ever to come; there is nothing to abort.
        state={"id": str(id_), "key": kept.key, "size_bytes": kept.size_bytes, "part_bytes": kept.size_bytes},
        sha256=kept.sha256,
        expires_at=timezone.now() + KEPT,
        completed_at=timezone.now(),
    )
    note(request, upload)
    return upload


def note(request: PersonRequest, upload: DirectUpload) -> None:
    audit(
        request, "upload.received", str(upload.pk), name=upload.name, bytes=upload.bytes, sha256=upload.sha256
    )


def find(request: PersonRequest, upload_id: UUID) -> DirectUpload:
    """A complete upload of this person's; raises Http404 for all others."""
    found: DirectUpload | None = (
        direct_uploads.own(request.actor).filter(pk=upload_id, completed_at__isnull=False).first()
    )
    if found is None:
        raise Http404
    return found
