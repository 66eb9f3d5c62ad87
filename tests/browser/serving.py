"""The product on a free port of this process: web server and worker on the test database."""

from __future__ import annotations

import gc
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from django.conf import settings
from django.db import connections

from edu_csv.asgi import application
from edu_csv.jobs.runners import work_one

PATIENCE_SECONDS = 20.0


@contextmanager
def web() -> Iterator[str]:
    """An ASGI server; yields its address, which signed links begin with too."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        application, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="web")
    before, settings.PUBLIC_BASE_URL = settings.PUBLIC_BASE_URL, address
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not server.started:
            assert time.monotonic() < deadline, "the web server did not start"
            time.sleep(0.02)
        yield address
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        settings.PUBLIC_BASE_URL = before
        listening.close()
        # A browser that leaves in the middle of a request leaves its body to the collector.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


class Worker:
    """Does the jobs of one institution; can be held, so that a test sees what waits."""

    def __init__(self, institution: int) -> None:
        self.institution = institution
        self._free = threading.Event()
        self._free.set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker")

    def hold(self) -> None:
        self._free.clear()

    def go_on(self) -> None:
        self._free.set()

    def __enter__(self) -> Worker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._free.set()
        self._thread.join(PATIENCE_SECONDS)

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                self._free.wait()
                if self._over.is_set() or not work_one(
                    ["imports", "exports", "reports"], only_institution=self.institution
                ):
                    time.sleep(0.05)
        finally:
            connections.close_all()
