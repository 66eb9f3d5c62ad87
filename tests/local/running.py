"""A real ``manage.py up`` in a process of its own, and what a test asks about it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
# The product's own settings: nothing of the test run may leak in.
FORGOTTEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_DIRECT_URL",
    "BROKER_URL",
    "DJANGO_SETTINGS_MODULE",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(happens: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true answer; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := happens():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds:.0f} s")


def environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    return kept | {"EDU_CSV_DATA_DIR": str(data_dir), "WORKER_SLOTS": "2"}


def manage(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ``manage.py`` to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(data_dir), capture_output=True, text=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip


def ask(data_dir: Path, question: str) -> str:
    """What a line of Python prints in the application, on this folder's database."""
    shown = manage(data_dir, "shell", "--verbosity", "0", "-c", f"print({question})")
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.strip()


class Running:
    """``up`` on a data folder.

    as_user: words to put before the command, to run as somebody else. settings: further environment.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        as_user: Sequence[str] = (),
        command: str = "up",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.port, self.sftp_port = free_port(), free_port()
        self._take_font()
        self.said = data_dir.with_name(data_dir.name + ".out")
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [*as_user, sys.executable, "manage.py", command, "--port", str(self.port), "--sftp-port", str(self.sftp_port)],
                cwd=ROOT, env=environment(data_dir) | dict(settings or {}), stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_until(lambda: "runs at" in self.words() or self.process.poll() is not None)
        assert self.process.poll() is None, self.words()

    def _take_font(self) -> None:
        """Cutting the font once for all folders of a test is enough."""
        for cut in self.data_dir.parent.glob("*/fonts/edu-text.woff2"):
            if not self.data_dir.exists():
                shutil.copytree(cut.parent, self.data_dir / "fonts")
                whose = self.data_dir.parent.stat()
                for path in (self.data_dir, self.data_dir / "fonts"):
                    os.chown(path, whose.st_uid, whose.st_gid)

    def words(self) -> str:
        return self.said.read_text()

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON; status 0 and the reason when nothing answers."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def children(self) -> dict[str, int]:
        """Process ids of web, worker, scheduler, SFTP and database, by name."""
        marks = {
            "web": "edu_csv.local.web",
            "worker": "--hostname",
            "scheduler": " beat ",
            "sftp": "manage.py sftp",
            "database": "cluster",
        }
        found = {}
        for pid in children_of(self.process.pid):
            command = command_of(pid)
            found.update({name: pid for name, mark in marks.items() if mark in command})
        return found

    def stop(self, request: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(request)
        return self.process.wait(60)


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def children_of(parent: int) -> list[int]:
    return [pid for pid in processes() if _parent(pid) == parent]


def processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def left_over(data_dir: Path) -> list[str]:
    """Command lines of living processes that name this folder, or whose environment does."""
    mark = str(data_dir).encode()
    found = []
    for pid in processes():
        try:
            known = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if mark in known and pid != os.getpid():
            found.append(f"{pid} {command_of(pid)}")
    return found


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return -1
