"""Which processes stand beside the database on one machine, and how they are told to end."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edu_csv.local.children import Child
from edu_csv.local.refusal import StartRefused


def beside_database(
    data_dir: Path, web_socket: socket.socket, sftp_socket: socket.socket | None = None
) -> list[Child]:
    """Web, worker, scheduler and, when there is a socket for it, SFTP, in the order in which they start."""
    logs = data_dir / "logs"
    celery = [sys.executable, "-m", "celery", "--app", "edu_csv"]
    # A short name: it becomes the name of a table where PostgreSQL is the broker. Nobody else to greet.
    worker = ["worker", "--hostname", "w1@app", "--queues", "imports,exports,reports"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
    beat = ["beat", "--schedule", str(data_dir / "beat-schedule"), "--pidfile", "", "--loglevel", "INFO"]
    children = [
        Child(
            "web",
            [sys.executable, "-m", "edu_csv.local.web", str(web_socket.fileno())],
            logs / "web.log",
            keep_open=(web_socket.fileno(),),
        ),
        Child(
            "worker",
            celery + worker,
            logs / "worker.log",
            # At once, and its slots with it (edu_csv.celery): asked to end, it would first wait for a
            # database that is gone. The lease goes with them, and the job is taken up again.
            when_parent_dies="SIGKILL",
            stops_on=((signal.SIGTERM, 10.0), (signal.SIGQUIT, 5.0)),
        ),
        Child("scheduler", celery + beat, logs / "scheduler.log"),
    ]
    if sftp_socket is not None:
        command = [sys.executable, "manage.py", "sftp", "--fd", str(sftp_socket.fileno())]
        # What a source sends just now is stored first.
        children.append(
            Child(
                "sftp",
                command,
                logs / "sftp.log",
                stops_on=((signal.SIGTERM, 12.0),),
                keep_open=(sftp_socket.fileno(),),
            )
        )
    return children


@contextmanager
def listening(host: str, port: int, option: str = "--port") -> Iterator[socket.socket]:
    """A socket on this address, open until the block ends. Raises StartRefused when it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        opened = socket.create_server(found[0][4][:2], family=found[0][0], backlog=512)
    except socket.gaierror as error:
        raise StartRefused(f"--host: expected an address of this machine, got {host!r}.") from error
    except OSError as error:
        raise StartRefused(_why_not(error, host, port, option)) from error
    with opened:
        yield opened


def _why_not(error: OSError, host: str, port: int, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. "
            f"Stop that program, or choose another port with {option}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may be used by root only. Choose one above 1023 with {option}."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host: expected an address of this machine, got {host!r}."
    return f"Port {port} cannot be used: {error.strerror}. Choose another with {option}."


def in_words(code: int) -> str:
    """An exit code as people say it."""
    return f"by signal {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
