"""Report: results.csv and failed.csv of an import, made when someone asks for them; of a package, zips.

A small file is made at once, a long one by a job. Either is kept in storage under the moment at which
its plan was made, so that a plan made again is never answered with the rows of the former one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO, cast

from django.db import OperationalError, transaction
from django.utils import timezone

from edu_csv import storage
from edu_csv.errors import EduCsvError, TransientFailure
from edu_csv.jobs import services as jobs
from edu_csv.jobs.errors import JobCancelled
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import QUEUE_OF, Job, Kind, Priority, State, Status
from imports.files import files_of
from imports.formats.registry import format_for
from imports.formats.templated import is_template
from imports.models import Import, ResultFile
from imports.problems import FileRejected
from imports.steps import report_feeds, report_rows, report_templated, ways

# Up to here the file is there before whoever asked has put the phone down.
ROWS_MADE_AT_ONCE = 50_000
# A file that could not be made is not tried again at each of a browser's requests.
PAUSE_AFTER_FAILURE = timedelta(minutes=10)


class NoResults(EduCsvError):
    """There is nothing to make the file of; the message says why."""


def results_file(upload: Import, only_failed: bool = False) -> storage.StoredKey | None:
    """The file of an import's rows with their outcomes; None while a job still makes it.

    only_failed: the failed rows only. Raises NoResults: the file was refused before any row was read,
    its plan is not made yet, or the upload is past its retention.
    """
    if upload.planned_at is None:
        raise NoResults(
            "This import has no rows to report: its file was not read to the end."
            if upload.job.state == State.ENDED
            else "This import is still being planned. Its rows can be downloaded when the plan stands."
        )
    key = result_key(upload, only_failed)
    if found := _stored(key):
        return found
    if upload.counts["rows"] > ROWS_MADE_AT_ONCE:
        _have_it_made(upload, only_failed, key)
        return None
    try:
        with transaction.atomic(), storage.writer(key) as out:
            _write(upload, cast("BinaryIO", out), only_failed=only_failed)
    except FileRejected as rejection:
        raise NoResults(rejection.detail) from rejection
    return _stored(key)


def _write(
    upload: Import, out: BinaryIO, *, only_failed: bool, progress: Callable[[int], None] = lambda rows: None
) -> None:
    fmt = format_for(upload.format_key)
    if is_template(fmt):
        report_templated.write(upload, out, only_failed=only_failed, progress=progress)
    elif ways.is_feed(fmt):
        report_feeds.write(upload, out, only_failed=only_failed, progress=progress)
    else:
        report_rows.write(upload, out, only_failed=only_failed, progress=progress)


def ending(upload: Import) -> str:
    """``.csv``, or ``.zip`` for a package: how the names of its results end."""
    return ".zip" if files_of(upload) else ".csv"


def result_key(upload: Import, only_failed: bool) -> str:
    """``results/7/0190…/20310918T080501123456-failed.csv``."""
    assert upload.planned_at is not None  # noqa: S101  # looked at by whoever asks
    kind = "failed" if only_failed else "results"
    name = f"{upload.planned_at:%Y%m%dT%H%M%S%f}-{kind}{ending(upload)}"
    return storage.file_key(folder(upload), name=name)


def folder(upload: Import) -> str:
    return f"results/{upload.institution_id}/{upload.pk}"


def _stored(key: str) -> storage.StoredKey | None:
    return next((found for found in storage.list_keys(key) if found.key == key), None)


def _have_it_made(upload: Import, only_failed: bool, key: str) -> None:
    """Queue the file, unless a job makes it already. Raises NoResults when it could not be made just now."""
    with transaction.atomic():
        # Whoever asks at the same moment waits here, and then finds the job.
        Job.objects.select_for_update().get(pk=upload.pk)
        last = ResultFile.objects.filter(key=key).select_related("job").order_by("-job_id").first()
        if last is not None and last.job.state != State.ENDED:
            return
        if last is not None and last.job.status == Status.FAILED:
            ended = last.job.finished_at or last.job.created_at
            if ended > timezone.now() - PAUSE_AFTER_FAILURE:
                raise NoResults((last.job.problem or {}).get("detail", "The file could not be made."))
        job = Job.objects.create(
            institution_id=upload.institution_id,
            kind=Kind.RESULTS,
            queue=QUEUE_OF[Kind.RESULTS],
            size_class=Priority.LARGE,
            account_id=upload.job.account_id,
            client_id=upload.job.client_id,
            submitted_by=upload.job.submitted_by,
            rows_total=upload.counts["rows"],
        )
        ResultFile.objects.create(
            job=job, institution_id=upload.institution_id, upload=upload, only_failed=only_failed, key=key
        )
        jobs.enqueue(job)


def run_results(lease: Lease) -> None:
    """Make the file that a job was queued for. Safe to repeat: it replaces what was there."""
    wanted = ResultFile.objects.select_related("upload__job").get(pk=lease.job)
    upload = wanted.upload
    status, problem = Status.COMPLETED, None
    try:
        lease.enter(Status.RUNNING)
        if upload.planned_at is None or result_key(upload, wanted.only_failed) != wanted.key:
            raise FileRejected(
                "plan_changed", "The file was planned again meanwhile. Ask for its results again."
            )
        with transaction.atomic(), storage.writer(wanted.key) as out:
            _write(
                upload,
                cast("BinaryIO", out),
                only_failed=wanted.only_failed,
                progress=lambda rows: lease.beat(rows=rows),
            )
    except FileRejected as rejection:
        status, problem = Status.FAILED, rejection.as_json()
    except JobCancelled:
        status = Status.CANCELLED
    except OperationalError as error:
        raise TransientFailure(str(error)) from error
    with transaction.atomic():
        jobs.end(jobs.locked(lease), status, problem)
