"""What the clock does to requests (reporting-api.md 4.3): missing, expired, and at last forgotten.

Nothing here touches what was reported: only requests and their files end.
"""

from __future__ import annotations

import logging
from collections.abc import Set
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from edu_csv import stray_files
from edu_csv.jobs.models import Job, State, Status
from reporting import clock, endings
from reporting.models import ReportRequest
from reporting.problems import NOT_STARTED, CannotBeMade
from reporting.statuses import RequestStatus, late, of_status

log = logging.getLogger(__name__)

# A file that no request names: its worker died, and the request has been forgotten since.
STRAY_AFTER = timedelta(days=2)


def sweep(institution: int) -> None:
    """Note what the clock says, and remove the files that are past their time, and rows past theirs."""
    now = clock.now()
    missing, expired, forgotten = (
        _note_missing(institution, now),
        _expire(institution, now),
        _forget(institution, now),
    )
    removed = stray_files.remove(
        f"reports/{institution}/", lambda owners: _named(institution, owners), before=now - STRAY_AFTER
    )
    if missing or expired or forgotten or removed:
        log.info(
            "institution %s: %s reports are missing, %s expired, %s forgotten, %s files removed",
            institution, missing, expired, forgotten, removed,
        )  # fmt: skip


def _note_missing(institution: int, now: datetime) -> int:
    """A worker that takes one up at this very moment has it: we pass over what is locked."""
    with transaction.atomic():
        waiting = ReportRequest.objects.filter(late(now), institution_id=institution).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
        locked = Job.objects.select_for_update(skip_locked=True).filter(pk__in=ids, state=State.QUEUED)
        ids = list(locked.order_by("pk").values_list("pk", flat=True))
        Job.objects.filter(pk__in=ids).update(
            state=State.ENDED,
            status=Status.MISSING,
            phase=Status.MISSING,
            finished_at=now,
            problem=CannotBeMade(NOT_STARTED).as_json(),
        )
        if ids:
            endings.when_committed(ids)
    return len(ids)


def _expire(institution: int, now: datetime) -> int:
    with transaction.atomic():
        requests = ReportRequest.objects.filter(institution_id=institution, job__status=Status.COMPLETED)
        ids = list(of_status(requests, RequestStatus.EXPIRED, now).values_list("pk", flat=True))
        # First the records: a request without a file must not look as if it had one.
        Job.objects.filter(pk__in=ids).update(status=Status.EXPIRED, phase=Status.EXPIRED)
        ReportRequest.objects.filter(pk__in=ids).update(file_key="")
    return len(ids)


def _forget(institution: int, now: datetime) -> int:
    """G22: whatever became of them, requests are listed so long after their file's last day."""
    before = now - timedelta(days=settings.REPORT_LISTED_DAYS)
    old = ReportRequest.objects.filter(
        institution_id=institution, expires_at__lte=before, job__state=State.ENDED
    )
    ids = list(old.values_list("pk", flat=True))
    Job.objects.filter(pk__in=ids).delete()
    return len(ids)


def _named(institution: int, owners: Set[UUID]) -> dict[UUID, set[str] | None]:
    """The file that each of these requests names; None for one that is being made."""
    found = ReportRequest.objects.filter(institution_id=institution, pk__in=owners)
    return {
        pk: {key} if state == State.ENDED else None
        for pk, state, key in found.values_list("pk", "job__state", "file_key")
    }
