"""What the clock does to requests (reporting-api.md 4.3): missing, expired, and at last forgotten.

Nothing here touches what was reported: only requests and their files end.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction

from edu_csv import storage
from edu_csv.jobs.models import Job, State, Status
from reporting import clock, endings
from reporting.models import ReportRequest
from reporting.problems import NOT_STARTED, CannotBeMade
from reporting.statuses import RequestStatus, late, of_status

log = logging.getLogger(__name__)

# A file that no request names: its worker died, and the request has been forgotten since.
STRAY_AFTER = timedelta(days=2)
KEYS_AT_ONCE = 500


def sweep(institution: int) -> None:
    """Note what the clock says, and remove the files that are past their time, and rows past theirs."""
    now = clock.now()
    missing, expired, forgotten = (
        _note_missing(institution, now),
        _expire(institution, now),
        _forget(institution, now),
    )
    removed = _remove_files(institution, now)
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


def _remove_files(institution: int, now: datetime) -> int:
    """Remove each file that no request names, unless it is being made; how many those were."""
    removed = 0
    keys = storage.list_keys(f"reports/{institution}/")
    while batch := list(islice(keys, KEYS_AT_ONCE)):
        keep = _kept(institution, batch, now - STRAY_AFTER)
        for stored in batch:
            if stored.key not in keep:
                storage.delete(stored.key)
                removed += 1
    return removed


def _kept(institution: int, found: list[storage.StoredKey], since: datetime) -> set[str]:
    """The files that their request names, all of a request that is being made, and young strays."""
    owners = {stored.key: _owner(stored.key) for stored in found}
    requests = {
        pk: (state, key)
        for pk, state, key in ReportRequest.objects.filter(
            institution_id=institution, pk__in={owner for owner in owners.values() if owner}
        ).values_list("pk", "job__state", "file_key")
    }
    keep = set()
    for stored in found:
        owner = owners[stored.key]
        if owner is None or owner not in requests:
            is_kept = stored.modified > since
        else:
            state, key = requests[owner]
            is_kept = state != State.ENDED or stored.key == key
        if is_kept:
            keep.add(stored.key)
    return keep


def _owner(key: str) -> UUID | None:
    """The request in ``reports/7/0190…/1/e7c1f3aa-90d4-4d0b-b6a0-2f6f5f0f4d18.csv.gz``."""
    parts = key.split("/")
    try:
        return UUID(parts[2])
    except (IndexError, ValueError):
        return None
