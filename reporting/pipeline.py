"""The story of a report: is it still wanted, what may it hold, write it, and say so."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID, uuid4

from django.db import OperationalError, transaction

from edu_csv import storage
from edu_csv.access import policy
from edu_csv.access.actors import Actor, actor_of_account, actor_of_client, system_actor
from edu_csv.access.policy import Ability
from edu_csv.copy_out import packed
from edu_csv.errors import TransientFailure
from edu_csv.jobs import services as jobs
from edu_csv.jobs.errors import JobCancelled
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Status
from reporting import clock, endings
from reporting.models import ReportRequest
from reporting.problems import NOT_STARTED, CannotBeMade
from reporting.reports import reports
from reporting.statuses import came_too_late
from reporting.steps.complete import complete_through
from reporting.steps.select import Asked, Output
from reporting.steps.write import write

# By delimiter (reporting-api.md 4.2).
SUFFIXES = {",": ".csv", "\t": ".tsv", "|": ".psv"}


def run_report(lease: Lease) -> None:
    """Write the file of a requested report and end its job.

    Safe to repeat: each attempt writes under a key of its own, and only the one that ends the job keeps it. What was
    missing before it began stays missing (4.3). Raises TransientFailure when storage or the database asks us to come
    back later.
    """
    request = ReportRequest.objects.select_related("job__account", "job__client").get(pk=lease.job)
    written: list[str] = []
    try:
        if came_too_late(request.job, clock.now()):
            _end(lease, Status.MISSING, NOT_STARTED)
            return
        lease.enter(Status.RUNNING)
        _write(request, _asked(request), lease, written)
        with transaction.atomic():
            job = jobs.locked(lease)
            job.rows_done = job.rows_total = request.rows or 0
            job.save(update_fields=["rows_done", "rows_total"])
            request.save(
                update_fields=[
                    "file_key", "file_name", "rows", "bytes", "sha256", "columns", "complete_through", "reach",
                ]
            )  # fmt: skip
            jobs.end(job, Status.COMPLETED)
            endings.when_committed([job.pk])
    except CannotBeMade as reason:
        _end(lease, Status.FAILED, reason.code)
    except JobCancelled:
        _forget(written)
        _end(lease, Status.FAILED, "cancelled")
    except OperationalError as error:
        _forget(written)
        raise TransientFailure(str(error)) from error
    except Exception:
        _forget(written)
        raise


def _asked(request: ReportRequest) -> Asked:
    """What the report may hold by now. Raises CannotBeMade when it or the right to it is gone meanwhile."""
    report = reports().get(request.report_name)
    if report is None:
        raise CannotBeMade("report_gone")
    actor = submitter(request)
    if actor is None or not policy.may(actor, Ability.REPORT):
        raise CannotBeMade("not_permitted")
    reach = policy.read_reach(actor, Ability.REPORT)
    request.reach = reach.units
    return Asked(report, request.institution_id, reach, request.start, request.end)


def submitter(request: ReportRequest) -> Actor | None:
    """Whoever asked, with the rights they have now; None when they have no access any more."""
    job = request.job
    if request.by_system:
        return system_actor(request.institution_id)
    if job.account is not None and job.account.is_active:
        return actor_of_account(job.account, request.institution_id)
    if job.client is not None and job.client.is_active and job.client.may_use_reporting:
        return actor_of_client(job.client)
    return None


def _write(request: ReportRequest, asked: Asked, lease: Lease, written: list[str]) -> None:
    """Fill the file and what ``request`` says of it; ``written``: its key, once it is there."""
    output = Output(
        compression=request.compression,
        delimiter=request.delimiter,
        spreadsheet_safe=request.spreadsheet_safe,
    )
    request.file_name = new_name(output)
    key = storage.file_key(folder(request.institution_id, request.pk), lease.attempt, name=request.file_name)
    request.complete_through = complete_through(clock.now())
    request.columns = len(asked.report.columns)
    with storage.writer(key) as file, packed(file, compression=output.compression) as out:
        request.rows = write(asked, output, out, lambda rows: lease.beat(rows=rows))
    written.append(key)
    request.file_key, request.bytes, request.sha256 = key, file.stored.size_bytes, file.stored.sha256


def new_name(output: Output) -> str:
    """``e7c1f3aa-90d4-4d0b-b6a0-2f6f5f0f4d18.csv.gz``: says nothing of the request (4.2)."""
    return f"{uuid4()}{SUFFIXES[output.delimiter]}" + (".gz" if output.compression else "")


def folder(institution: int, request: UUID) -> str:
    """Where all that the attempts of a request write is kept."""
    return f"reports/{institution}/{request}"


def _end(lease: Lease, status: str, code: str) -> None:
    with transaction.atomic():
        job = jobs.locked(lease)
        jobs.end(job, status, CannotBeMade(code).as_json())
        endings.when_committed([job.pk])


def _forget(keys: list[str]) -> None:
    """Remove what nobody will name; if storage is away, the sweep does it, and what stopped the work goes on."""
    for key in keys:
        with suppress(storage.StorageUnavailable):
            storage.delete(key)
