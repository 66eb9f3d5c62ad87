"""Imports as lines of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edu_csv.access.actors import Actor
from edu_csv.jobs.models import Status
from edu_csv.pages.contexts.imports import ImportLine
from edu_csv.pages.quoting import with_values
from edu_csv.pages.statuses import status_of
from edu_csv.pages.tallies import segments
from edu_csv.pages.words import counted, number
from imports.files import files_of
from imports.models import Import
from imports.views import names
from imports.views.finding import is_running, may_decide


def lines_of(actor: Actor, uploads: Sequence[Import]) -> list[ImportLine]:
    """Lines in the order given, but children stand under their parent when it is among them."""
    there = {upload.pk for upload in uploads}
    children: dict[Any, list[Import]] = {}
    for upload in uploads:
        if upload.parent_id in there:
            children.setdefault(upload.parent_id, []).append(upload)
    lines: list[ImportLine] = []

    def put(upload: Import, *, is_child: bool) -> None:
        lines.append(line_of(actor, upload, is_child=is_child))
        for child in children.get(upload.pk, []):
            put(child, is_child=True)

    for upload in uploads:
        if upload.parent_id not in there:
            put(upload, is_child=False)
    return lines


def line_of(actor: Actor, upload: Import, *, is_child: bool = False) -> ImportLine:
    counts = upload.counts
    return {
        "status": status_of(
            upload.job.status,
            counts,
            unread=len(files_of(upload).unread),
            is_yours=may_decide(actor, upload),
            is_short=True,
        ),
        "number": upload.number,
        "name": names.heading(upload),
        "href": names.address(upload),
        "sub": names.what(upload) or "format not recognised",
        "by": upload.job.submitted_by,
        "rows": counts.get("rows") or None,
        "segments": segments(counts),
        "note": _note(upload),
        "at": upload.job.created_at,
        "is_child": is_child,
    }


def _note(upload: Import) -> str:
    """What stands in place of the bar while there are no counts to draw."""
    job = upload.job
    if is_running(upload) and not upload.counts.get("rows"):
        if job.rows_done:
            of = f" of {number(job.rows_total)}" if job.rows_total else ""
            return f"{number(job.rows_done)}{of} {'rows' if job.rows_done != 1 or of else 'row'} so far."
        return "It waits for its turn." if job.status == Status.QUEUED else "It has begun."
    if job.status == Status.FAILED and not upload.counts.get("rows"):
        return with_values(str((job.problem or {}).get("detail", "Nothing was read further.")), "")
    if job.status == Status.CANCELLED:
        rows = upload.counts.get("rows", 0)
        return (
            f"Cancelled with {counted(rows, 'row')} planned; nothing was changed."
            if rows
            else "Nothing was changed."
        )
    return ""
