"""`manage.py up`: one machine's database, worker, scheduler, web and SFTP, together."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
from pathlib import Path

import psycopg
import pytest

from edu_csv.local import folder, provision
from edu_csv.local.server import Server
from edu_csv.local.state import OWNER
from tests.local.running import Running, ask, command_of, left_over, manage, wait_until

pytestmark = pytest.mark.timeout(300)

MAKE = "__import__('edu_csv.access.services').access.services.create_institution(name='Kept', slug='{}').slug"
FIND = "__import__('edu_csv.access.services').access.services.institution_id('{}')"


def test_everything_is_ready_when_the_address_is_printed(running: Running) -> None:
    assert running.get("/healthz") == (200, {"status": "ok"})
    assert running.get("/readyz") == (200, {"status": "ok"})
    assert running.children().keys() == {"web", "worker", "scheduler", "sftp", "database"}


def test_second_start_on_the_same_folder_is_refused_with_one_sentence(running: Running) -> None:
    second = manage(running.data_dir, "up", "--port", "1")
    assert second.returncode == 2
    assert second.stderr == (
        f"edu-csv already runs on {running.data_dir} (process {running.process.pid}). "
        "Stop it first, or choose another folder with --data-dir.\n"
    )


def test_taken_port_is_refused_with_one_sentence(running: Running, open_folder: Path) -> None:
    second = manage(open_folder / "other", "up", "--port", str(running.port))
    assert second.returncode == 2
    assert second.stderr == (
        f"Port {running.port} is taken by another program. "
        "Stop that program, or choose another port with --port.\n"
    )


def test_unusable_folder_is_refused_with_one_sentence(open_folder: Path) -> None:
    (open_folder / "file").write_text("in the way")
    refused = manage(open_folder / "file", "up")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert str(open_folder / "file") in refused.stderr
    assert "--data-dir" in refused.stderr


def test_command_beside_up_uses_its_database(running: Running) -> None:
    assert ask(running.data_dir, MAKE.format("beside")) == "beside"
    assert int(ask(running.data_dir, FIND.format("beside"))) > 0
    assert running.is_ready()


@pytest.mark.parametrize("name", ["worker", "web", "scheduler", "sftp"])
def test_killed_process_is_started_again(running: Running, name: str) -> None:
    before = running.children()[name]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: running.children().get(name, before) != before)
    wait_until(running.is_ready)
    assert f"The {name} process ended (by signal SIGKILL)" in running.words()


def test_slots_of_a_killed_worker_do_not_live_on(running: Running) -> None:
    before = running.children()["worker"]
    slots = wait_until(lambda: [line for line in left_over(running.data_dir) if "w1@app" in line][1:])
    os.kill(before, signal.SIGKILL)
    pids = [int(line.split()[0]) for line in slots]
    wait_until(lambda: not any("w1@app" in command_of(pid) for pid in pids))
    wait_until(lambda: running.children().get("worker", before) != before)


def test_killed_database_is_started_again_with_its_data(running: Running) -> None:
    assert ask(running.data_dir, MAKE.format("committed")) == "committed"
    before = running.children()["database"]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: running.children().get("database", before) != before)
    wait_until(running.is_ready)
    assert int(ask(running.data_dir, FIND.format("committed"))) > 0


@pytest.mark.parametrize(
    "request_to_stop", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_one_signal_ends_all_and_data_survives(open_folder: Path, request_to_stop: signal.Signals) -> None:
    data_dir = open_folder / f"ended-{request_to_stop.name}"
    first = Running(data_dir)
    assert ask(data_dir, MAKE.format("kept")) == "kept"
    assert first.stop(request_to_stop) == 0
    assert left_over(data_dir) == []
    assert int(ask(data_dir, FIND.format("kept"))) > 0


def test_when_the_supervisor_is_killed_all_end_and_the_next_start_works(open_folder: Path) -> None:
    data_dir = open_folder / "killed"
    first = Running(data_dir)
    assert ask(data_dir, MAKE.format("kept")) == "kept"
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: left_over(data_dir) == [], 30)
    second = Running(data_dir)
    try:
        assert second.is_ready()
        assert int(ask(data_dir, FIND.format("kept"))) > 0
    finally:
        second.stop()


@pytest.mark.slow
def test_database_that_outlived_its_supervisor_is_attached_to(open_folder: Path) -> None:
    data_dir = open_folder / "attached"
    # A command started it, and was killed before it could stop it.
    killed = manage(data_dir, "shell", "-c", "import os; os.kill(os.getpid(), 9)")
    assert killed.returncode == -signal.SIGKILL
    pid = int((data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0])
    assert "postgres" in command_of(pid)
    running = Running(data_dir)
    assert running.is_ready()
    assert int((data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0]) == pid
    assert running.stop() == 0
    assert left_over(data_dir) == []


@pytest.mark.slow
def test_given_database_is_used_instead_of_an_own_one(open_folder: Path) -> None:
    theirs, data_dir = open_folder / "theirs-server", open_folder / "no-database"
    folder.prepare(theirs)
    server = Server(theirs, careless=True)
    server.start(dies_with_us=True)
    provision.provision(server.local)
    given = server.local.environment()
    del given["BROKER_URL"]
    up = Running(data_dir, settings=given)
    try:
        assert up.is_ready()
        assert up.children().keys() == {"web", "worker", "scheduler", "sftp"}
        assert not (data_dir / "postgres").exists()
        with psycopg.connect(server.local.url(OWNER)) as connection:
            (migrated,) = connection.execute("SELECT count(*) FROM django_migrations").fetchone() or (0,)
        assert migrated > 0
        assert up.stop() == 0
        assert server.is_running()
    finally:
        up.stop()
        server.stop()


@pytest.mark.slow
def test_command_without_up_has_a_database_and_leaves_none_running(open_folder: Path) -> None:
    data_dir = open_folder / "command"
    assert ask(data_dir, MAKE.format("alone")) == "alone"
    assert left_over(data_dir) == []
    assert not (data_dir / "postgres/cluster/postmaster.pid").exists()
    assert int(ask(data_dir, FIND.format("alone"))) > 0


ORDINARY = "daemon"


@pytest.fixture
def ordinary_user() -> list[str]:
    """Words that run a command as an ordinary user; none when we are one.

    It may read what root may, for the interpreter may lie under /root; it may write nothing of root's.
    """
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(ORDINARY)
    become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [
        *become,
        *(f"--{kind}=-all,+dac_read_search" for kind in ("inh-caps", "ambient-caps", "bounding-set")),
    ]


@pytest.mark.slow
def test_ordinary_user_runs_it_and_root_may_follow(open_folder: Path, ordinary_user: list[str]) -> None:
    home = open_folder / "theirs"
    home.mkdir()
    if ordinary_user:
        shutil.chown(home, ORDINARY)
    data_dir = home / "var"
    first = Running(data_dir, as_user=ordinary_user)
    assert first.is_ready()
    assert (data_dir / "postgres/cluster").stat().st_uid == home.stat().st_uid
    assert first.stop() == 0
    # A command by whoever runs the tests, then the ordinary user again: nothing was taken from them.
    assert ask(data_dir, MAKE.format("by-another")) == "by-another"
    second = Running(data_dir, as_user=ordinary_user)
    assert second.is_ready()
    assert second.stop() == 0
