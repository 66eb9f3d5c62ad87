"""Undo: take the roster back to before an import, field by field, by its journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction

from edu_csv.activity import store
from edu_csv.activity.events.origins import give_back
from edu_csv.errors import TransientFailure
from edu_csv.ids import uuid7
from edu_csv.jobs import services as jobs
from edu_csv.jobs.errors import LeaseLost
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Job, Status
from edu_csv.roster import lock, occurrences
from edu_csv.roster.models import Operation
from edu_csv.roster.nouns import ACTIVITY_ORDER, BY_CODE, ROSTER_ORDER, Noun
from imports import undone
from imports.formats.registry import find as find_format
from imports.formats.templated import template_id_of
from imports.models import Import, TemplateKind
from imports.problems import FileRejected
from imports.steps import apply, undo
from imports.steps.templated import groups
from imports.steps.templated.authority import authority_of
from imports.steps.workspace import Session, raw_connection

# So many stand in the answer itself; all are listed by GET /imports/{id}/conflicts.
CONFLICTS_SHOWN = 1_000
# Another may store an id between judging and writing; so often in a row nobody does.
MOST_TRIES = 5


@dataclass
class UndoSession(Session):
    """Statements of an undo (``job``) about the import ``of``. earlier: the undos that it has had before."""

    of: UUID
    earlier: list[UUID] = field(default_factory=list)

    @property
    def params(self) -> dict[str, Any]:
        return {"institution": self.institution, "job": self.job, "of": self.of, "earlier": self.earlier}


def preview(upload: Import, *, restore: bool = True, keep_statements: bool = False) -> dict[str, Any]:
    """What undoing would do now; nothing is changed. Shape: rest-api.md section 4, and ``by_type``.

    Of an import that went through a template also ``statements``: {"voided", "already_voided", "standing"}.
    """
    with transaction.atomic():
        session = UndoSession(upload.institution_id, uuid7(), upload.pk, undone.jobs_of(upload))
        _find(session, upload, restore=restore)
        found = summary(session)
        # Nothing but temporary tables was written; they go with the transaction.
        transaction.set_rollback(True)
    if has_statements(upload):
        there = store.preview_void(upload.institution_id, upload.pk)
        found["statements"] = _statements(0 if keep_statements else there.live, there.voided, there.voiding)
    return found


def _find(session: Session, upload: Import, *, restore: bool) -> None:
    """Fill ``undoing``. Without restoring, a template's import goes as the CSV Data Import API voids one (4.6)."""
    if has_statements(upload) and not restore:
        groups.void.find(session)
    else:
        undo.find(session, restore=restore, nouns=made_by(upload))


def made_by(upload: Import) -> Sequence[Noun]:
    """What kinds of objects the import may have made."""
    fmt = find_format(upload.format_key)
    return [fmt.target] if fmt is not None and fmt.target in ACTIVITY_ORDER else ROSTER_ORDER


def has_statements(upload: Import) -> bool:
    """Whether the import may have stored statements."""
    return template_id_of(upload.format_key) is not None


def uses_roster(upload: Import) -> bool:
    """Whether the import may have written to the roster; a template for statements alone never does."""
    version = upload.template_version
    return version is None or version.kind == TemplateKind.GROUPS


def _statements(voided: int, already_voided: int, standing: int) -> dict[str, int]:
    """standing: those that void others, which nobody can void (xapi.md section 4)."""
    return {"voided": voided, "already_voided": already_voided, "standing": standing}


def summary(session: Session) -> dict[str, Any]:
    """restored: objects with old values or brought back. removed: objects that the import had made."""
    [(put_back, brought_back, removed, conflicts)] = session.fetch(undo.SUMMARY)
    by_type: dict[str, dict[str, int]] = {}
    words = {1: "removed", 2: "put_back", 3: "brought_back"}
    for code, operation, number in session.fetch(undo.BY_TYPE):
        by_type.setdefault(BY_CODE[code].name, {})[words[operation]] = number
    shown = session.fetch(undo.CONFLICTS, most=CONFLICTS_SHOWN)
    return {
        "restored": put_back + brought_back,
        "removed": removed,
        "put_back": put_back,
        "brought_back": brought_back,
        "by_type": by_type,
        "conflicts_total": conflicts,
        "conflicts": [
            {
                "object_type": BY_CODE[code].name,
                "object_id": str(object_id),
                "field": None if reason == "erased" else field,
                "reason": reason,
                "ours": _value(ours),
                "now": _value(now),
            }
            for code, object_id, field, reason, ours, now in shown
        ],
    }


def _value(stored: str | None) -> Any:
    """A value of the journal. Django's connections hand out JSON as text, for its fields to read."""
    return None if stored is None else json.loads(stored)


def run_undo(lease: Lease) -> None:
    """Carry out a queued undo, in one transaction; the import is ``voided`` then."""
    upload = Import.objects.select_related("job", "template_version").get(void__job=str(lease.job))
    lease.enter(Status.APPLYING, phase="voiding")
    try:
        _try_undo(upload, lease)
    except OperationalError as error:
        raise TransientFailure(str(error)) from error
    except LeaseLost:
        # Another worker has this undo now; the import is its business.
        raise
    except FileRejected as rejection:
        with transaction.atomic():
            jobs.end(jobs.locked(lease), Status.FAILED, rejection.as_json())
        give_up(lease.job)
    except Exception:
        give_up(lease.job)
        raise


def _try_undo(upload: Import, lease: Lease) -> None:
    for _ in range(MOST_TRIES):
        try:
            with transaction.atomic():
                _undo(upload, lease)
        except store.StatementsMoved:
            continue
        return
    raise TransientFailure(f"statements of import {upload.pk} are stored by others all the time")


def _undo(upload: Import, lease: Lease) -> None:
    job = jobs.locked(lease)
    asked = upload.void or {}
    found = dict(NOTHING_IN_ROSTER)
    if uses_roster(upload):
        found = _undo_roster(upload, lease, restore=bool(asked.get("restore", True)))
    if has_statements(upload):
        found["statements"] = _void_statements(upload, job, keep=bool(asked.get("keep_statements")))
    undone.end(upload, found)
    upload.save(update_fields=["void"])
    upload.job.status = Status.VOIDED
    upload.job.save(update_fields=["status"])
    jobs.end(job, Status.COMPLETED)


def _void_statements(upload: Import, job: Job, *, keep: bool) -> dict[str, int]:
    """Void what the import stored, in the name of whoever undoes it (csv data import 4.6)."""
    if keep:
        there = store.preview_void(upload.institution_id, upload.pk)
        return _statements(0, there.voided, there.voiding)
    authority = authority_of(job)
    try:
        with raw_connection().cursor() as cursor:
            done = store.void_import(
                cursor,
                upload.institution_id,
                upload.pk,
                actor={**authority, "name": f"Import {upload.number} void"},
                voiding_job=job.pk,
                authority=authority,
            )
    except store.NotAllVoided as short:
        raise FileRejected("statements_not_voided", left=short.left, live=short.live) from short
    return _statements(done.count, done.already, done.left_standing)


NOTHING_IN_ROSTER: dict[str, Any] = {
    "restored": 0, "removed": 0, "put_back": 0, "brought_back": 0, "by_type": {}, "conflicts_total": 0, "conflicts": [],
}  # fmt: skip


def _undo_roster(upload: Import, lease: Lease, *, restore: bool) -> dict[str, Any]:
    earlier = [job for job in undone.jobs_of(upload) if job != lease.job]
    session = UndoSession(upload.institution_id, lease.job, upload.pk, earlier)
    lock.lock_roster(upload.institution_id)
    _find(session, upload, restore=restore)
    found = summary(session)
    if earlier:
        session.run(undo.FORGET_CONFLICTS)
    session.run(undo.KEEP_CONFLICTS)
    undo.to_change(session)
    present = apply.present_in(session)
    apply.write_set(session, present)
    occurrences.follow(session, present)
    apply.keep_promises(session)
    # An undo and what it undid cancel each other out: neither is a later change for an earlier import.
    apply.write_journal(session, undone_by=lease.job)
    if restore or not has_statements(upload):
        session.run(undo.MARK_UNDONE)
        _give_back(session, present)
    groups.void.forget_types(session)
    if present:
        lock.raise_version(upload.institution_id)
    return found


def _give_back(session: UndoSession, present: apply.Present) -> None:
    """What statements had made before a file changed it is theirs again."""
    touched = {code for code, operation in present if operation != Operation.CREATED}
    with raw_connection().cursor() as cursor:
        for noun in ACTIVITY_ORDER:
            if noun.code in touched:
                give_back(cursor, session.institution, noun)


def give_up(undo_job: UUID) -> None:
    """An undo that cannot be carried out leaves its import as it was before it was asked for."""
    with transaction.atomic():
        found = Import.objects.select_related("job").filter(
            void__job=str(undo_job), job__status=Status.VOIDING
        )
        upload = found.select_for_update(of=("self",)).first()
        if upload is None:
            return
        upload.job.status = undone.give_up(upload)
        upload.job.save(update_fields=["status"])
        upload.save(update_fields=["void", "told_status"])
