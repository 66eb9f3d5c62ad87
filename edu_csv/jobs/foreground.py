"""A job seen through by the command that asked for it, with or without workers beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection

from edu_csv.jobs import runners
from edu_csv.jobs.lease import claim_one, direct_connection
from edu_csv.jobs.models import Job, State

# (phase, rows done, rows in all, if that is known)
Show = Callable[[str, int, int | None], None]

LOOK_AFTER_SECONDS = 0.25
# Often enough that the work of a worker that died is taken up by us, where nobody else sweeps.
SWEEP_AFTER_SECONDS = 5.0

PROGRESS = "SELECT phase, rows_done, rows_total FROM jobs_job WHERE id = %s"


def see_through(job_id: UUID, *, queue: str, institution: int, show: Show) -> Job:
    """Return the job when it has ended, or waits for approval. The institution is entered already.

    We do its work ourselves, after what came before it in this institution's queue; when a worker is
    faster, we wait for it. Interrupting ends the wait only: say ``request_cancel`` to stop the job.
    """
    swept = time.monotonic()
    with _shown(job_id, institution, show):
        while True:
            job = Job.objects.get(pk=job_id)
            if job.state in (State.ENDED, State.WAITING):
                return job
            if runners.work_one([queue], only_institution=institution):
                continue
            time.sleep(LOOK_AFTER_SECONDS)
            if time.monotonic() - swept > SWEEP_AFTER_SECONDS:
                runners.sweep()
                swept = time.monotonic()


def do_now(job_id: UUID, *, institution: int, patience_seconds: float) -> Job:
    """Do the work of one job at once, whoever is before it in the queue, and return it as it is then.

    For short work that is safe beside all other work of the institution, which is entered already. When a worker is
    faster we wait for it; after so many seconds, or for a lock that is held longer, the rest is left to the workers.
    """
    until = time.monotonic() + patience_seconds
    while True:
        if (lease := claim_one(job_id, institution)) is not None:
            with lease, _impatient(patience_seconds):
                runners.run(lease)
            return Job.objects.get(pk=job_id)
        job = Job.objects.get(pk=job_id)
        if job.is_ended or time.monotonic() > until:
            return job
        time.sleep(LOOK_AFTER_SECONDS)


@contextmanager
def _impatient(seconds: float) -> Iterator[None]:
    """Whoever asks waits at the other end of a line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(seconds * 1000)}ms"])
        try:
            yield
        finally:
            # A connection that died has taken the setting with it.
            with suppress(DatabaseError):
                cursor.execute("SELECT set_config('lock_timeout', '0', false)")


@contextmanager
def _shown(job_id: UUID, institution: int, show: Show) -> Iterator[None]:
    """Show the progress as it is written, from a thread of its own: this one does the work."""
    ended = threading.Event()
    thread = threading.Thread(target=_look, args=(job_id, institution, show, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _look(job_id: UUID, institution: int, show: Show, ended: threading.Event) -> None:
    try:
        with direct_connection(institution) as connection:
            while True:
                is_last = ended.wait(LOOK_AFTER_SECONDS)
                if row := connection.execute(PROGRESS, [job_id]).fetchone():
                    show(*row)
                if is_last:
                    return
    except psycopg.OperationalError:
        # The work goes on, or says itself what is wrong; only the bar stands still.
        return
