"""kill -9 in the middle of a file that goes through a template: each statement stands exactly once."""

from __future__ import annotations

import os
import signal

import pytest

from imports.formats.templated import key_of
from tests.imports.harness import Tenant
from tests.imports.templated.house import make_template, views
from tests.jobs.test_kills import take_up_again, worker_stopped_at

ROWS = 300


@pytest.mark.parametrize("place", ["checking", "planning", "stored", "committed"])
def test_a_killed_worker_loses_and_doubles_no_statement(
    place: str, tenant: Tenant, process_environment: dict[str, str]
) -> None:
    version = make_template(tenant)
    upload = tenant.receive(views(*range(ROWS)), key_of(version.template_id), "")
    with worker_stopped_at(place, tenant, process_environment) as worker:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert tenant.query("SELECT count(*) FROM activity_statement") == [(0,)]
        take_up_again(upload, tenant)
    tenant.work()
    done = tenant.fresh(upload)
    assert (done.job.status, done.job.attempt) == ("completed", 2)
    assert done.counts["created"] == ROWS
    found = tenant.query(
        "SELECT count(*), count(DISTINCT id), count(DISTINCT (job_id, row)) FROM activity_statement"
    )
    assert found == [(ROWS, ROWS, ROWS)]
