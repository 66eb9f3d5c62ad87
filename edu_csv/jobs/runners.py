"""Which function does the work of a kind of job. Apps register theirs when they are ready."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction

from edu_csv import tenancy
from edu_csv.errors import TransientFailure
from edu_csv.jobs import services
from edu_csv.jobs.errors import LeaseLost
from edu_csv.jobs.lease import Lease, claim_next
from edu_csv.jobs.models import Job, State, Status

log = logging.getLogger(__name__)

Runner = Callable[[Lease], None]
RUNNERS: dict[str, Runner] = {}

LONGEST_PAUSE_SECONDS = 30


# What else must be put right when a job's workers died too often and it was ended.
ON_GIVEN_UP: dict[str, Callable[[UUID], None]] = {}


def register(
    kind: str,
    runner: Runner,
    *,
    on_given_up: Callable[[UUID], None] | None = None,
    on_cancelled: Callable[[UUID], None] | None = None,
) -> None:
    """on_cancelled: called when a job was cancelled that no worker had; a runner sees to the end of its own.

    Raises ValueError for a kind that has another runner: one of the two apps would never see its jobs.
    """
    if RUNNERS.setdefault(kind, runner) is not runner:
        raise ValueError(f"jobs of kind {kind} have a runner already")
    if on_given_up is not None:
        ON_GIVEN_UP[kind] = on_given_up
    if on_cancelled is not None:
        services.ON_CANCELLED[kind] = on_cancelled


def work_one(queues: list[str], *, only_institution: int | None = None) -> bool:
    """Claim the next job and do it; False when nobody waits. Whatever happens, the job has a true state."""
    lease = claim_next(queues, only_institution=only_institution)
    if lease is None:
        return False
    with lease, tenancy.use_institution(lease.institution):
        run(lease)
    return True


def run(lease: Lease) -> None:
    try:
        RUNNERS[lease.kind](lease)
    except LeaseLost:
        # Nothing of ours was committed; whoever has the job now does it.
        log.warning("job %s: the lease was lost", lease.job)
    except (TransientFailure, OperationalError) as error:
        _try_again(lease, error)
    except Exception:
        log.exception("job %s failed by a fault of ours", lease.job)
        _fail(lease, "internal_error", "A fault of this system stopped the work. Nothing was changed.")


def _try_again(lease: Lease, error: Exception) -> None:
    """Back into the queue after a pause, until it has been tried often enough."""
    log.warning("job %s: %s", lease.job, error)
    tried = Job.objects.values_list("attempt", flat=True).get(pk=lease.job)
    if tried >= settings.JOB_MAX_ATTEMPTS * 3:
        _fail(
            lease,
            "unavailable",
            f"Storage or database did not answer in {tried} attempts. Nothing was changed.",
        )
        return
    time.sleep(min(2**lease.attempt / 10, LONGEST_PAUSE_SECONDS))
    services.release(lease)


def _fail(lease: Lease, code: str, detail: str) -> None:
    hint = "Try again; if it fails again, tell whoever runs this system and quote the id."
    try:
        with transaction.atomic():
            services.end(
                services.locked(lease),
                Status.FAILED,
                {"code": code, "detail": f"{detail} {hint}", "id": str(lease.job)},
            )
        if lease.kind in ON_GIVEN_UP:
            ON_GIVEN_UP[lease.kind](lease.job)
    except LeaseLost:
        log.warning("job %s was taken up by another worker before its failure was noted", lease.job)


def sweep() -> int:
    """Requeue jobs whose worker died, end those that killed too many; wake workers for all that waits."""
    lost = services.reap()
    for found in lost:
        if found.state == State.ENDED and found.kind in ON_GIVEN_UP:
            with tenancy.use_institution(found.institution):
                ON_GIVEN_UP[found.kind](found.job)
    return len(lost)
