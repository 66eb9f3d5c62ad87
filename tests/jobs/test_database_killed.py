"""The database server is killed while an import waits for approval: the plan stands, and is applied."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edu_csv.local import folder, provision
from edu_csv.local.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the test's own, with fsync: what it says is committed must be so."""
    data_dir = Path(tempfile.mkdtemp(prefix="edu-csv-killed-"))
    data_dir.chmod(0o711)
    folder.prepare(data_dir)
    made = Server(data_dir, programs=os.environ.get("POSTGRES_BIN", ""))
    made.start(dies_with_us=True)
    try:
        provision.provision(made.local)
        yield made
    finally:
        made.stop()
        shutil.rmtree(data_dir, ignore_errors=True)


def run(server: Server, *command: str) -> str:
    environment = {
        **os.environ,
        **server.local.environment(),
        "DJANGO_SETTINGS_MODULE": "edu_csv.settings.test",
        "FILES_DIR": str(server.data_dir / "files"),
        "BROKER_URL": "",
    }
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return done.stdout


@pytest.mark.timeout(180)
def test_a_waiting_plan_survives_the_death_of_the_database(server: Server) -> None:
    run(server, "manage.py", "migrate", "--verbosity", "0")
    upload, status = run(server, "-m", "tests.jobs.one_import", "plan", "killed").split()
    assert status == "awaiting_approval"

    pid = server.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.is_running() and time.monotonic() < deadline:
        time.sleep(0.1)
    if server.process is not None:
        server.process.wait()
    server.start(dies_with_us=True)

    told = json.loads(run(server, "-m", "tests.jobs.one_import", "approve", "killed", upload))
    assert told == {"status": "completed", "planned": 12_000, "courses": 12_000}
