"""Exports as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from edu_csv.jobs.models import Status as JobStatus
from edu_csv.pages.contexts.exports import ExportLine
from edu_csv.pages.contexts.parts import Status
from edu_csv.pages.statuses import status_of
from edu_csv.pages.words import counted, listed, size
from exports.models import Export
from imports.formats.registry import formats
from imports.views.names import format_name


def export_name(export: Export) -> str:
    """ "EchoVideo sections"; the key of a format that is declared no more."""
    fmt = formats().get(export.format_key)
    return format_name(fmt) if fmt else export.format_key


def export_href(export: Export, *parts: str) -> str:
    return "/".join(["/exports", str(export.pk), *parts, ""])


def has_file(export: Export) -> bool:
    """Whether there is something to download, still."""
    return (
        export.job.status == JobStatus.COMPLETED
        and bool(export.file_key)
        and export.expires_at is not None
        and export.expires_at > timezone.now()
    )


def export_status(export: Export) -> Status:
    if export.job.status == JobStatus.FAILED:
        # "Refused" is said of a file that someone sent.
        return {"kind": "bad", "label": "Failed"}
    if export.job.status == JobStatus.COMPLETED and not has_file(export):
        return {"kind": "cancelled", "label": "Deleted by its retention"}
    return status_of(export.job.status)


def filter_text(export: Export) -> str:
    """ "1 term, 2 courses"; blank for everything."""
    return listed([counted(len(values), name) for name, values in export.filters.items()])


def export_lines(exports: Iterable[Export]) -> list[ExportLine]:
    return [
        {
            "status": export_status(export),
            "name": export_name(export),
            "href": export_href(export),
            "filter": filter_text(export),
            "by": export.job.submitted_by,
            "rows": export.rows,
            "size": size(export.bytes) if export.bytes is not None else "",
            "at": export.job.created_at,
            "until": export.expires_at,
            "download": {"label": "Download", "href": export_href(export, "file"), "icon": "in"}
            if has_file(export)
            else None,
        }
        for export in exports
    ]
