"""OpenSSH's own client against a server process: what it can do, and what it cannot."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from edu_csv import storage, tenancy
from edu_csv.access.models import AuditEvent
from imports.sftp import gate
from imports.sources import manage
from tests.local.running import wait_until
from tests.sources.feeding import Feed, courses, zipped
from tests.sources.ssh import Client, Server, make_key


def test_a_key_uploads_a_package_and_finds_the_answer_beside_it(
    feed: Feed, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "courses.zip").write_bytes(zipped(courses__csv=courses("LAW1", "LAW2")))
    answer = client.run("put courses.zip incoming/", "ls incoming")
    assert "courses.zip" in answer.said.splitlines()[-1]
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2"}
    listed = client.run("cd processed", "ls -1", "get *.log").said
    assert "-courses.zip.log" in listed
    [log] = tmp_path.glob("*-courses.zip.log")
    assert "Rows:      2 (2 created)" in log.read_text()
    client.run("get processed/*.zip back.zip")
    assert (tmp_path / "back.zip").read_bytes() == (tmp_path / "courses.zip").read_bytes()


def test_a_password_uploads_too_and_failed_rows_lie_beside(
    feed: Feed, sftp_server: Server, tmp_path: Path
) -> None:
    with tenancy.use_institution(feed.tenant.pk):
        password = manage.new_password(feed.tenant.actor, feed.source)
    client = Client(sftp_server, feed.source.login, tmp_path, password=password)
    (tmp_path / "courses.csv").write_bytes(courses("LAW1") + b",No code,C-9\n")
    assert client.run("put courses.csv /incoming/courses.csv").code == 0
    feed.work()
    client.run("get processed/*.failed.csv failed.csv")
    assert "No code" in (tmp_path / "failed.csv").read_text()
    with tenancy.use_institution(feed.tenant.pk):
        assert AuditEvent.objects.filter(verb="source.logged_in").exists()
    assert feed.fresh().last_seen_at is not None


def test_a_wrong_password_or_key_does_not_open_it_and_is_noted(
    feed: Feed, sftp_server: Server, tmp_path: Path
) -> None:
    with tenancy.use_institution(feed.tenant.pk):
        password = manage.new_password(feed.tenant.actor, feed.source)
    make_key(tmp_path / "other")
    for client in (
        Client(sftp_server, feed.source.login, tmp_path, password="wrong"),
        Client(sftp_server, feed.source.login, tmp_path, password=""),
        Client(sftp_server, feed.source.login + "x", tmp_path, password=password),
        Client(sftp_server, feed.source.login, tmp_path, key=tmp_path / "other"),
    ):
        answer = client.run("ls")
        assert answer.code == 255
        assert "Permission denied" in answer.said
    with tenancy.use_institution(feed.tenant.pk):
        assert AuditEvent.objects.filter(verb="source.wrong_password", target="Banner nightly").count() >= 1


def test_a_new_password_ends_the_former_and_a_source_without_one_has_none(
    feed: Feed, sftp_server: Server, tmp_path: Path
) -> None:
    with tenancy.use_institution(feed.tenant.pk):
        former = manage.new_password(feed.tenant.actor, feed.source)
        now = manage.new_password(feed.tenant.actor, feed.source)
    assert Client(sftp_server, feed.source.login, tmp_path, password=former).run("ls").code == 255
    assert Client(sftp_server, feed.source.login, tmp_path, password=now).run("ls").code == 0
    with tenancy.use_institution(feed.tenant.pk):
        manage.drop_password(feed.tenant.actor, feed.source)
    for given in (now, "!", ""):
        assert Client(sftp_server, feed.source.login, tmp_path, password=given).run("ls").code == 255


def test_passwords_cannot_be_guessed_for_long(feed: Feed, sftp_server: Server, tmp_path: Path) -> None:
    with tenancy.use_institution(feed.tenant.pk):
        password = manage.new_password(feed.tenant.actor, feed.source)
    for _ in range(10):
        assert Client(sftp_server, feed.source.login, tmp_path, password="wrong").run("ls").code == 255
    assert Client(sftp_server, feed.source.login, tmp_path, password=password).run("ls").code == 255
    with tenancy.use_institution(feed.tenant.pk):
        assert AuditEvent.objects.filter(verb="source.too_many_passwords").exists()


def test_whoever_guesses_elsewhere_locks_no_source_out(feed: Feed) -> None:
    with tenancy.use_institution(feed.tenant.pk):
        password = manage.new_password(feed.tenant.actor, feed.source)
    login, away, own = feed.source.login, "203.0.113.7", "198.51.100.9"
    source = gate.source_of(login)
    for _ in range(12):
        assert not gate.opens(source, login, "wrong", away)
    assert not gate.opens(source, login, password, away), "after ten, not even the right one"
    assert gate.opens(source, login, password, own)


def test_an_address_that_tries_many_log_ins_is_shut_out(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "WRONG_OF_ADDRESS", 3)
    with tenancy.use_institution(feed.tenant.pk):
        password = manage.new_password(feed.tenant.actor, feed.source)
    login, away = feed.source.login, "203.0.113.8"
    for other in range(3):
        assert not gate.opens(None, f"nobody-{other}", "wrong", away)
    source = gate.source_of(login)
    assert not gate.opens(source, login, password, away)
    assert gate.opens(source, login, password, "203.0.113.9")


@pytest.mark.parametrize(
    "commands",
    [
        ("cd ..", "cd ../..", "pwd"),
        ("cd /etc", "pwd"),
        ("cd incoming", "cd ../../etc", "pwd"),
        ("cd processed/../..", "pwd"),
    ],
)
def test_nothing_leads_out_of_the_jail(client: Client, commands: tuple[str, ...]) -> None:
    said = client.run(*commands).said
    assert said.strip().splitlines()[-1].startswith("Remote working directory: /")
    assert "/etc" not in said.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "command",
    [
        "get /etc/passwd stolen",
        "get ../../../../etc/passwd stolen",
        "get incoming/../../etc/passwd stolen",
        "get incoming/own.csv stolen",
        "put own.csv /own.csv",
        "put own.csv /etc/own.csv",
        "put own.csv ../own.csv",
        "put own.csv processed/own.csv",
        "put own.csv failed/own.csv",
        "put own.csv incoming/deeper/own.csv",
        "mkdir incoming/deeper",
        "mkdir more",
        "rmdir processed",
        "ln -s /etc/passwd incoming/link",
        "ln incoming/own.csv incoming/hard",
        "rename incoming/own.csv processed/own.csv",
        "rename incoming/own.csv /tmp/own.csv",
        "rename incoming/own.csv ../../own.csv",
        "rename processed /gone",
        "rm processed/answered.log",
        "df",
    ],
)
def test_what_is_not_allowed_is_refused_and_changes_nothing(
    feed: Feed, client: Client, tmp_path: Path, command: str
) -> None:
    (tmp_path / "own.csv").write_bytes(courses("LAW1"))
    feed.send("own.csv", courses("LAW9"))
    client.run(command)
    assert not (tmp_path / "stolen").exists() or (tmp_path / "stolen").stat().st_size == 0
    assert feed.names("incoming") == ["own.csv"]
    assert feed.files("processed") == feed.files("failed") == []
    assert feed.read("incoming", "own.csv") == courses("LAW9").decode()


def test_rights_and_times_have_no_effect_and_disturb_no_upload(
    feed: Feed, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_bytes(courses("LAW1"))
    os.utime(tmp_path / "own.csv", (1_000_000, 1_000_000))
    answer = client.run(
        "put -p own.csv incoming/own.csv", "chmod 777 incoming/own.csv", "chown 0 incoming/own.csv"
    )
    assert "denied" not in answer.said
    assert feed.names("incoming") == ["own.csv"]


def test_a_waiting_file_can_be_renamed_and_removed(feed: Feed, client: Client, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(courses("LAW1"))
    client.run("put c.csv incoming/c.csv.part")
    feed.work()
    assert feed.names("incoming") == ["c.csv.part"]
    client.run(
        "rename incoming/c.csv.part incoming/c.csv", "put c.csv incoming/second.csv", "rm incoming/second.csv"
    )
    assert feed.names("incoming") == ["c.csv"]
    feed.work()
    assert feed.codes() == {"LAW1"}


def test_there_is_no_shell_no_command_and_no_way_through(client: Client, sftp_server: Server) -> None:
    target = f"{client.login}@127.0.0.1"
    for words in ((target,), (target, "id"), (target, "scp -t incoming"), ("-s", target, "netconf")):
        answer = client.ssh(*words)
        assert answer.code != 0
        assert "uid=" not in answer.said
    # Forwarding: the server opens no connection for anybody.
    answer = client.ssh("-W", f"127.0.0.1:{sftp_server.port}", target)
    assert "administratively prohibited" in answer.said or "open failed" in answer.said
    answer = client.ssh("-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:1", target)
    assert "remote port forwarding failed" in answer.said.lower()


def test_a_half_written_upload_is_not_taken(
    feed: Feed, client: Client, sftp_server: Server, tmp_path: Path
) -> None:
    (tmp_path / "big.csv").write_bytes(os.urandom(30_000_000))
    with client.start("put big.csv incoming/big.csv\n") as process:
        wait_until(lambda: _is_uploading(sftp_server))
        # Its ssh first: sftp itself would close the file if it could.
        for child in _children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
    wait_until(lambda: not _is_uploading(sftp_server))
    assert feed.files("incoming") == []
    feed.work()
    assert feed.files("failed") == []
    assert list(storage.list_keys(f"inbox/{feed.tenant.pk}/")) == []


def test_an_upload_that_somebody_interrupts_is_not_imported(
    feed: Feed, client: Client, sftp_server: Server, tmp_path: Path
) -> None:
    """OpenSSH's client closes such a file like one that is whole."""
    (tmp_path / "big.csv").write_bytes(courses(*(f"BIG{number}" for number in range(1_000_000))))
    with client.start("put big.csv incoming/big.csv\n") as process:
        wait_until(lambda: _is_uploading(sftp_server))
        process.send_signal(signal.SIGINT)
        wait_until(lambda: not _is_uploading(sftp_server))
        process.kill()
    feed.work()
    assert feed.codes() == set()
    assert feed.names("processed") == []


def test_killing_the_server_in_the_middle_loses_nothing_and_doubles_nothing(
    feed: Feed, client: Client, sftp_server: Server, tmp_path: Path
) -> None:
    (tmp_path / "small.csv").write_bytes(courses("LAW1"))
    (tmp_path / "big.csv").write_bytes(courses(*(f"BIG{number}" for number in range(200_000))))
    assert client.run("put small.csv incoming/small.csv").code == 0
    with client.start("put big.csv incoming/big.csv\n") as process:
        wait_until(lambda: _is_uploading(sftp_server))
        sftp_server.kill()
        process.communicate(timeout=30)
    assert feed.names("incoming") == ["small.csv"], "what was acknowledged is there; what was not, is not"
    sftp_server.start()
    # The key is the same: a client that checks it goes on.
    (tmp_path / "big.csv").write_bytes(courses("BIG1"))
    assert client.run("put big.csv incoming/big.csv").code == 0
    feed.work()
    assert feed.codes() == {"LAW1", "BIG1"}
    assert feed.names("processed") == ["big.csv", "big.csv.log", "small.csv", "small.csv.log"]


def test_quota_and_size_are_told_to_the_person_at_the_client(
    feed: Feed, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "big.csv").write_bytes(b"x" * 500_000)
    feed.change(limits={"max_file_bytes": 400_000})
    answer = client.run("put big.csv incoming/big.csv")
    assert "more than 400,000 bytes" in answer.said
    feed.change(limits={"quota_bytes": 400_000})
    assert "may hold 400,000 bytes" in client.run("put big.csv incoming/big.csv").said
    assert feed.names("incoming") == []
    assert "may hold 400,000 bytes" in feed.fresh().last_problem


@pytest.mark.parametrize("place", ["", "/own.csv", "processed/own.csv", "incoming/deeper/own.csv"])
def test_whoever_puts_a_file_elsewhere_is_told_where_files_go(
    feed: Feed, client: Client, tmp_path: Path, place: str
) -> None:
    (tmp_path / "own.csv").write_bytes(courses("LAW1"))
    assert "Put files into incoming/" in client.run(f"put own.csv {place}").said
    assert "Put files into incoming/" in feed.fresh().last_problem


def test_a_source_that_is_switched_off_says_so(feed: Feed, client: Client, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(courses("LAW1"))
    feed.change(is_enabled=False)
    assert "Banner nightly is switched off" in client.run("put own.csv incoming/own.csv").said
    assert feed.names("incoming") == []


def test_it_ends_when_it_is_asked_to(sftp_server: Server) -> None:
    assert sftp_server.stop() == 0
    sftp_server.start()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_uploading(server: Server) -> bool:
    """Whether bytes of a file have reached the server, which keeps them in a file without a name."""
    for entry in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            if "(deleted)" in str(entry.readlink()) and entry.stat().st_size > 1_000_000:
                return True
    return False
