"""What a source finds beside its file when an import of it has ended: a ``.log``, and ``.failed.csv`` or ``.zip``.

The log has figures and codes, never cells: cells are about people, and stand in the failed rows alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from edu_csv import storage
from edu_csv.jobs.models import Status
from edu_csv.pages.sentences import unread_words
from imports.files import files_of, notes_of
from imports.formats.registry import find as find_format
from imports.kept import kept_said
from imports.models import Door, Family, FileState, Folder, Import, InboxFile, Source
from imports.plans.summary import counts_by_cause
from imports.sources import names
from imports.sources.inbox import listing
from imports.steps import report
from imports.steps.redaction import redact_file

log = logging.getLogger(__name__)

ENDED = {
    Status.COMPLETED: "done",
    Status.COMPLETED_WITH_ERRORS: "done, with failed rows",
    Status.FAILED: "failed; nothing was changed",
    Status.CANCELLED: "cancelled; nothing was changed",
    Status.AWAITING_APPROVAL: "checked; nothing is changed unless somebody approves it",
    Status.VOIDING: "done, and being undone",
    Status.VOIDED: "done, and undone",
}
# The same of files that are only looked at: by their source's mode, or before CircleIn's automation is on.
CHECKED = {
    Status.COMPLETED: "checked only; nothing was changed",
    Status.COMPLETED_WITH_ERRORS: "checked only, with failed rows; nothing was changed",
}
REFUSED = (Status.FAILED, Status.CANCELLED)
OUTCOMES = ("created", "updated", "deleted", "unchanged", "superseded", "held", "failed")
MOST_CAUSES = 1_000


@dataclass(frozen=True, slots=True)
class Failed:
    """The file of an import's failed rows. found: None when there is none; is_ready: False while a job makes it."""

    found: storage.StoredKey | None
    is_ready: bool = True


def failed_rows(upload: Import) -> Failed:
    """Have the failed rows made, outside of any transaction: a large file takes its time."""
    if upload.planned_at is None or not upload.counts.get("failed"):
        return Failed(None)
    try:
        found = report.results_file(upload, only_failed=True)
    except report.NoResults as gone:
        log.info("import %s: no failed rows for its source: %s", upload.pk, gone)
        return Failed(None)
    return Failed(found, is_ready=found is not None)


def answer(source: Source, file: InboxFile, failed: storage.StoredKey | None) -> None:
    """Move a file whose import has ended out of ``incoming``, and put the answers beside it.

    Inside a transaction that has locked the source.
    """
    upload = file.upload
    assert upload is not None  # noqa: S101  # only files that were taken are answered
    at = upload.job.finished_at or timezone.now()
    folder = Folder.FAILED if upload.job.status in REFUSED else Folder.PROCESSED
    stamped = _move(source, file, folder, at)
    _write_log(source, file, stamped, log_lines(source, file, upload), at)
    if failed is not None:
        shown = f"{stamped}.failed{failed.key[failed.key.rindex('.') :]}"
        # The import's own file, made anew when a person was erased: no copy that would outlive it.
        kept = storage.StoredFile(failed.key, failed.size_bytes, "")
        _enter(source, file, shown, kept, at)


def refuse(source: Source, file: InboxFile, problem: Mapping[str, Any]) -> None:
    """Move a file that cannot become an import to ``failed`` without its secrets, with a log that says why.

    problem: {"code", "detail", …}. Inside a transaction that has locked the source. Raises StorageUnavailable.
    """
    at = timezone.now()
    code, detail = problem["code"], problem["detail"]
    file.problem = dict(problem)
    stamped = _move(source, file, Folder.FAILED, at)
    # Its length as it was sent.
    about = list(_about(source, file))
    dropped = redact_file(file, is_feed=source.family != Family.ECHOVIDEO)
    lines = [
        f"{file.name}: not imported; nothing was changed",
        "",
        detail,
        *dropped,
        "",
        *about,
        f"Code:      {code}",
    ]
    _write_log(source, file, stamped, lines, at)
    Source.objects.filter(pk=source.pk).update(last_problem=f"{file.name}: {detail}", last_problem_at=at)


def log_lines(source: Source, file: InboxFile, upload: Import) -> Iterator[str]:
    """The log of an import, for people and for ``grep``."""
    job = upload.job
    fmt = find_format(upload.format_key)
    yield f"{file.name}: {_headline(upload)}"
    yield ""
    if job.problem:
        yield str(job.problem.get("detail", ""))
        yield ""
    yield from _about(source, file)
    yield f"Import:    {upload.pk}"
    yield f"Address:   {settings.PUBLIC_BASE_URL.rstrip('/')}/imports/{upload.pk}/"
    if fmt is not None:
        yield f"Format:    {fmt.title}" + (f", {upload.action}" if upload.action else "")
    yield f"Started:   {_moment(job.started_at)}"
    yield f"Ended:     {_moment(job.finished_at)}"
    yield f"Status:    {job.status}"
    yield f"Rows:      {_counts(upload.counts)}"
    if upload.job.problem and upload.job.problem.get("code"):
        yield f"Code:      {upload.job.problem['code']}"
    yield from _files(upload)
    yield from _causes(upload)


def _headline(upload: Import) -> str:
    """How it ended; that files of it were not read stands before that, whatever became of the others."""
    status, files = Status(upload.job.status), files_of(upload)
    said = ENDED.get(status, str(status))
    if upload.switches.get("validate_only") and status in CHECKED:
        said = CHECKED[status]
    if not files.unread or status in REFUSED:
        return said
    if status == Status.COMPLETED_WITH_ERRORS and not upload.counts.get("failed"):
        said = (CHECKED if upload.switches.get("validate_only") else ENDED)[Status.COMPLETED]
    return f"{unread_words(len(files), len(files.unread))}; {said}"


def _about(source: Source, file: InboxFile) -> Iterator[str]:
    yield f"Source:    {source.name}"
    yield f"Arrived:   {_moment(file.arrived_at)}"
    # Both of what was sent, which is not always what is kept.
    yield f"Bytes:     {file.upload.file_bytes if file.upload else file.bytes:,}"
    yield f"SHA-256:   {file.sha256}"
    if kept := kept_said(file.upload):
        yield f"Kept:      {file.bytes:,} bytes, {kept}"


def _files(upload: Import) -> Iterator[str]:
    files = files_of(upload)
    if not len(files):
        return
    yield ""
    yield "Files"
    for file in files:
        told = (
            str(file.problem.get("detail", "not read"))
            if file.problem
            else _counts({"rows": file.rows, **file.counts})
        )
        yield f"  {file.name}: {told}"


def _causes(upload: Import) -> Iterator[str]:
    notes = notes_of(upload)
    counted = _counted(upload) if upload.planned_at is not None else {}
    unread = files_of(upload).unread
    if not counted and not notes and not unread:
        return
    yield ""
    yield "Problems"
    for code, number in Counter(file.problem["code"] for file in unread if file.problem).items():
        first = next(file.name for file in unread if file.problem and file.problem["code"] == code)
        yield f"  error: {code}: {number:,} {'file' if number == 1 else 'files'} not read, the first {first}"
    for (severity, code, column), (rows, first) in sorted(
        counted.items(), key=lambda each: (each[0][0], -each[1][0])
    ):
        where = f" in {column}" if column else ""
        yield f"  {severity}: {code}{where}: {rows:,} {'row' if rows == 1 else 'rows'}, the first {first}"
    for code, detail, name in notes:
        yield f"  warning: {code}{f' in {name}' if name else ''}: {detail}"


def _counted(upload: Import) -> dict[tuple[str, str, str | None], tuple[int, str]]:
    """(severity, code, column): in how many rows, and where first."""
    counted: dict[tuple[str, str, str | None], tuple[int, str]] = {}
    for cause in counts_by_cause(upload, limit=MOST_CAUSES, warnings=True).causes:
        key = (cause.problem.severity, cause.problem.code, cause.problem.column)
        rows, first = counted.get(key, (0, ""))
        place = f"row {cause.first_row:,}" + (f" of {cause.first_file}" if cause.first_file else "")
        counted[key] = rows + cause.rows, first or place
    return counted


def _counts(counts: Mapping[str, int]) -> str:
    each = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES if counts.get(name))
    return f"{counts.get('rows', 0):,}" + (f" ({each})" if each else "")


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "never"


def _move(source: Source, file: InboxFile, folder: Folder, at: datetime) -> str:
    """Out of ``incoming``, under a name with a time stamp that nothing else has; returns it."""
    there = listing(source, folder)
    stamped = names.stamped(file.name, at)
    if there.filter(shown=stamped).exists():
        stamped = names.aside(stamped, lambda free: there.filter(shown=free).exists())
    file.folder, file.shown, file.state, file.ended_at = folder, stamped, FileState.DONE, at
    file.save(update_fields=["folder", "shown", "state", "ended_at", "problem"])
    return stamped


def _write_log(source: Source, file: InboxFile, stamped: str, lines: Iterable[str], at: datetime) -> None:
    # By the file's id: an attempt that was cut off is written over.
    key = storage.file_key("inbox", source.institution_id, source.pk, file.pk, name="answer.log")
    kept = storage.put(key, [("\n".join(lines) + "\n").encode()])
    _enter(source, file, f"{stamped}.log", kept, at)


def _enter(source: Source, file: InboxFile, shown: str, kept: storage.StoredFile, at: datetime) -> None:
    """Put an answer beside a file that was moved."""
    InboxFile.objects.create(
        institution_id=source.institution_id,
        source=source,
        name=shown,
        shown=shown,
        folder=file.folder,
        key=kept.key,
        bytes=kept.size_bytes,
        sha256=kept.sha256,
        state=FileState.DONE,
        door=Door.ANSWER,
        upload=file.upload,
        arrived_at=at,
        ended_at=at,
    )
