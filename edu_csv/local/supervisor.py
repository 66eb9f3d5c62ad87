"""``manage.py up``: database, migrations, worker, scheduler, web and SFTP, started and stopped together."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from edu_csv.local import folder, processes, provision, queue
from edu_csv.local.children import Child, Pause
from edu_csv.local.refusal import StartRefused
from edu_csv.local.server import Server

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK_SECONDS = 0.25
WEB_SECONDS = 60.0
ROOT = Path(__file__).resolve().parents[2]


class Supervisor:
    """Runs one machine's edu-csv in the foreground until a signal asks it to stop.

    say: where its few lines for the operator go; what the processes print goes to ``logs/``.
    first: arguments of ``manage.py`` commands that run after the migrations, before anybody may call.
    sftp_port: 0 for no SFTP.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        host: str,
        port: int,
        say: Callable[[str], None],
        sftp_port: int = 0,
        first: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.data_dir = data_dir
        self.host, self.port, self.sftp_port = host, port, sftp_port
        self.say = say
        self.first = first
        self.server: Server | None = None
        self.children: list[Child] = []
        self.environment = dict(os.environ)
        self._database_pause = Pause()
        self._database_started = 0.0
        self._requests_to_stop = 0
        self._wakeup, wakeup = socket.socketpair()
        self._wakeup.setblocking(False)
        wakeup.setblocking(False)
        self._wakeup_sender = wakeup

    @property
    def address(self) -> str:
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::1", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}"

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start everything, call ``when_ready``, and stop everything when asked. Raises StartRefused."""
        folder.prepare(self.data_dir)
        with ExitStack() as held:
            held.enter_context(folder.sole_use(self.data_dir))
            web_socket = held.enter_context(processes.listening(self.host, self.port))
            sftp_socket = self._sftp_socket(held)
            self._listen_to_signals()
            try:
                self._start(web_socket, sftp_socket)
                if not self._requests_to_stop:
                    self._wait_for_web()
                if not self._requests_to_stop:
                    when_ready()
                while not self._requests_to_stop:
                    self._sleep()
                    self._mend()
            finally:
                self._stop()

    def _sftp_socket(self, held: ExitStack) -> socket.socket | None:
        if not self.sftp_port:
            return None
        return held.enter_context(processes.listening(self.host, self.sftp_port, "--sftp-port"))

    # --- start --------------------------------------------------------------------------------------

    def _start(self, web_socket: socket.socket, sftp_socket: socket.socket | None) -> None:
        self._start_database()
        self.environment |= {"EDU_CSV_DATA_DIR": str(self.data_dir), "PYTHONUNBUFFERED": "1"}
        self.environment.setdefault("PUBLIC_BASE_URL", self.address)
        if self.sftp_port:
            # Pages tell where to send files, and doctor looks there.
            self.environment["SFTP_PORT"] = str(self.sftp_port)
        # Some 10 s, once. Before the web process, which looks once for the files it serves; beside the
        # migrations; and without it pages use the system's font.
        font = self._command("cut_font")
        for arguments in (("migrate", "--no-input", "--verbosity", "0"), *self.first):
            if self._requests_to_stop:
                break
            self._run_to_end(arguments)
        self._wait_for(font)
        if self._requests_to_stop:
            return
        self.children = processes.beside_database(self.data_dir, web_socket, sftp_socket)
        for child in self.children:
            child.start(self.environment, ROOT)

    def _start_database(self) -> None:
        if not os.environ.get("DATABASE_URL"):
            self.server = Server(self.data_dir, programs=os.environ.get("POSTGRES_BIN", ""))
            self.server.start(dies_with_us=True)
            self._database_started = time.monotonic()
            provision.provision(self.server.local)
            # What the operator named stays: a broker of their own beside our database, say.
            named = {name: value for name, value in self.environment.items() if value}
            self.environment = self.server.local.environment() | named
        elif not os.environ.get("BROKER_URL"):
            owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
            queue.install(owner)
            self.environment["BROKER_URL"] = "pgmq://" + owner.partition("://")[2]

    def _run_to_end(self, arguments: tuple[str, ...]) -> None:
        command = self._command(*arguments)
        if self._wait_for(command) and not self._requests_to_stop:
            folder.refuse_full_disk(self.data_dir)
            why = folder.last_line(command.log)
            raise StartRefused(f"'manage.py {command.name}' failed; {command.log} says why: {why}")

    def _command(self, *arguments: str) -> Child:
        log = self.data_dir / "logs" / f"{arguments[0]}.log"
        log.unlink(missing_ok=True)
        command = Child(arguments[0], [sys.executable, "manage.py", *arguments], log)
        command.start(self.environment, ROOT)
        return command

    def _wait_for(self, command: Child) -> int | None:
        """Its exit code; None when it was cut off because we are to stop."""
        while not command.has_ended() and not self._requests_to_stop:
            self._sleep()
        code = command.process.poll() if command.process else None
        command.end_now()
        return code

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + WEB_SECONDS
        while time.monotonic() < deadline and not self._requests_to_stop:
            if self._web_answers():
                return
            self._sleep()
            self._mend()
        if not self._requests_to_stop:
            log = self.data_dir / "logs" / "web.log"
            raise StartRefused(f"The web process does not answer; {log} says why: {folder.last_line(log)}")

    def _web_answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    # --- watch --------------------------------------------------------------------------------------

    def _mend(self) -> None:
        """Start again what has ended without being asked."""
        if self.server is not None and not self._mend_database(self.server):
            return  # the others would only fail without it
        for child in self.children:
            code = child.crashed()
            if code is not None:
                seconds = child.pause.after_crash(time.monotonic() - child.started)
                self.say(
                    f"The {child.name} process ended ({processes.in_words(code)}); "
                    f"it starts again in {seconds:.0f} s. See {child.log}."
                )
                self._name_full_disk()
            elif child.process is None and child.pause.is_over():
                child.start(self.environment, ROOT)

    def _name_full_disk(self) -> None:
        """The commonest reason why everything ends at once, and the last that logs on that disk would tell."""
        try:
            folder.refuse_full_disk(self.data_dir)
        except StartRefused as refusal:
            self.say(str(refusal))

    def _mend_database(self, server: Server) -> bool:
        """True when the database runs."""
        if server.is_running():
            return True
        if server.process is not None:
            server.process = None
            ran = time.monotonic() - self._database_started
            seconds = self._database_pause.after_crash(ran)
            log = self.data_dir / "logs" / "postgres.log"
            self.say(f"The database ended; it starts again in {seconds:.0f} s. See {log}.")
        elif self._database_pause.is_over():
            try:
                folder.refuse_full_disk(self.data_dir)
                port = server.local.port
                server.start(dies_with_us=True)
                self._database_started = time.monotonic()
                if server.local.port != port:
                    self._move_to_new_port(server)
            except StartRefused as refusal:
                self.say(str(refusal))
                self._database_pause.after_crash(0)
        return False

    def _move_to_new_port(self, server: Server) -> None:
        """Somebody took the port while the database was away: the processes are to ask at the new one."""
        self.environment |= server.local.environment()
        for child in self.children:
            child.end_now()

    def _listen_to_signals(self) -> None:
        def asked(number: int, frame: object) -> None:
            self._requests_to_stop += 1

        for number in STOP_SIGNALS:
            signal.signal(number, asked)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wakeup_sender.fileno(), warn_on_full_buffer=False)

    def _sleep(self) -> None:
        """Wait a moment; a signal, of a child too, ends it early."""
        select.select([self._wakeup], [], [], TICK_SECONDS)
        try:
            self._wakeup.recv(4096)
        except BlockingIOError:
            return

    # --- stop ---------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """End the processes, then the database. A second request meanwhile leaves out the waiting."""
        requests = self._requests_to_stop
        if self.children:
            self.say("Stopping …")
        rounds = max((len(child.stops_on) for child in self.children), default=0)
        for number in range(rounds):
            patience = 0.0
            for child in self.children:
                if number < len(child.stops_on) and not child.has_ended():
                    request, seconds = child.stops_on[number]
                    child.ask_to_end(request)
                    patience = max(patience, seconds)
            deadline = time.monotonic() + patience
            while (
                time.monotonic() < deadline
                and self._requests_to_stop <= max(requests, 1)
                and not all(child.has_ended() for child in self.children)
            ):
                self._sleep()
        for child in self.children:
            child.end_now()
        if self.server is not None:
            self.server.stop()
