"""kill -9 of the worker in each phase: the job is taken up again, nothing doubled, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from edu_csv import tenancy
from edu_csv.jobs import runners
from edu_csv.jobs.models import Job
from imports.models import Import
from tests.imports.harness import Tenant

COURSES = "echovideo.courses.v1"
ROWS = 500
PLACES = ["reading", "checking", "planning", "applying", "written", "committed"]


def many_courses() -> str:
    return "Course Code,Course Name,External ID\n" + "".join(f"LAW{n},Law {n},C-{n}\n" for n in range(ROWS))


@contextmanager
def worker_stopped_at(
    place: str, tenant: Tenant, environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.stopping_worker", str(tenant.pk), place],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "there\n"
        yield worker
    finally:
        worker.kill()
        worker.wait()
        assert worker.stdout is not None
        worker.stdout.close()


def take_up_again(upload: Import, tenant: Tenant) -> None:
    """Sweep until the dead worker's lease is free, as the scheduler does every few seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        runners.sweep()
        with tenancy.use_institution(tenant.pk):
            if Job.objects.get(pk=upload.pk).state == "queued":
                return
        time.sleep(0.1)
    raise AssertionError("the job of a dead worker was not taken up again")


@pytest.mark.parametrize("place", PLACES)
def test_a_killed_worker_loses_and_doubles_nothing(
    place: str, tenant: Tenant, process_environment: dict[str, str]
) -> None:
    upload = tenant.receive(many_courses(), COURSES)
    with worker_stopped_at(place, tenant, process_environment) as worker:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert tenant.query("SELECT count(*) FROM roster_course") == [(0,)]
        take_up_again(upload, tenant)
    tenant.work()
    upload = tenant.fresh(upload)
    assert upload.job.status == "completed"
    assert upload.job.attempt == 2
    assert upload.counts["created"] == ROWS
    assert tenant.query("SELECT count(*), count(DISTINCT code) FROM roster_course") == [(ROWS, ROWS)]
    assert len(tenant.plan(upload)) == ROWS


def test_a_job_that_kills_its_workers_is_given_up(
    tenant: Tenant, process_environment: dict[str, str], settings: pytest.FixtureRequest
) -> None:
    settings.JOB_MAX_ATTEMPTS = 1  # type: ignore[attr-defined]  # pytest-django's wrapper
    upload = tenant.receive(many_courses(), COURSES)
    with worker_stopped_at("planning", tenant, process_environment) as worker:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    deadline = time.monotonic() + 20
    while not tenant.fresh(upload).job.is_ended and time.monotonic() < deadline:
        runners.sweep()
        time.sleep(0.1)
    job = tenant.fresh(upload).job
    assert job.status == "failed"
    assert job.problem is not None
    assert job.problem["code"] == "worker_lost"
    assert tenant.query("SELECT count(*) FROM roster_course") == [(0,)]


def test_an_import_waits_for_the_one_that_runs(tenant: Tenant, process_environment: dict[str, str]) -> None:
    first = tenant.receive(many_courses(), COURSES)
    second = tenant.receive(many_courses(), COURSES)
    with worker_stopped_at("planning", tenant, process_environment):
        # Two imports of the same feed at once: the second is not even begun.
        assert not runners.work_one(["imports"], only_institution=tenant.pk)
        assert tenant.fresh(second).job.state == "queued"
    take_up_again(first, tenant)
    tenant.work()
    assert tenant.fresh(first).counts["created"] == ROWS
    assert tenant.fresh(second).counts["unchanged"] == ROWS
