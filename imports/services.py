"""What pages, API and commands do with imports: receive, approve, cancel, undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from edu_csv import storage
from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.models import Institution
from edu_csv.access.policy import Ability
from edu_csv.ids import uuid7
from edu_csv.jobs import services as jobs
from edu_csv.jobs.models import Job, Kind, Priority, State, Status
from imports import undo, undone
from imports.formats.base import Format
from imports.formats.feed import Layout, Package
from imports.formats.registry import find as find_format
from imports.formats.registry import format_for, formats
from imports.formats.templated import TemplateFormat
from imports.models import Import, ImportTemplateVersion, Mode
from imports.problems import FileRejected
from imports.reach import may_import, nouns_of, reaches_whole, still_reaches
from imports.requests import BadRequest, ImportRequest, NotAllowed, UndoRequest, WrongState
from imports.steps import from_source, receive
from imports.templates import lookup
from imports.templates.as_formats import usable_formats
from imports.templates.lookup import NoTemplate

# A guess from the size, before anyone has read the file: some 20 bytes a row.
LARGE_FROM_BYTES = 1_000_000


def importable_formats(actor: Actor) -> list[type[Format]]:
    """Formats that this actor may import, in the families' order; the institution's templates at the end."""
    return [*(fmt for fmt in formats().values() if may_take(actor, fmt)), *_templates(actor)]


def may_take(actor: Actor, fmt: type[Format]) -> bool:
    """Whether this actor may import files of the format; feeds speak for the whole institution."""
    if not fmt.importable or not may_import(actor, fmt):
        return False
    speaks_for_all = issubclass(fmt, Layout | Package | TemplateFormat) or fmt.needs_whole
    return not speaks_for_all or reaches_whole(actor, fmt)


def visible_formats(actor: Actor) -> list[type[Format]]:
    """Formats that this actor may import or export; the institution's templates at the end."""
    declared = [
        fmt
        for fmt in formats().values()
        if may_take(actor, fmt) or (fmt.exportable and policy.may_export(actor, fmt.target.name))
    ]
    return [*declared, *_templates(actor)]


def _templates(actor: Actor) -> Sequence[type[TemplateFormat]]:
    """The templates through which this actor may send files now."""
    return usable_formats(actor.institution) if may_take(actor, TemplateFormat) else []


def receive_upload(
    actor: Actor, stream: BinaryIO | Iterable[bytes], file_name: str, request: ImportRequest
) -> Import:
    """Store the file, record the job, queue the work: in that order. Returns the queued import.

    Raises BadRequest, NotAllowed, FileRejected (recognised as something that cannot be imported).
    """
    check_request(actor, request)
    job_id = uuid7()
    key = storage.file_key("uploads", actor.institution, job_id, name=file_name or "upload.csv")
    kept = storage.put(key, stream)
    try:
        return receive_stored(actor, kept, file_name, request, job_id=job_id)
    except BaseException:
        storage.delete(key)
        raise


def receive_stored(
    actor: Actor,
    kept: storage.StoredFile,
    file_name: str,
    request: ImportRequest,
    *,
    job_id: UUID | None = None,
) -> Import:
    """The same for a file that is in storage already (a direct upload)."""
    # What a source sends is of its family.
    told = request.format_key or request.source is not None
    request = receive.look(kept.key, file_name, request, () if told else _templates(actor))
    # First: what else a file of another family lacks is of no use to its sender.
    from_source.check_family(request, find_format(request.format_key))
    fmt = check_request(actor, request)
    if fmt is not None and fmt.default_action and not request.action:
        request = replace(request, action=fmt.default_action)
    version = _template_version(actor, fmt)
    receive.check_hash(kept.sha256, request.sha256)
    with transaction.atomic():
        size = Priority.LARGE if kept.size_bytes > LARGE_FROM_BYTES else Priority.SMALL
        job = jobs.create(actor, Kind.IMPORT, id=job_id or uuid7(), size_class=size)
        upload = Import.objects.create(
            job=job,
            institution_id=actor.institution,
            parent_id=request.parent,
            source_id=request.source,
            switches=dict(request.switches),
            template_version=version,
            format_key=fmt.key if fmt else "",
            action=request.action,
            mode=request.mode,
            on_error=request.on_error,
            encoding=request.encoding,
            delimiter=request.delimiter,
            confirm_clear=request.confirm_clear,
            keep_absent=request.keep_absent,
            name=request.name,
            reference=request.reference,
            notify=list(request.notify),
            rows_expected=request.rows_expected,
            file_name=file_name,
            file_bytes=kept.size_bytes,
            file_sha256=kept.sha256,
            file_key=kept.key,
            counts=receive.no_counts(),
        )
        jobs.enqueue(job)
    return upload


def check_request(actor: Actor, request: ImportRequest) -> type[Format] | None:
    """Whether this may be asked at all. Raises BadRequest, NotAllowed."""
    if not policy.may(actor, Ability.IMPORT):
        raise NotAllowed("Your role imports nothing. An administrator can import for you.")
    receive.check_words(request)
    if not request.format_key:
        return None
    try:
        fmt = format_for(request.format_key)
    except KeyError:
        known = [f.key for f in importable_formats(actor)]
        raise BadRequest(
            "format", "unknown_format", f"There is no format `{request.format_key}`. Use one of: {', '.join(known)}.",
            candidates=known,
        ) from None  # fmt: skip
    if not may_import(actor, fmt):
        can = ", ".join(dict.fromkeys(f.target.many for f in importable_formats(actor)))
        beyond = next(n.many for n in nouns_of(fmt) if not policy.may_import(actor, n.name))
        raise NotAllowed(f"Your role imports {can}. An administrator can import {beyond}.")
    if issubclass(fmt, Layout | Package | TemplateFormat):
        _check_feed(actor, fmt, request)
        if version := _template_version(actor, fmt):
            _check_text(version, request)
        return fmt
    if fmt.needs_whole:
        _check_whole(actor, fmt)
    if not (request.action or fmt.default_action):
        raise BadRequest("action", "required", f"Say what the rows do: {', '.join(fmt.actions)}.")
    if (request.action or fmt.default_action) not in fmt.actions:
        raise BadRequest(
            "action",
            "unknown_action",
            f"{fmt.title} can be: {', '.join(fmt.actions)}; got `{request.action}`.",
        )
    return fmt


def _check_feed(actor: Actor, fmt: type[Format], request: ImportRequest) -> None:
    """Raises NotAllowed, BadRequest."""
    _check_whole(actor, fmt)
    if request.action:
        raise BadRequest(
            "action",
            "unknown_action",
            f"Rows of `{fmt.key}` say themselves what they do; got the action `{request.action}`. Leave it out.",
        )


def _check_whole(actor: Actor, fmt: type[Format]) -> None:
    """Raises NotAllowed."""
    if not reaches_whole(actor, fmt):
        raise NotAllowed(
            f"A file of the format {fmt.title} (`{fmt.key}`) speaks for the whole institution, and you reach only a"
            " part of it. An administrator of the institution can import it."
        )


def _template_version(actor: Actor, fmt: type[Format] | None) -> ImportTemplateVersion | None:
    """What a file of a template's format is read with; None for all others. Raises BadRequest."""
    if fmt is None or not issubclass(fmt, TemplateFormat):
        return None
    try:
        return lookup.usable(actor.institution, fmt.template_id)
    except NoTemplate as reason:
        raise BadRequest("format", reason.code, str(reason)) from None


def _check_text(version: ImportTemplateVersion, request: ImportRequest) -> None:
    """The template says how its files are written (csv data import 1.1, 1.2). Raises BadRequest."""
    for name, value, known in (
        ("encoding", request.encoding, "utf-8"),
        ("delimiter", request.delimiter, version.delimiter),
    ):
        if value not in ("", known):
            raise BadRequest(
                name,
                "bad_enum",
                f"Files of the template {version.template.name} are UTF-8, and the template says by what their cells are"
                f" parted: `{version.delimiter}`. Leave it out; got `{value}`.",
            )


def visible_imports(actor: Actor) -> Any:
    """A query set of the imports that an actor may see, newest first (echovideo.md 5.3)."""
    imports = (
        Import.objects.filter(institution_id=actor.institution)
        .select_related("job", "source", "template_version__template")
        .order_by("-job_id")
    )
    designated = Institution.objects.values_list("designated_administration", flat=True).get(
        pk=actor.institution
    )
    if policy.sees_all_jobs(actor, designated_administration=designated):
        return imports
    if not policy.may(actor, Ability.IMPORT):
        return imports.none()
    if actor.client is not None:
        # What it sent into the inbox of its own source is submitted by the source.
        return imports.filter(Q(job__client_id=actor.client) | Q(source__client_id=actor.client))
    return imports.filter(job__account_id=actor.account or 0)


def shows_statements(actor: Actor, upload: Import) -> bool:
    """Whether the actor is shown the statements that rows of this import make."""
    own = policy.is_own(actor, account=upload.job.account_id, client=upload.job.client_id)
    if actor.client is not None and upload.source is not None:
        own = own or upload.source.client_id == actor.client
    return policy.reads_statements(actor, own=own)


def may_decide(actor: Actor, upload: Import) -> bool:
    """Whether the actor may approve, cancel or undo this import."""
    fmt = find_format(upload.format_key)
    own = policy.is_own(actor, account=upload.job.account_id, client=upload.job.client_id)
    if fmt is None:
        return own
    return all(policy.may_decide(actor, noun.name, own=own) for noun in nouns_of(fmt))


def check_decision(actor: Actor, upload: Import) -> None:
    """Raises NotAllowed, and says whom to ask. Every decision below asks it; doors only pass the actor."""
    if may_decide(actor, upload):
        return
    fmt = find_format(upload.format_key)
    if fmt is not None and not may_import(actor, fmt):
        raise NotAllowed(f"Your role does not import {fmt.target.many}. An administrator can.")
    raise NotAllowed(
        f"{upload.job.submitted_by} submitted this import, and it may reach further than you do."
        " They can decide about it, or an administrator of the whole institution."
    )


def approve(actor: Actor, upload: Import, *, accept_changes: bool = False) -> Import:
    """Let a waiting plan be applied. Raises WrongState, NotAllowed."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=upload.pk)
        upload = Import.objects.select_related("job").get(pk=upload.pk)
        if job.state != State.WAITING:
            raise WrongState(
                f"Only an import that waits for approval can be approved; this one is {job.status}."
            )
        check_decision(actor, upload)
        upload.approved_at, upload.approved_by = timezone.now(), actor.name
        upload.accept_changes = accept_changes
        upload.record_version += 1
        upload.save(update_fields=["approved_at", "approved_by", "accept_changes", "record_version"])
        upload.job = job
        jobs.resume(job)
    return upload


def plan_again(actor: Actor, upload: Import, *, keep_absent: bool = False) -> Import:
    """Plan a waiting import anew, from its file; it stops for approval again, whatever its mode was.

    keep_absent: from now on, keep what is stored in optional columns that the file lacks. Raises
    WrongState, NotAllowed.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=upload.pk)
        upload = Import.objects.select_related("job").get(pk=upload.pk)
        if job.state != State.WAITING:
            raise WrongState(
                f"Only an import that waits for approval can be planned again; this one is {job.status}."
            )
        check_decision(actor, upload)
        # Who asks to see the plan again has not approved it: nothing is applied at once.
        upload.mode, upload.plan_changed = Mode.PREVIEW, False
        upload.keep_absent = upload.keep_absent or keep_absent
        upload.record_version += 1
        upload.save(update_fields=["mode", "plan_changed", "keep_absent", "record_version"])
        upload.job = job
        jobs.resume(job)
    return upload


def cancel(actor: Actor, upload: Import) -> Import:
    """Stop an import before it is applied. Raises WrongState, NotAllowed."""
    check_decision(actor, upload)
    if not jobs.request_cancel(upload.pk):
        upload.job.refresh_from_db()
        applied = upload.job.status in (Status.COMPLETED, Status.COMPLETED_WITH_ERRORS)
        hint = " It can be undone instead." if applied else ""
        raise WrongState(f"This import has ended already: {upload.job.status}.{hint}")
    upload.job.refresh_from_db()
    return upload


def preview_void(actor: Actor, upload: Import, request: UndoRequest) -> dict[str, Any]:
    """What undoing would do, and what it would leave alone; changes nothing. Raises WrongState, NotAllowed."""
    _check_void(actor, upload, again=True)
    return undo.preview(upload, restore=request.restore, keep_statements=request.keep_statements)


def void(actor: Actor, upload: Import, request: UndoRequest, *, again: bool = True) -> Import:
    """Queue the undoing of an import that was applied. Raises WrongState, NotAllowed.

    again: also of one that is undone, while its last undo left something.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=upload.pk)
        upload = Import.objects.select_related("job").get(pk=upload.pk)
        _check_void(actor, upload, again=again)
        taking_back = jobs.create(actor, Kind.UNDO)
        undone.ask(upload, taking_back, request)
        upload.record_version += 1
        upload.save(update_fields=["void", "told_status", "record_version"])
        job.status = Status.VOIDING
        job.save(update_fields=["status"])
        upload.job = job
        jobs.enqueue(taking_back)
    return upload


def put_away(actor: Actor, upload: Import) -> Import:
    """Take an import that changed nothing out of what is shown as made. Raises WrongState, NotAllowed."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=upload.pk)
        upload = Import.objects.select_related("job").get(pk=upload.pk)
        check_decision(actor, upload)
        if job.status not in (Status.FAILED, Status.CANCELLED):
            raise WrongState(
                f"Only an import that changed nothing can be put away; this one is {job.status}."
            )
        upload.void = {"restore": False, "restored": 0, "removed": 0, "conflicts_total": 0, "conflicts": []}
        upload.record_version += 1
        upload.save(update_fields=["void", "record_version"])
        job.status = Status.VOIDED
        job.save(update_fields=["status"])
        upload.job = job
    return upload


def check_undo(actor: Actor, upload: Import) -> None:
    """Raises NotAllowed: who decides about an import undoes it only while they reach what it did."""
    check_decision(actor, upload)
    fmt = find_format(upload.format_key)
    if fmt is not None and not still_reaches(actor, upload, fmt):
        raise NotAllowed(
            "This import touched objects that you do not reach any more. An administrator of the whole"
            " institution can undo it."
        )


def _check_void(actor: Actor, upload: Import, *, again: bool) -> None:
    check_undo(actor, upload)
    if again and undone.has_left(upload):
        return
    if upload.applied_at is None or upload.job.status in (Status.VOIDING, Status.VOIDED):
        raise WrongState(
            "Only an import that was applied, and not undone yet, can be undone; this one is"
            f" {upload.job.status}."
        )


__all__ = ["BadRequest", "FileRejected", "ImportRequest", "NotAllowed", "UndoRequest", "WrongState"]
