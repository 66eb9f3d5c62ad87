"""The lease, the fence behind it, and cancelling."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from edu_csv import tenancy
from edu_csv.jobs import runners, services
from edu_csv.jobs.lease import Lease, claim_next
from edu_csv.jobs.models import Job
from imports import services as imports
from imports.steps import plan
from tests.imports.harness import Tenant

COURSES = "echovideo.courses.v1"
UPLOAD = "Course Code,Course Name\nLAW101,Law\n"


def terminate(lease: Lease) -> None:
    """What a broken line between worker and database looks like to the database."""
    with psycopg.connect(settings.DATABASE_DIRECT_URL, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [lease.connection.info.backend_pid])


def reaped() -> list[UUID]:
    return [lost.job for lost in services.reap()]


def test_a_worker_whose_lease_was_taken_away_cannot_commit(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = tenant.receive(UPLOAD, COURSES)
    make, enter = plan.make, Lease.enter
    taken: list[bool] = []

    def made_while_another_took_over(space: Any) -> dict[str, int]:
        counts = make(space)
        if not taken:
            taken.append(True)
            assert first is not None
            terminate(first)
            other = threading.Thread(target=work_as_another)
            other.start()
            other.join()
        return counts

    def work_as_another() -> None:
        # On a connection of its own: the first worker's transaction is still open.
        while not any(lost.job == upload.pk for lost in services.reap()):
            pass
        runners.work_one(["imports"], only_institution=tenant.pk)
        connection.close()

    def entered(self: Lease, status: str, **options: Any) -> None:
        # The first worker does not notice that its lease has gone: only the fence is left.
        if self is not first:
            enter(self, status, **options)

    first = claim_next(["imports"], only_institution=tenant.pk)
    assert first is not None
    monkeypatch.setattr(plan, "make", made_while_another_took_over)
    monkeypatch.setattr(Lease, "enter", entered)
    with first, tenancy.use_institution(tenant.pk):
        runners.run(first)
    job = tenant.fresh(upload).job
    assert (job.status, job.attempt) == ("completed", 2)
    assert tenant.query("SELECT count(*) FROM roster_course") == [(1,)]


def test_a_claim_is_one_lease_and_the_next_worker_gets_nothing(tenant: Tenant) -> None:
    tenant.receive(UPLOAD, COURSES)
    tenant.receive(UPLOAD, COURSES)
    with claim_next(["imports"], only_institution=tenant.pk) as lease:  # type: ignore[union-attr]
        assert claim_next(["imports"], only_institution=tenant.pk) is None
        assert lease.job not in reaped(), "a lease that is held is no lost job"
    # A server process that is told to end gives its lock back when it gets a turn.
    until = time.monotonic() + 10
    while lease.job not in (found := reaped()) and time.monotonic() < until:
        time.sleep(0.05)
    assert lease.job in found


def test_a_queued_import_can_be_cancelled(tenant: Tenant) -> None:
    upload = tenant.receive(UPLOAD, COURSES)
    with tenancy.use_institution(tenant.pk):
        assert imports.cancel(tenant.actor, upload).job.status == "cancelled"
    tenant.work()
    assert tenant.fresh(upload).job.status == "cancelled"
    assert tenant.query("SELECT count(*) FROM roster_course") == [(0,)]


def test_a_running_import_stops_at_its_next_phase(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = tenant.receive(UPLOAD, COURSES)
    make = plan.make

    def made(space: Any) -> dict[str, int]:
        # From another session, as a page would: the work's own transaction is open.
        def cancel() -> None:
            with tenancy.use_institution(tenant.pk):
                services.request_cancel(upload.pk)
            connection.close()

        thread = threading.Thread(target=cancel)
        thread.start()
        thread.join()
        return make(space)

    monkeypatch.setattr(plan, "make", made)
    tenant.work()
    assert tenant.fresh(upload).job.status == "cancelled"
    assert tenant.query("SELECT count(*) FROM roster_course") == [(0,)]


def test_what_has_ended_cannot_be_cancelled(tenant: Tenant) -> None:
    upload = tenant.load(UPLOAD, COURSES)
    with tenancy.use_institution(tenant.pk), pytest.raises(imports.WrongState, match="undone instead"):
        imports.cancel(tenant.actor, upload)


def test_a_fault_of_ours_ends_the_job_and_changes_nothing(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(space: Any) -> dict[str, int]:
        raise ZeroDivisionError

    monkeypatch.setattr(plan, "make", broken)
    upload = tenant.load(UPLOAD, COURSES)
    assert upload.job.status == "failed"
    assert upload.job.problem is not None
    assert upload.job.problem["code"] == "internal_error"
    with tenancy.use_institution(tenant.pk):
        assert Job.objects.filter(state="running").count() == 0
