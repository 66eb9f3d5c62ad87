"""Real servers for the tests: an S3 store, the application over ASGI, and a line that breaks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from django.core.asgi import get_asgi_application

ACCESS_KEY = "tests-access-key"
SECRET_KEY = "tests-secret-key"
BUCKET = "rosters"
START_SECONDS = 20


@dataclass(frozen=True)
class S3Server:
    """A store that checks signatures and expiry. folder: where it keeps its buckets."""

    url: str
    port: int
    folder: Path


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """``rclone serve s3`` with one bucket."""
    (folder / BUCKET).mkdir(parents=True)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "rclone"),
        "serve",
        "s3",
        f"--addr=127.0.0.1:{port}",
        f"--auth-key={ACCESS_KEY},{SECRET_KEY}",
        f"--config={os.devnull}",
        str(folder),
    ]
    with (folder.parent / "s3.log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            wait_for(port)
            yield S3Server(f"http://127.0.0.1:{port}", port, folder)
        finally:
            process.terminate()


@contextmanager
def web_server() -> Iterator[str]:
    """The application behind uvicorn; yields its address. Settings may be changed while it runs."""
    config = uvicorn.Config(get_asgi_application(), lifespan="off", ws="none", log_level="warning")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)


class BreakingLine:
    """A TCP proxy that breaks each of its first ``breaks`` connections after ``after_bytes`` of answer."""

    def __init__(self, port: int, *, breaks: int, after_bytes: int) -> None:
        self.broken = 0
        self._target = port
        self._breaks = breaks
        self._after_bytes = after_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # Closing alone does not wake a thread that waits in accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with closing(client), closing(socket.create_connection(("127.0.0.1", self._target))) as server:
            threading.Thread(target=copy_bytes, args=(client, server, None), daemon=True).start()
            limit = self._after_bytes if self.broken < self._breaks else None
            if copy_bytes(server, client, limit):
                self.broken += 1


def copy_bytes(source: socket.socket, target: socket.socket, limit: int | None) -> bool:
    """Carry bytes until one side closes (False) or ``limit`` of them were carried (True)."""
    carried = 0
    with suppress(OSError):
        while block := source.recv(65_536):
            target.sendall(block)
            carried += len(block)
            if limit is not None and carried >= limit:
                # Both ends, or the other thread would keep the sockets in use.
                target.shutdown(socket.SHUT_RDWR)
                source.shutdown(socket.SHUT_RDWR)
                return True
        target.shutdown(socket.SHUT_WR)
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"Nothing listens on port {port} after {START_SECONDS} s.")
