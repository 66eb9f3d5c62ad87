"""The lease of a job: an advisory lock on a connection of its own, past any pooler.

When the worker dies the connection dies with it, the lock is free, and the reaper sees that. The
same connection writes progress, so that it is seen while the work's own transaction is open.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings

from edu_csv.jobs.errors import JobCancelled, LeaseLost

CLAIM = "SELECT job_id, institution_id, kind, attempt FROM jobs_claim(%s, %s, %s)"
# One job out of turn, for whoever waits for it: what it does is safe beside all other work.
CLAIM_ONE = """
    UPDATE jobs_job SET state = 'running', attempt = attempt + 1, beat_at = now(), started_at = coalesce(started_at, now())
     WHERE id = %s AND state = 'queued' AND pg_try_advisory_lock(jobs_lease_key(id))
 RETURNING kind, attempt
"""
PROGRESS = """
    UPDATE jobs_job SET phase = coalesce(%(phase)s, phase), status = coalesce(%(status)s, status),
           rows_done = coalesce(%(rows)s, rows_done), rows_total = coalesce(%(total)s, rows_total), beat_at = now()
     WHERE id = %(job)s AND attempt = %(attempt)s AND state = 'running'
 RETURNING cancel_requested
"""
# People look once a second or so; the database need not hear of it more often.
SECONDS_BETWEEN_BEATS = 1.0


def direct_connection(institution: int | None = None) -> psycopg.Connection[Any]:
    """A session of its own at the database, as the application's role."""
    connection = psycopg.connect(settings.DATABASE_DIRECT_URL, autocommit=True)
    if settings.DATABASE_ROLE:
        connection.execute("SELECT set_config('role', %s, false)", [settings.DATABASE_ROLE])
    connection.execute("SELECT set_config('edu_csv.institution', %s, false)", [str(institution or "")])
    return connection


@dataclass(slots=True)
class Lease:
    """A claimed job, for as long as the connection lives."""

    connection: psycopg.Connection[Any]
    job: UUID
    institution: int
    kind: str
    attempt: int
    _beaten: float = field(default=0.0)

    def beat(self, *, rows: int | None = None, total: int | None = None) -> None:
        """Note progress, at most once a second. Raises JobCancelled, LeaseLost."""
        if time.monotonic() - self._beaten >= SECONDS_BETWEEN_BEATS:
            self._write(rows=rows, total=total)

    def enter(self, status: str, *, phase: str | None = None, total: int | None = None) -> None:
        """Begin a phase of the work, at once for all to see. Raises JobCancelled, LeaseLost."""
        self._write(status=status, phase=phase or status, total=total)

    def _write(
        self,
        *,
        status: str | None = None,
        phase: str | None = None,
        rows: int | None = None,
        total: int | None = None,
    ) -> None:
        self._beaten = time.monotonic()
        values = {
            "job": self.job,
            "attempt": self.attempt,
            "status": status,
            "phase": phase,
            "rows": rows,
            "total": total,
        }
        try:
            row = self.connection.execute(PROGRESS, values).fetchone()
        except psycopg.OperationalError as error:
            raise LeaseLost(f"the lease of job {self.job} went with its connection: {error}") from error
        if row is None:
            raise LeaseLost(f"job {self.job} was given to another worker")
        if row[0]:
            raise JobCancelled(f"job {self.job} was cancelled")

    def release(self) -> None:
        self.connection.close()

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def claim_next(queues: list[str], *, only_institution: int | None = None) -> Lease | None:
    """Take the next job for this worker; None when nobody waits (design section 5)."""
    connection = direct_connection()
    try:
        row = connection.execute(CLAIM, [queues, settings.WORKER_SLOTS, only_institution]).fetchone()
        if row is None:
            connection.close()
            return None
        job, institution, kind, attempt = row
        connection.execute("SELECT set_config('edu_csv.institution', %s, false)", [str(institution)])
    except BaseException:
        connection.close()
        raise
    return Lease(connection, job, institution, kind, attempt)


def claim_one(job: UUID, institution: int) -> Lease | None:
    """Take this very job; None when somebody else has it already."""
    connection = direct_connection(institution)
    try:
        row = connection.execute(CLAIM_ONE, [job]).fetchone()
    except BaseException:
        connection.close()
        raise
    if row is None:
        connection.close()
        return None
    kind, attempt = row
    return Lease(connection, job, institution, kind, attempt)
