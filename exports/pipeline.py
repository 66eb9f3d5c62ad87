"""The story of an export: select, count what is left out, write, and say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from edu_csv import storage
from edu_csv.access import policy
from edu_csv.access.actors import Actor, actor_of_account, actor_of_client, system_actor
from edu_csv.access.policy import Ability
from edu_csv.errors import TransientFailure
from edu_csv.jobs import services as jobs
from edu_csv.jobs.errors import JobCancelled, LeaseLost
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Job, Status
from exports import feeds, omissions
from exports.models import Export
from exports.problems import BadRequest
from exports.steps import filters, left_out, unplaced, write
from exports.steps.left_out import Source
from exports.steps.said import Asked
from exports.steps.select import OMITTED_HEADER, Selection, copying
from imports.formats.base import Format
from imports.formats.exporting import sheets
from imports.formats.registry import formats

# One snapshot for the rows, the count of what is left out and its list.
SETTINGS = """
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL work_mem = '48MB';
    SET LOCAL jit = off
"""


def run_export(lease: Lease) -> None:
    """Write the file of a requested export and end its job.

    Safe to repeat: each attempt writes under a key of its own, and only the one that ends the job
    keeps it. Raises TransientFailure when storage or the database asks us to come back later.
    """
    export = Export.objects.select_related("job").get(pk=lease.job)
    written: list[str] = []
    try:
        lease.enter(Status.RUNNING)
        selected = _select(export)
        if isinstance(selected, Asked):
            export.file_name = file_name(formats()[export.format_key], export)
            feeds.write_sheet(export, selected, lease, lambda name: _key(export, lease, name), written)
        else:
            _write(export, selected, lease, written)
        with transaction.atomic():
            job = jobs.locked(lease)
            job.rows_done = job.rows_total = export.rows or 0
            job.save(update_fields=["rows_done", "rows_total"])
            export.expires_at = timezone.now() + timedelta(days=settings.EXPORT_RETENTION_DAYS)
            export.save()
            jobs.end(job, Status.COMPLETED)
    except BadRequest as refusal:
        _end(lease, Status.FAILED, refusal)
    except JobCancelled:
        _forget(written)
        _end(lease, Status.CANCELLED)
    except OperationalError as error:
        _forget(written)
        raise TransientFailure(str(error)) from error
    except LeaseLost:
        _forget(written)
        raise


def _select(export: Export) -> Selection | Asked:
    """What the export may hold by now. Raises BadRequest when a right or a filter is gone meanwhile."""
    fmt = formats().get(export.format_key)
    if fmt is None:
        raise BadRequest("format", "unknown_format", f"There is no format `{export.format_key}` any more.")
    actor = submitter(export.job)
    if not policy.may_export(actor, fmt.target.name):
        raise BadRequest(
            "format", "not_permitted", f"{actor.name} may not export any more. An administrator can."
        )
    reach = policy.read_reach(actor, Ability.EXPORT)
    found = filters.resolve(fmt, export.institution_id, reach, export.filters)
    if fmt.key in sheets():
        book, sheet = sheets()[fmt.key]
        return Asked(book, sheet, export.institution_id, reach, found)
    return Selection(
        fmt=fmt,
        institution=export.institution_id,
        reach=reach,
        filters=found,
        spreadsheet_safe=export.spreadsheet_safe,
    )


def submitter(job: Job) -> Actor:
    """Whoever asked, with the rights they have now."""
    if job.account is not None:
        return actor_of_account(job.account, job.institution_id)
    if job.client is not None:
        return actor_of_client(job.client)
    return system_actor(job.institution_id)


def _write(export: Export, selection: Selection, lease: Lease, written: list[str]) -> None:
    """Fill the files and what ``export`` says of them; ``written``: keys, as far as it came."""
    columns = selection.fmt.columns
    export.file_name = file_name(selection.fmt, export)
    key = _key(export, lease, export.file_name)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS)
        export.omitted = _count_omitted(selection)
        beside = unplaced.sources(selection)
        found = unplaced.count(selection, beside)
        export.files = (
            [{"name": "", "rows": 0, "omitted": [each.stored() for each in found]}] if found else []
        )
        if export.omitted or found:
            export.omitted_key = _write_omitted(export, selection, beside, lease, written)
        with storage.writer(key) as file, write.packed(file, compression=export.compression) as out:
            names = [column.header for column in columns]
            write.begin(out, names, delimiter=export.delimiter, byte_order_mark=export.byte_order_mark)
            statement = copying(selection.rows(columns), export.delimiter)
            export.rows = write.copy_rows(
                statement, selection.params, out, lambda rows: lease.beat(rows=rows)
            )
        written.append(key)
    export.file_key, export.bytes, export.sha256 = key, file.stored.size_bytes, file.stored.sha256


def _count_omitted(selection: Selection) -> dict[str, int]:
    reasons = selection.unreadable
    if not reasons:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(selection.count_omitted(), selection.params)
        counts = cursor.fetchall()
    return {
        omissions.stored(reasons[number - 1].code, reasons[number - 1].column): count
        for number, count in sorted(counts)
    }


def _write_omitted(
    export: Export, selection: Selection, beside: Sequence[Source], lease: Lease, written: list[str]
) -> str:
    key = _key(export, lease, "omitted.csv")
    statements = [selection.omitted()] if export.omitted else []
    statements += [statement for source in beside for statement in left_out.lists(source, None)]
    with storage.writer(key) as file:
        write.begin(file, OMITTED_HEADER, delimiter=export.delimiter, byte_order_mark=export.byte_order_mark)
        for statement in statements:
            write.copy_rows(
                copying(statement, export.delimiter), selection.params, file, lambda rows: lease.beat()
            )
    written.append(key)
    return key


def file_name(fmt: type[Format], export: Export) -> str:
    """``edu-csv_sections_v1_20310918-0805.csv`` (echovideo.md 5.2), in the institution's zone; a package's own name."""
    words = fmt.key.split(".")
    if fmt.key in sheets():
        archive = sheets()[fmt.key][1].archive
        if archive:
            return feeds.archive_name(archive, export.institution_id)
    else:
        # The family that was there first goes unsaid.
        words = words[1:]
    now = feeds.local(export.institution_id, timezone.now())
    return f"edu-csv_{'_'.join(words)}_{now:%Y%m%d-%H%M}.csv" + (".gz" if export.compression else "")


def _key(export: Export, lease: Lease, name: str) -> str:
    return storage.file_key(folder(export.institution_id, export.pk), lease.attempt, name=name)


def folder(institution: int, export: UUID) -> str:
    """Where all that an export writes is kept."""
    return f"exports/{institution}/{export}"


def _end(lease: Lease, status: str, refusal: BadRequest | None = None) -> None:
    with transaction.atomic():
        jobs.end(jobs.locked(lease), status, refusal.as_json() if refusal else None)


def _forget(keys: list[str]) -> None:
    for key in keys:
        storage.delete(key)
