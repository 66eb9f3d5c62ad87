"""Requests as lines of a list: state, what was asked for, how long its link is good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from edu_csv.jobs.models import State
from edu_csv.pages.contexts.parts import Action, Fact, Status, StatusKind
from edu_csv.pages.contexts.reports import RequestLine
from edu_csv.pages.words import size
from reporting import clock, services
from reporting.models import ReportRequest
from reporting.services import RequestStatus
from reporting.views.words import range_of, request_href, title_of, written

PILLS: dict[RequestStatus, StatusKind] = {
    RequestStatus.PENDING: "wait",
    RequestStatus.AVAILABLE: "ok",
    RequestStatus.EXPIRED: "cancelled",
    RequestStatus.FAILED: "bad",
    RequestStatus.MISSING: "part",
}
# Whoever has no file may ask for the same once more.
ENDED_WITHOUT = (RequestStatus.EXPIRED, RequestStatus.FAILED, RequestStatus.MISSING)


def request_lines(requests: Iterable[ReportRequest]) -> list[RequestLine]:
    now = clock.now()
    return [_line(request, now) for request in requests]


def _line(request: ReportRequest, now: datetime) -> RequestLine:
    status = services.status_of(request, now)
    return {
        "status": pill(request, status),
        "name": title_of(request.report_name),
        "href": request_href(request),
        "detail": f"{range_of(request, is_short=True)}, {written(request)}",
        "by": request.job.submitted_by,
        "rows": request.rows,
        # What there was of a file that is gone is no size of anything.
        "size": size(request.bytes)
        if request.bytes is not None and status is RequestStatus.AVAILABLE
        else "",
        "until": _until(request, status, now),
        "action": action_of(request, status),
    }


def pill(request: ReportRequest, status: RequestStatus) -> Status:
    """The word is the API's; a request that a worker has begun moves."""
    if status is RequestStatus.PENDING and request.job.state == State.RUNNING:
        return {"kind": "run", "label": str(status)}
    return {"kind": PILLS[status], "label": str(status)}


def link_ends(request: ReportRequest, now: datetime) -> datetime:
    """Until when a link is good that is taken now (reporting-api.md 4.6)."""
    return min(now + timedelta(seconds=settings.REPORT_LINK_SECONDS), request.expires_at)


def _until(request: ReportRequest, status: RequestStatus, now: datetime) -> Fact:
    job = request.job
    match status:
        case RequestStatus.PENDING if job.started_at:
            return {"text": "began", "at": job.started_at}
        case RequestStatus.PENDING:
            return {"text": "waits since", "at": job.created_at}
        case RequestStatus.AVAILABLE:
            return {"text": "link good until", "at": link_ends(request, now)}
        case RequestStatus.EXPIRED:
            return {"text": "file removed", "at": request.expires_at}
        case RequestStatus.MISSING:
            return {"text": "did not begin, asked for", "at": job.created_at}
        case RequestStatus.FAILED:
            return {"text": "ended", "at": job.finished_at or job.created_at}


def action_of(request: ReportRequest, status: RequestStatus) -> Action | None:
    if status is RequestStatus.AVAILABLE:
        return {"label": "Download", "href": request_href(request, "file"), "icon": "in"}
    if status in ENDED_WITHOUT:
        return {"label": "Request again", "href": request_href(request, "again"), "method": "post"}
    return None
