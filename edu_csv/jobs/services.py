"""Queueing, ending, cancelling and reaping jobs."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from edu_csv.celery import app
from edu_csv.jobs.errors import LeaseLost
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import QUEUE_OF, Job, Kind, State, Status

log = logging.getLogger(__name__)

# What else must be done when a job is cancelled that no worker has; by its kind, after the commit.
ON_CANCELLED: dict[str, Callable[[UUID], None]] = {}


class Submitter(Protocol):
    """Whoever asks for work: an account, a client, or the machine itself."""

    @property
    def institution(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def account(self) -> int | None: ...
    @property
    def client(self) -> int | None: ...


def create(submitter: Submitter, kind: Kind, **more: Any) -> Job:
    """A job of whoever asks, in the queue of its kind. more: of the row's fields; ``enqueue`` it when its work is told."""
    return Job.objects.create(
        institution_id=submitter.institution,
        kind=kind,
        queue=QUEUE_OF[kind],
        account_id=submitter.account,
        client_id=submitter.client,
        submitted_by=submitter.name,
        **more,
    )


def enqueue(job: Job) -> None:
    """Wake a worker when the transaction commits: one that starts earlier would not find the job."""
    queue = job.queue
    transaction.on_commit(lambda: wake(queue))


def wake(queue: str) -> None:
    """Send the message that there is work. The broker may be away: the sweep finds the job again."""
    try:
        app.send_task("edu_csv.jobs.work", args=[queue], queue=queue, retry=False)
    except Exception:  # any broker error of any transport; the row is the truth
        log.warning(
            "no message could be sent to queue %s; the sweep will find the work", queue, exc_info=True
        )


def locked(lease: Lease) -> Job:
    """The job's row, locked until the transaction ends. Raises LeaseLost when it is another's by now.

    Whatever ends a job calls this in the transaction that does the work.
    """
    job = (
        Job.objects.select_for_update()
        .filter(pk=lease.job, attempt=lease.attempt, state=State.RUNNING)
        .first()
    )
    if job is None:
        raise LeaseLost(f"job {lease.job} was given to another worker")
    return job


def end(job: Job, status: str, problem: dict[str, Any] | None = None) -> None:
    job.state, job.status, job.problem = State.ENDED, status, problem
    job.phase = status
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "status", "problem", "phase", "finished_at"])


def wait(job: Job) -> None:
    """Stop for a person's approval; the worker goes on to other work."""
    job.state, job.status, job.phase = State.WAITING, Status.AWAITING_APPROVAL, Status.AWAITING_APPROVAL
    job.save(update_fields=["state", "status", "phase"])


def resume(job: Job) -> None:
    """From waiting back into the queue, in its old place in the order of receipt."""
    job.state, job.status, job.phase = State.QUEUED, Status.QUEUED, "queued"
    job.save(update_fields=["state", "status", "phase"])
    enqueue(job)


def release(lease: Lease) -> None:
    """Put a job back after a transient failure; a worker will take it up again."""
    with transaction.atomic():
        job = locked(lease)
        job.state, job.phase = State.QUEUED, "queued"
        job.save(update_fields=["state", "phase"])
        enqueue(job)


def request_cancel(job_id: UUID) -> bool:
    """Ask a job to stop. True: it is stopped or will; False: it had ended, or is past stopping."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state == State.ENDED:
            return False
        if job.state == State.RUNNING:
            job.cancel_requested = True
            job.save(update_fields=["cancel_requested"])
            return True
        end(job, Status.CANCELLED)
        _see_to_cancelled(job)
        return True


def _see_to_cancelled(job: Job) -> None:
    if (see_to := ON_CANCELLED.get(job.kind)) is None:
        return

    def after() -> None:
        see_to(job.pk)

    transaction.on_commit(after, robust=True)


@dataclass(frozen=True, slots=True)
class Lost:
    """A job that had lost its worker, and what became of it: queued again, or ended."""

    job: UUID
    institution: int
    kind: str
    state: str


def reap() -> list[Lost]:
    """Requeue jobs whose worker died, and send a message for each queue in which anything waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job_id, institution_id, kind, new_state FROM jobs_reap(%s, %s::jsonb)",
            [settings.JOB_MAX_ATTEMPTS, json.dumps(settings.JOB_MAX_ATTEMPTS_OF)],
        )
        lost = [Lost(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT queue FROM jobs_waiting()")
        waiting = [row[0] for row in cursor.fetchall()]
    for each in lost:
        log.warning("%s %s had lost its worker; now %s", each.kind, each.job, each.state)
    for queue in waiting:
        wake(queue)
    return lost


def wake_if_waiting(queue: str) -> None:
    """One message for what still waits in a queue, should the broker have lost its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM jobs_waiting() WHERE queue = %s", [queue])
        if cursor.fetchone():
            wake(queue)
