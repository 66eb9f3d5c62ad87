"""What a request shows (reporting-api.md 4.3): by the clock, whether or not the sweep has been round."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from edu_csv.jobs.models import Job, State, Status
from reporting.models import ReportRequest


class RequestStatus(StrEnum):
    PENDING = "Pending"
    AVAILABLE = "Available"
    EXPIRED = "Expired"
    FAILED = "Failed"
    MISSING = "Missing"


def start_limit() -> timedelta:
    """How long a request may wait for a worker."""
    return timedelta(hours=settings.REPORT_START_HOURS)


# Since when a request waits: one whose worker died or was asked to come back waits since it was first begun.
WAITS_SINCE = Coalesce("job__started_at", "job__created_at")


def status_of(request: ReportRequest, now: datetime) -> RequestStatus:
    """The status at ``now``; the job is at hand."""
    job = request.job
    if job.state != State.ENDED:
        waits_since = job.started_at or job.created_at
        is_late = job.state == State.QUEUED and waits_since + start_limit() <= now
        return RequestStatus.MISSING if is_late else RequestStatus.PENDING
    if job.status == Status.MISSING:
        return RequestStatus.MISSING
    if job.status not in (Status.COMPLETED, Status.EXPIRED):
        return RequestStatus.FAILED
    if job.status == Status.EXPIRED or request.expires_at <= now:
        return RequestStatus.EXPIRED
    return RequestStatus.AVAILABLE


def came_too_late(job: Job, now: datetime) -> bool:
    """Whether a job just claimed had been missing before: what was shown as missing is never begun.

    The claim notes the first start and keeps it.
    """
    waited_since = job.created_at if job.attempt <= 1 or job.started_at is None else job.started_at
    return waited_since + start_limit() <= now


def of_status(
    requests: QuerySet[ReportRequest], status: RequestStatus, now: datetime
) -> QuerySet[ReportRequest]:
    """Those of a query set that ``status_of`` gives this status."""
    return requests.filter(_condition(status, now))


def _condition(status: RequestStatus, now: datetime) -> Q:
    match status:
        case RequestStatus.PENDING:
            begun_or_young = Q(GreaterThan(WAITS_SINCE, now - start_limit()))
            return (
                Q(job__state__in=[State.RUNNING, State.WAITING]) | Q(job__state=State.QUEUED) & begun_or_young
            )
        case RequestStatus.MISSING:
            return Q(job__state=State.ENDED, job__status=Status.MISSING) | late(now)
        case RequestStatus.AVAILABLE:
            return Q(job__state=State.ENDED, job__status=Status.COMPLETED, expires_at__gt=now)
        case RequestStatus.EXPIRED:
            was_there = Q(job__status=Status.EXPIRED) | Q(job__status=Status.COMPLETED, expires_at__lte=now)
            return Q(job__state=State.ENDED) & was_there
        case RequestStatus.FAILED:
            others = [Status.COMPLETED, Status.EXPIRED, Status.MISSING]
            return Q(job__state=State.ENDED) & ~Q(job__status__in=others)


def late(now: datetime) -> Q:
    """Requests that wait and have waited too long."""
    return Q(job__state=State.QUEUED) & Q(LessThanOrEqual(WAITS_SINCE, now - start_limit()))
