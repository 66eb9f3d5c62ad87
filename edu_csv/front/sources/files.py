"""The inbox on its page: what lies in the three folders, to download, to take back, to add by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_POST

from edu_csv import storage
from edu_csv.access.policy import Ability
from edu_csv.front.sources import words
from edu_csv.front.sources.finding import managed_source
from edu_csv.front.sources.lines import source_href
from edu_csv.jobs.models import Status as JobStatus
from edu_csv.pages.contexts.parts import Action, Status
from edu_csv.pages.contexts.sources import AnswerLink, FileLine, FolderPart
from edu_csv.pages.doors import audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.statuses import status_of
from edu_csv.pages.words import size
from imports.files import files_of
from imports.kept import kept_said
from imports.models import Door, Family, FileState, Folder, InboxFile, Source
from imports.sources import inbox
from imports.sources.errors import InboxRefused
from imports.views.intake import same_site

SHOWN = 50
LINK_LIFETIME = timedelta(minutes=5)
# What follows the name of a file in those of our answers.
ANSWERS = {".log": "log", ".failed.csv": "failed rows", ".failed.zip": "failed rows"}
STATES: dict[str, Status] = {
    FileState.ARRIVING: {"kind": "run", "label": "Arriving"},
    FileState.COMPLETE: {"kind": "plain", "label": "Waits its turn"},
    FileState.TAKEN: {"kind": "run", "label": "Being imported"},
}


def folders(source: Source) -> list[FolderPart]:
    """The three folders, newest first in those that only grow; three statements each."""
    parts: list[FolderPart] = []
    for folder in Folder.values:
        there = inbox.listing(source, folder).exclude(door=Door.ANSWER).select_related("upload__job")
        if folder != Folder.INCOMING:
            there = there.order_by("-arrived_at", "-id")
        files = list(there[: SHOWN + 1])
        left_out = there.count() - SHOWN if len(files) > SHOWN else 0
        parts.append(
            {
                "name": folder,
                "text": words.FOLDERS[folder],
                "files": _lines(source, files[:SHOWN]),
                "left_out": left_out,
            }
        )
    return parts


def used(source: Source) -> str:
    """ "21.4 MB of 20 GB"."""
    return f"{size(inbox.used_bytes(source))} of {size(source.limited.quota_bytes)}"


def _lines(source: Source, files: Sequence[InboxFile]) -> list[FileLine]:
    """Files of one folder, each with the answers that lie beside it (``imports.sources.answers``)."""
    said = {f"{file.shown}{suffix}": (file.pk, label) for file in files for suffix, label in ANSWERS.items()}
    answers: dict[UUID, list[AnswerLink]] = {}
    if said:
        lying = inbox.listing(source, files[0].folder).filter(door=Door.ANSWER, shown__in=said)
        for answer in lying.order_by("-shown"):
            pk, label = said[answer.shown]
            href = f"/sources/{source.pk}/files/{answer.pk}/"
            answers.setdefault(pk, []).append({"label": label, "href": href, "size": size(answer.bytes)})
    return [_line(source, file, answers.get(file.pk, [])) for file in files]


def largest(source: Source) -> str:
    """ "2.1 GB, or 268 MB for a package": how large a file may be; packages of feeds may be no larger."""
    most, of_package = source.limited.max_file_bytes, settings.MAX_PACKAGE_BYTES
    if source.family == Family.ECHOVIDEO or most <= of_package:
        return size(most)
    return f"{size(most)}, or {size(of_package)} for a package"


def _line(source: Source, file: InboxFile, answers: list[AnswerLink]) -> FileLine:
    remove: Action | None = None
    if file.folder == Folder.INCOMING and file.state in inbox.OWN:
        remove = {
            "label": "Remove",
            "href": f"/sources/{source.pk}/files/{file.pk}/remove/",
            "method": "post",
            "kind": "ghost",
        }
    return {
        "name": file.shown,
        "href": f"/sources/{source.pk}/files/{file.pk}/",
        "size": size(_sent_bytes(file)),
        "at": file.ended_at or file.arrived_at,
        "state": _state(file),
        "note": _note(file),
        "answers": answers,
        "upload_href": f"/imports/{file.upload_id}/" if file.upload_id else "",
        "remove": remove,
    }


def _sent_bytes(file: InboxFile) -> int:
    """What is kept may be shorter; the note says so."""
    return file.upload.file_bytes if file.upload is not None else file.bytes


def _note(file: InboxFile) -> str:
    """Why it was not taken, or its import refused; and what is not kept of it."""
    problem = file.problem or (file.upload.job.problem if file.upload is not None else None)
    said = [str((problem or {}).get("detail", "")).replace("`", "")]
    if not file.problem and (kept := kept_said(file.upload)):
        said.append(f"Kept {kept}: {size(file.bytes)}.")
    return " ".join(filter(None, said))


def _state(file: InboxFile) -> Status:
    if file.state in STATES:
        waits = file.upload is not None and file.upload.job.status == JobStatus.AWAITING_APPROVAL
        return {"kind": "turn", "label": "Waits for approval"} if waits else STATES[file.state]
    if file.upload is not None:
        upload = file.upload
        unread = len(files_of(upload).unread)
        return status_of(upload.job.status, upload.counts, unread=unread, is_short=True)
    return {"kind": "bad", "label": "Refused"} if file.problem else {"kind": "ok", "label": "Done"}


@page(Ability.SETTINGS)
@require_GET
def inbox_file(request: PersonRequest, source_id: UUID, file_id: UUID) -> HttpResponse:
    """One file of a folder, or our answer beside it, from storage."""
    source = managed_source(request, source_id)
    file = InboxFile.objects.select_related("upload").filter(pk=file_id, source=source).first()
    if file is None or file.state == FileState.ARRIVING or not storage.exists(file.stored_key):
        raise Http404
    audit(request, "source.file_downloaded", source.name, name=file.shown, folder=file.folder)
    return HttpResponseRedirect(
        same_site(storage.signed_url(file.stored_key, lifetime=LINK_LIFETIME, filename=file.shown))
    )


@page(Ability.SETTINGS)
@require_POST
def remove_file(request: PersonRequest, source_id: UUID, file_id: UUID) -> HttpResponse:
    """Take back a file that waits."""
    source = managed_source(request, source_id)
    file = InboxFile.objects.filter(pk=file_id, source=source, folder=Folder.INCOMING).first()
    if file is None:
        raise Http404
    try:
        inbox.remove(source, file.shown)
    except InboxRefused as refused:
        messages.error(request, refused.detail)
    else:
        audit(request, "source.file_removed", source.name, name=file.shown)
        messages.success(request, f"{file.shown} is removed.")
    return HttpResponseRedirect(source_href(source, "files"))
