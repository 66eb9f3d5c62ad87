"""Direct uploads: a sender puts a large file into storage itself, then names it in an import."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from edu_csv import storage
from edu_csv.access.actors import Actor
from edu_csv.ids import uuid7
from imports.models import DirectUpload, Import
from imports.problems import FileRejected
from imports.requests import BadRequest, WrongState

# A complete file waits so long for its import, and parts so long for their file.
KEPT = timedelta(days=1)


def start(actor: Actor, name: str, size_bytes: int) -> tuple[DirectUpload, storage.DirectUpload]:
    """Give leave to store one file of exactly this size. Raises FileRejected ``too_large``, BadRequest."""
    if size_bytes < 1:
        raise BadRequest("bytes", "empty_file", "The file is empty. Send a file with a header and rows.")
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES
        raise FileRejected(
            "too_large",
            f"The file has {size_bytes:,} bytes, of at most {limit:,}. Send it packed, or in several files.",
            limit_bytes=limit,
        )
    id_ = uuid7()
    key = storage.file_key("uploads", actor.institution, id_, name=name or "upload.csv")
    leave = storage.start_upload(key, size_bytes)
    upload = DirectUpload.objects.create(
        id=id_,
        institution_id=actor.institution,
        account_id=actor.account,
        client_id=actor.client,
        name=name,
        bytes=size_bytes,
        key=key,
        state=leave.state,
        expires_at=leave.expires_at,
    )
    return upload, leave


def own(actor: Actor) -> Any:
    """A query set of the direct uploads that the actor began; nobody else needs to know of them."""
    uploads = DirectUpload.objects.filter(institution_id=actor.institution)
    if actor.client is not None:
        return uploads.filter(client=actor.client)
    return uploads.filter(account=actor.account)


def complete(upload: DirectUpload) -> DirectUpload:
    """Make a file of what came. Safe to repeat. Raises IncompleteUpload, which names what is missing."""
    if upload.completed_at is None:
        kept = storage.complete_upload(upload.state)
        upload.sha256, upload.completed_at = kept.sha256, timezone.now()
        upload.save(update_fields=["sha256", "completed_at"])
    return upload


def abort(upload: DirectUpload) -> None:
    """Forget an upload and what came of it. Raises WrongState when an import has the file."""
    if upload.used_by_id is not None:
        raise WrongState(f"This upload belongs to the import {upload.used_by_id} now.")
    discard(upload)


def discard(upload: DirectUpload) -> None:
    if upload.completed_at is None:
        storage.abort_upload(upload.state)
    storage.delete(upload.key)
    upload.delete()


def finished(actor: Actor, upload_id: UUID) -> tuple[DirectUpload, storage.StoredFile]:
    """The file of a finished upload, for an import; locked until the transaction ends.

    Raises BadRequest when there is none, it is not complete, or an import has it already.
    """
    upload = own(actor).select_for_update().filter(pk=upload_id).first()
    if upload is None:
        raise BadRequest(
            "upload_id", "unknown_reference", f"There is no direct upload `{upload_id}` of yours."
        )
    if upload.completed_at is None:
        raise BadRequest(
            "upload_id", "incomplete_upload", f"Complete it first: POST /api/v1/uploads/{upload_id}/complete."
        )
    if upload.used_by_id is not None:
        raise BadRequest(
            "upload_id",
            "already_used",
            f"This file belongs to the import {upload.used_by_id}. Approve that one, or send the file again.",
        )
    return upload, storage.StoredFile(upload.key, upload.bytes, upload.sha256)


def give_to(upload: DirectUpload, import_: Import) -> None:
    upload.used_by = import_
    upload.save(update_fields=["used_by"])


def purge(institution: int) -> int:
    """Remove what was begun and never became an import; how many there were. For the nightly purge."""
    stale = DirectUpload.objects.filter(
        institution_id=institution, used_by=None, expires_at__lt=timezone.now() - KEPT
    )
    removed = 0
    for upload in stale.iterator():
        discard(upload)
        removed += 1
    return removed
