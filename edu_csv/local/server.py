"""One PostgreSQL server on this machine: made, started or attached to, and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from edu_csv.local import binaries, folder, identity, state
from edu_csv.local.refusal import StartRefused

READY_SECONDS = 60
STOP_SECONDS = 60
# Where root keeps the cluster when ``nobody`` may not enter the data folder, as under /root.
ROOTS_OWN = Path("/var/lib/edu-csv")

# On top of PostgreSQL's own defaults. A statement of a client that is gone ends within 2 s: its locks
# would else keep the next attempt of a job waiting. Large imports write much at once, hence max_wal_size.
CONFIGURATION = {
    "listen_addresses": state.HOST,
    "unix_socket_directories": "",
    "client_connection_check_interval": "2s",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
# For tests: a cluster that is thrown away need not survive a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """The server of one data folder. Not for two threads at once."""

    def __init__(self, data_dir: Path, *, programs: str = "", careless: bool = False) -> None:
        self.data_dir = data_dir
        self.careless = careless
        self.process: subprocess.Popen[bytes] | None = None
        self._programs = programs
        self.local = state.read(data_dir) or state.LocalDatabase(str(data_dir / "postgres"))

    # --- start --------------------------------------------------------------------------------------

    def start(self, *, dies_with_us: bool) -> None:
        """Have a server that answers: make the cluster at the first start, attach when one runs already.

        dies_with_us: the kernel stops it when this process ends, however that happens.
        Raises StartRefused.
        """
        with folder.one_at_a_time(self.data_dir):
            try:
                found = binaries.find(self._programs)
                self._make(found)
                if not self._attach():
                    self._launch(dies_with_us=dies_with_us)
            except OSError as error:
                raise StartRefused.because(error, "starting the database") from error
            state.write(self.data_dir, self.local)

    def _make(self, found: binaries.Binaries) -> None:
        cluster = self.local.cluster
        user = identity.for_database(cluster)
        home = Path(self.local.home)
        if not cluster.is_dir() and not user.may(self.data_dir, os.X_OK):
            home = ROOTS_OWN / f"{self.data_dir.name}-{os.urandom(4).hex()}"
            self.local.home = str(home)
            cluster = self.local.cluster
        home.mkdir(parents=True, exist_ok=True)
        if not user.may(found.bin / "postgres", os.X_OK) or not user.may(found.bin / "initdb", os.X_OK):
            found = binaries.copied_to(home, found)
        self._found, self._user = found, user
        if cluster.is_dir():
            self._refuse_other_version()
            return
        user.owns(home)
        # Known before the cluster is: a cluster without its password would be of no use.
        state.write(self.data_dir, self.local)
        self._initdb(cluster)

    def _refuse_other_version(self) -> None:
        made_by = (self.local.cluster / "PG_VERSION").read_text().strip()
        if made_by != str(binaries.MAJOR):
            raise StartRefused(
                f"The database in {self.local.cluster} was made by PostgreSQL {made_by}, and this is "
                f"{binaries.MAJOR}. Move it with pg_dump, or choose another folder with --data-dir."
            )

    def _initdb(self, cluster: Path) -> None:
        # Made beside and renamed when whole: a start that was killed leaves nothing half made.
        partial = cluster.with_name("cluster.partial")
        password = cluster.with_name("password")
        shutil.rmtree(partial, ignore_errors=True)
        password.write_text(self.local.passwords[state.SUPERUSER])
        password.chmod(0o600)
        self._user.owns(password)
        command = [self._found.program("initdb"), "--pgdata", str(partial), "--username", state.SUPERUSER]
        command += ["--pwfile", str(password), "--auth", "scram-sha-256", "--encoding", "UTF8"]
        command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        if self.careless:
            command.append("--no-sync")
        log = self.data_dir / "logs" / "initdb.log"
        try:
            with folder.open_log(log) as output:
                made = self._user.launch(
                    command, when_parent_dies="SIGTERM", output=output.fileno(), cwd=cluster.parent
                ).wait()
        finally:
            password.unlink(missing_ok=True)
        if made != 0:
            shutil.rmtree(partial, ignore_errors=True)
            folder.refuse_full_disk(self.data_dir)
            raise StartRefused(f"The database could not be made; {log} says why: {folder.last_line(log)}")
        partial.rename(cluster)

    def _launch(self, *, dies_with_us: bool) -> None:
        for attempt in (1, 2, 3):
            if attempt > 1 or not _is_free(self.local.port):
                self.local.port = _free_port()
            log = self.data_dir / "logs" / "postgres.log"
            settings = CONFIGURATION | (CARELESS if self.careless else {}) | {"port": str(self.local.port)}
            command = [self._found.program("postgres"), "-D", str(self.local.cluster)]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            with folder.open_log(log) as output:
                self.process = self._user.launch(
                    command,
                    when_parent_dies="SIGINT" if dies_with_us else identity.LIVES_ON,
                    output=output.fileno(),
                    cwd=self.local.cluster,
                )
            if self._wait_until_ready(self.process):
                return
        folder.refuse_full_disk(self.data_dir)
        raise StartRefused(f"The database did not start; {log} says why: {folder.last_line(log)}")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """True once it takes connections; False when it ended before that."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return False
            lines = self._pid_file()
            if len(lines) > 7 and int(lines[0]) == process.pid and lines[7].strip() == "ready":
                return True
            time.sleep(0.02)
        # Alive and not ready is recovery after a crash, which may take its time.
        raise StartRefused(
            f"The database still recovers after {READY_SECONDS} seconds. Start again in a while; "
            f"{self.data_dir / 'logs' / 'postgres.log'} says how far it is."
        )

    # --- attach -------------------------------------------------------------------------------------

    def _attach(self) -> bool:
        """Use the server that already runs on this cluster, if one does."""
        pid = self.running_pid()
        if pid is None:
            return False
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.running_pid() == pid:
            lines = self._pid_file()
            if len(lines) > 7 and lines[7].strip() == "ready":
                self.local.port = int(lines[3])
                return True
            time.sleep(0.05)
        return False

    def is_running(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        return self.running_pid() is not None

    def running_pid(self) -> int | None:
        """The process that serves this cluster; None when none does.

        A pid file may outlive its server, and its number be another program's by now, which PostgreSQL
        itself would take for a server: such a file is removed.
        """
        lines = self._pid_file()
        if not lines:
            return None
        pid = int(lines[0])
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return None
        if str(self.local.cluster).encode() in command:
            return pid
        (self.local.cluster / "postmaster.pid").unlink(missing_ok=True)
        return None

    def _pid_file(self) -> list[str]:
        try:
            return (self.local.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    # --- stop ---------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the server, ours or attached to: quickly, but with all that was committed on disk."""
        pid = self.process.pid if self.process else self.running_pid()
        if pid is None:
            return
        for request, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            try:
                os.kill(pid, request)
            except ProcessLookupError:
                break
            if self._wait_until_gone(pid, patience):
                break
        self.process = None

    def _wait_until_gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None:
                if self.process.poll() is not None:
                    return True
            elif _has_ended(pid):
                return True
            time.sleep(0.02)
        return False


def _has_ended(pid: int) -> bool:
    try:
        # The state follows the program's name, which is in brackets; Z is dead and not yet collected.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((state.HOST, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((state.HOST, 0))
        port: int = probe.getsockname()[1]
    return port
