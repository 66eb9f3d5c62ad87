"""kill -9 of a worker over a report: the second try makes it whole, a second kill ends it (reporting-api.md 4.3)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from edu_csv.jobs import runners
from reporting import endings
from reporting.models import ReportRequest
from reporting.services import RequestStatus
from reporting.tasks import sweep
from tests.imports.harness import Tenant
from tests.reporting.requests.harness import (
    content,
    error,
    fresh,
    keys,
    made,
    status,
    submit,
    with_videos,
    work,
)

ROWS = 600


def kill_a_worker(place: str, tenant: Tenant, environment: dict[str, str]) -> None:
    """Let a worker come to a place of its work, and kill it there."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.reporting.requests.stopping_worker", str(tenant.pk), place],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    try:
        assert worker.stdout.readline() == "there\n"
        os.kill(worker.pid, signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()


def reap(request: ReportRequest, tenant: Tenant) -> str:
    """Sweep until the dead worker's lease is free, as the scheduler does every few seconds; the job's state then."""
    deadline = time.monotonic() + 20
    while (state := fresh(tenant, request).job.state) == "running" and time.monotonic() < deadline:
        runners.sweep()
        time.sleep(0.1)
    return str(state)


@pytest.mark.parametrize("place", ["writing", "written"])
def test_a_report_whose_worker_was_killed_comes_out_whole(
    place: str, tenant: Tenant, process_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.tasks.all_institutions", lambda: [tenant.pk])
    asked = submit(with_videos(tenant, ROWS))
    kill_a_worker(place, tenant, process_environment)
    left = keys(tenant)
    assert len(left) == (1 if place == "written" else 0)
    assert reap(asked, tenant) == "queued"
    assert status(tenant, asked) is RequestStatus.PENDING
    work(tenant)
    done = fresh(tenant, asked)
    assert status(tenant, done) is RequestStatus.AVAILABLE
    assert (done.job.attempt, done.rows) == (2, ROWS)
    assert content(done).count(b"\r\n") == ROWS + 1
    # The same as if nobody had been killed; and what the dead one left is gone after the next sweep.
    assert done.sha256 == made(tenant).sha256
    sweep()
    assert set(left).isdisjoint(keys(tenant))
    assert done.file_key in keys(tenant)


def test_a_report_that_killed_two_workers_has_failed(
    tenant: Tenant, process_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(endings, "ON_DONE", [lambda request: heard.append((request.pk, request.job.status))])
    asked = submit(with_videos(tenant, ROWS))
    kill_a_worker("writing", tenant, process_environment)
    assert reap(asked, tenant) == "queued"
    kill_a_worker("writing", tenant, process_environment)
    assert reap(asked, tenant) == "ended"
    assert status(tenant, asked) is RequestStatus.FAILED
    assert str(error(tenant, asked)).startswith("The worker stopped in the middle of the report each time")
    assert heard == [(asked.pk, "failed")]
    assert work(tenant) == 0


def test_an_import_is_given_more_workers_than_a_report(tenant: Tenant) -> None:
    """What a kind of job is allowed is its own: two for reports, four for the rest."""
    report = submit(tenant)
    upload = tenant.receive("Course Code,Course Name,External ID\nLAW1,Law 1,C-1\n", "echovideo.courses.v1")
    lost = (
        "UPDATE jobs_job SET state = 'running', attempt = losses + 1 WHERE id = ANY(%s) AND state = 'queued'"
    )
    ends: dict[str, int] = {}
    for number in range(1, 5):
        tenant.query(lost, [report.pk, upload.pk])
        runners.sweep()
        for kind, job in (("report", fresh(tenant, report).job), ("import", tenant.fresh(upload).job)):
            if job.is_ended:
                ends.setdefault(kind, number)
    assert ends == {"report": 2, "import": 4}
