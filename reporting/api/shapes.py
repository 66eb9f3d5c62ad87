"""How requests and moments look in answers (reporting-api.md 2.2, 2.4, 5.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from edu_csv.jobs.models import State
from reporting import services
from reporting.models import ReportRequest
from reporting.services import RequestStatus

DATES = ("start", "end")
WITH_FILE = (RequestStatus.AVAILABLE, RequestStatus.EXPIRED)


def moment(at: datetime) -> str:
    """2025-03-18T14:30:00.000Z"""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def listed(request: ReportRequest, now: datetime) -> dict[str, Any]:
    """An entry of the list: file names, and never a link."""
    status = services.status_of(request, now)
    files = {"assets": [request.file_name]} if status is RequestStatus.AVAILABLE else {}
    return _told(request, status, files)


def in_full(request: ReportRequest, now: datetime) -> dict[str, Any]:
    """One request: fresh links in place of file names, and our ``details``."""
    status = services.status_of(request, now)
    link = services.fresh_link(request, now)
    files = {} if link is None else {"signedAssets": [link]}
    return {**_told(request, status, files), "details": _details(request, status, now)}


def _told(request: ReportRequest, status: RequestStatus, files: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "requestId": str(request.pk),
        "status": str(status),
        **files,
        "reportName": request.report_name,
        # The database keeps names in an order of its own.
        "parameters": {name: request.parameters[name] for name in DATES if name in request.parameters},
        "created": moment(request.job.created_at),
    }


def _details(request: ReportRequest, status: RequestStatus, now: datetime) -> dict[str, Any]:
    """What compatible clients pass over: how far it is, what the file is, or why there is none."""
    job = request.job
    if status is RequestStatus.PENDING:
        is_running = job.state == State.RUNNING
        return {"progress": "running" if is_running else "queued", "rows": job.rows_done}
    told: dict[str, Any] = {"completed": moment(job.finished_at)} if job.finished_at else {}
    if status not in WITH_FILE:
        return {**told, "error": services.error_of(request, now)}
    return {
        **told,
        "expires": moment(request.expires_at),
        "rows": request.rows,
        "bytes": request.bytes,
        "sha256": request.sha256,
        "columns": request.columns,
        "dataCompleteThrough": request.complete_through.isoformat() if request.complete_through else None,
    }
