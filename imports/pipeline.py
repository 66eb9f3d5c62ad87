"""The story of an import: read, check and stage, plan, and then stop for approval or apply."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from edu_csv.activity.store import StatementsMoved
from edu_csv.errors import TransientFailure
from edu_csv.jobs import services as jobs
from edu_csv.jobs.errors import JobCancelled, LeaseLost
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Job, Status
from edu_csv.roster import lock
from imports.models import Import, Mode, OnError
from imports.problems import FileRejected
from imports.steps import plan, record, redaction, stored, ways
from imports.steps.ways import Way

log = logging.getLogger(__name__)


def run_import(lease: Lease) -> None:
    """Take one uploaded file from received to its end, or to where a person must approve.

    Safe to repeat: everything happens in one transaction on temporary tables, and whatever is
    written is written with the job's row locked and its attempt checked. Raises TransientFailure
    when storage or the database asks us to come back later, LeaseLost when another has the job.
    """
    upload = Import.objects.select_related("job__client", "template_version__template").get(pk=lease.job)
    try:
        with transaction.atomic():
            planned = _plan_and_settle(upload, lease)
    except FileRejected as rejection:
        _refuse(upload, lease, rejection)
    except JobCancelled:
        with transaction.atomic():
            redaction.redact(upload)
            jobs.end(jobs.locked(lease), Status.CANCELLED)
    except OperationalError as error:
        raise TransientFailure(str(error)) from error
    else:
        _tidy(planned)


def _plan_and_settle(upload: Import, lease: Lease) -> _Planned:
    lease.enter(Status.READING)
    way = ways.open_way(upload, lease)
    _check_size(upload, way)
    lease.enter(Status.PLANNING, total=way.rows)
    planned = _make_plan(upload, way)
    if planned.may_apply:
        lease.enter(Status.APPLYING)
        return _apply(upload, lease, planned)
    job = jobs.locked(lease)
    if job.cancel_requested:
        raise JobCancelled(str(job.pk))
    _record(planned)
    if planned.aborts:
        _fill_aborted(planned)
        _end(upload, job, planned, Status.FAILED)
    else:
        _save(upload, planned)
        job.rows_done = planned.counts["rows"]
        job.save(update_fields=["rows_done"])
        jobs.wait(job)
    return planned


@dataclass(slots=True)
class _Planned:
    """A plan that stands, and what it may do."""

    upload: Import
    way: Way
    counts: dict[str, int]
    effects: dict[str, dict[str, int]]
    version: int
    savepoint: str
    review: dict[str, Any]
    own_tables: bool

    @property
    def aborts(self) -> bool:
        return self.upload.on_error == OnError.ABORT and (
            self.counts["failed"] > 0 or self.way.lost_files > 0
        )

    @property
    def may_apply(self) -> bool:
        if self.aborts:
            return False
        if self.upload.approved_at:
            return True
        return self.upload.mode == Mode.APPLY and not self.review["reasons"]


def _make_plan(upload: Import, way: Way) -> _Planned:
    version = lock.version(upload.institution_id)
    # Everything the plan makes goes when it has to be made again; what was staged stays.
    savepoint = transaction.savepoint()
    counts = way.make()
    return _Planned(
        upload,
        way,
        counts,
        way.count_effects(),
        version,
        savepoint or "",
        way.review(upload),
        own_tables=way.rows >= record.OWN_TABLES_FROM,
    )


def _apply(upload: Import, lease: Lease, planned: _Planned) -> _Planned:
    """Write the plan, or stop again if an approved plan would by now do something else."""
    job = jobs.locked(lease)
    if job.cancel_requested:
        raise JobCancelled(str(job.pk))
    if planned.way.uses_roster and lock.lock_roster(upload.institution_id) != planned.version:
        planned = _plan_again(planned)
    while True:
        try:
            with transaction.atomic():
                return _write(upload, job, planned)
        except StatementsMoved:
            # Another has stored one of the same ids between plan and writing: what it is now decides.
            planned = _plan_again(planned)


def _plan_again(planned: _Planned) -> _Planned:
    """Forget the plan, not what was staged, and make it anew."""
    transaction.savepoint_rollback(planned.savepoint)
    return _make_plan(planned.upload, planned.way)


def _write(upload: Import, job: Job, planned: _Planned) -> _Planned:
    # Whatever moved: the roster, but also what its submitter reaches, a switch, or the clock.
    approved = upload.approved_at is not None
    if approved:
        stored.keep_approved(planned.way.space, own_tables=upload.has_own_tables)
    _record(planned)
    if (
        approved
        and not upload.accept_changes
        and stored.mark_changed(planned.way.space, own_tables=planned.own_tables)
    ):
        upload.plan_changed, upload.approved_at, upload.approved_by = True, None, ""
        _save(upload, planned)
        jobs.wait(job)
        return planned
    if planned.aborts:
        _fill_aborted(planned)
        _end(upload, job, planned, Status.FAILED)
        return planned
    if planned.counts["created"] + planned.counts["updated"] + planned.counts["deleted"]:
        planned.way.write(upload, planned.counts, planned.effects)
        if planned.way.uses_roster:
            planned.version = lock.raise_version(upload.institution_id)
    if not upload.switches.get("validate_only"):
        # What was only checked was never applied, and there is nothing to undo of it.
        upload.applied_at = timezone.now()
    upload.plan_changed = False
    failed = planned.counts["failed"] or planned.way.lost_files
    _end(upload, job, planned, Status.COMPLETED_WITH_ERRORS if failed else Status.COMPLETED)
    return planned


def _record(planned: _Planned) -> None:
    upload = planned.upload
    planned.way.record(
        upload.job.created_at.date(),
        own_tables=planned.own_tables,
        was_own=upload.has_own_tables,
        held=planned.aborts,
        will_be_compared=not planned.may_apply or upload.approved_at is not None,
    )
    upload.has_own_tables = planned.own_tables


def _fill_aborted(planned: _Planned) -> None:
    """All or nothing, and it is nothing: rows that would have been applied are held."""
    counts = planned.counts
    for name in ("created", "updated", "deleted"):
        counts["held"] += counts[name]
        counts[name] = 0
    planned.effects = {}
    planned.review.pop("captures", None)
    plan.assert_identity(counts)


def _end(upload: Import, job: Any, planned: _Planned, status: str) -> None:
    _save(upload, planned)
    job.rows_done = job.rows_total = planned.counts["rows"]
    job.save(update_fields=["rows_done", "rows_total"])
    problem = None
    if status == Status.FAILED:
        counts = planned.counts
        problem = FileRejected("aborted", failed=counts["failed"], rows=counts["rows"]).as_json()
    jobs.end(job, status, problem)


def _save(upload: Import, planned: _Planned) -> None:
    upload.counts, upload.effects = planned.counts, planned.effects
    upload.roster_version, upload.planned_at = planned.version, timezone.now()
    upload.review = planned.review
    planned.way.note(upload)
    upload.save()


def _refuse(upload: Import, lease: Lease, rejection: FileRejected) -> None:
    with transaction.atomic():
        job = jobs.locked(lease)
        redaction.redact(upload)
        upload.counts = dict.fromkeys(("rows", *plan.OUTCOMES, "warnings"), 0)
        upload.save(update_fields=["counts", "files", "format_key", "seen"])
        jobs.end(job, Status.FAILED, rejection.as_json())


def _check_size(upload: Import, way: Way) -> None:
    way.check_size()
    if upload.rows_expected is not None and upload.rows_expected != way.rows:
        raise FileRejected("rows_expected", found=way.rows, expected=upload.rows_expected)


def _tidy(planned: _Planned) -> None:
    """Indexes of a big plan are built when no one waits for them any more."""
    if not planned.own_tables:
        return
    try:
        with transaction.atomic():
            planned.way.space.run(record.INDEX)
    except OperationalError:
        # The plan reads the same without them, only slower.
        log.warning("the plan of %s is left without its indexes", planned.upload.pk, exc_info=True)


__all__ = ["LeaseLost", "run_import"]
