"""What a webhook is sent: a JSON object about one request, without any link that opens the file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from reporting.models import ReportRequest
from reporting.services import RequestStatus, error_of, status_of

ENDED = "report.ended"


def body_of(request: ReportRequest, now: datetime) -> str:
    """The object as text; the same bytes are sent each time. ``url`` takes a token, as all calls of the API."""
    status = status_of(request, now)
    run = request.run
    said: dict[str, Any] = {
        "event": ENDED,
        "id": str(request.pk),
        "status": status.value,
        "reportName": request.report_name,
        # The database keeps members of an object in an order of its own.
        "parameters": {
            name: request.parameters[name] for name in ("start", "end") if name in request.parameters
        },
        "rows": request.rows,
        "created": moment(request.job.created_at),
        "completed": moment(request.job.finished_at) if request.job.finished_at else None,
        "url": f"{settings.PUBLIC_BASE_URL.rstrip('/')}/public/api/v1/reporting/request/{request.pk}",
    }
    if status is RequestStatus.AVAILABLE:
        said["bytes"], said["sha256"] = request.bytes, request.sha256
        through = request.complete_through
        said["dataCompleteThrough"] = through.isoformat() if through else None
    else:
        said["error"] = error_of(request, now)
    if run is not None:
        said["schedule"] = str(run.schedule_id)
        said["window"] = {"start": run.start.isoformat(), "end": run.end.isoformat()}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def moment(at: datetime) -> str:
    """``2031-03-19T09:12:07.554Z`` (reporting-api.md 4.2)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
