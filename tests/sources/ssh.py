"""A real SFTP server process, and OpenSSH's own client as it is used from a nightly script."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.local.running import ROOT, free_port, wait_until


class Where(Protocol):
    """Where a server is, and where its clients keep what they know of it."""

    home: Path
    port: int


class Server:
    """``manage.py sftp`` on a port of its own."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home, self.port = home, free_port()
        self.log = home / "sftp.log"
        self.environment = {
            **os.environ,
            **environment,
            "SFTP_HOST_KEY_FILE": str(home / "host-key"),
            "PYTHONUNBUFFERED": "1",
        }
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "sftp", "--host", "127.0.0.1", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_until(lambda: "SFTP on port" in self.words() or self.process.poll() is not None)
        assert self.process.poll() is None, self.words()

    def words(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.write_text("")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@dataclass
class Answer:
    """How a client ended. said: what it printed, errors too."""

    code: int
    said: str


class Client:
    """OpenSSH's ``sftp`` with a home of its own: no key, agent or known host of whoever runs the tests."""

    def __init__(
        self, server: Where, login: str, home: Path, *, key: Path | None = None, password: str = ""
    ) -> None:
        """home: where it reads and writes files."""
        self.server, self.login, self.home, self.key, self.password = server, login, home, key, password
        self.known_hosts = server.home / "known_hosts"

    def arguments(self, program: str = "sftp") -> list[str]:
        options = [
            "StrictHostKeyChecking=accept-new", f"UserKnownHostsFile={self.known_hosts}", "GlobalKnownHostsFile=/dev/null",
            "IdentityAgent=none", "ConnectTimeout=20", "NumberOfPasswordPrompts=1",
        ]  # fmt: skip
        if self.key is not None:
            options += ["BatchMode=yes", "IdentitiesOnly=yes", f"IdentityFile={self.key}"]
        else:
            options += ["PreferredAuthentications=password", "PubkeyAuthentication=no"]
        named = [argument for option in options for argument in ("-o", option)]
        return [program, "-F", "/dev/null", *named]

    def environment(self) -> dict[str, str]:
        ask = self.server.home / "askpass"
        if not ask.exists():
            ask.write_text('#!/bin/sh\necho "$SFTP_PASSWORD"\n')
            ask.chmod(0o700)
        return {
            **os.environ,
            "SSH_ASKPASS": str(ask),
            "SSH_ASKPASS_REQUIRE": "force",
            "SFTP_PASSWORD": self.password,
        }

    def start(self, batch: str) -> subprocess.Popen[str]:
        # "-b -" would switch passwords off; without a terminal it reads commands from its input all the same.
        process = subprocess.Popen(
            [*self.arguments(), "-P", str(self.server.port), f"{self.login}@127.0.0.1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=self.home, env=self.environment(),
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(batch)
        process.stdin.flush()
        return process

    def run(self, *commands: str) -> Answer:
        """Give the commands one after the other; a failed one does not stop those after it."""
        process = self.start("".join(f"{command}\n" for command in commands))
        said, _ = process.communicate(timeout=60)
        return Answer(process.returncode, said)

    def ssh(self, *words: str) -> Answer:
        """Plain ``ssh`` with further words: commands, forwarding."""
        done = subprocess.run(
            [*self.arguments("ssh"), "-p", str(self.server.port), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
            cwd=self.home, env=self.environment(), check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout)


def make_key(path: Path, kind: str = "ed25519") -> str:
    """A key pair as OpenSSH makes it; returns the line of the .pub file."""
    program = shutil.which("ssh-keygen")
    assert program is not None, "install openssh-client"
    subprocess.run([program, "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text()
