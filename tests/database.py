"""The database of a test run: an embedded PostgreSQL of its own, or the one that DATABASE_URL names.

Made and migrated as the owner; tests then work as the application's role, which owns nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from edu_csv.local import folder, provision, queue
from edu_csv.local.server import Server
from edu_csv.local.state import APPLICATION, OWNER, QUEUE, QUEUE_DATABASE
from edu_csv.settings import database


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of the test database, as its owner and as the application; and of a queue, once it is made."""

    owner: str
    application: str
    queue: str

    def use(self, url: str, role: str) -> None:
        """Point this process at the test database under one of the addresses."""
        connection.close()
        connection.settings_dict.update(database.from_url("DATABASE_URL", url))
        settings.DATABASE_ROLE = role

    def for_processes(self) -> dict[str, str]:
        """The settings for a process of the product that works on the test database."""
        return {
            "DJANGO_SETTINGS_MODULE": "edu_csv.settings.test",
            "DATABASE_URL": self.application,
            "DATABASE_OWNER_URL": self.owner,
            "BROKER_URL": "pgmq" + self.queue.removeprefix("postgresql"),
            "FILES_DIR": str(settings.FILES_DIR),
        }


@contextmanager
def available() -> Iterator[Addresses]:
    """The addresses, as long as the block lasts. The test database itself is made by Django."""
    if given := os.environ.get("DATABASE_URL"):
        owner = os.environ.get("DATABASE_OWNER_URL") or given
        yield Addresses(_for_tests(owner), _for_tests(given), _for_tests(owner))
        return
    # Not pytest's own folder: as root PostgreSQL runs as ``nobody``, who may not enter there.
    data_dir = Path(tempfile.mkdtemp(prefix="edu-csv-tests-"))
    data_dir.chmod(0o711)
    try:
        folder.prepare(data_dir)
        server = Server(data_dir, programs=os.environ.get("POSTGRES_BIN", ""), careless=True)
        server.start(dies_with_us=True)
        try:
            provision.provision(server.local, owner_makes_databases=True)
            yield Addresses(
                _for_tests(server.local.url(OWNER)),
                _for_tests(server.local.url(APPLICATION)),
                server.local.url(QUEUE, QUEUE_DATABASE),
            )
        finally:
            server.stop()
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


def prepare_queue(addresses: Addresses) -> None:
    """Make the queue's tables; beside the test tables, when the server is not ours."""
    queue.install(addresses.queue)


def _for_tests(url: str) -> str:
    parts = urlsplit(url)
    name = own_name(parts.path.removeprefix("/"))
    return urlunsplit(parts._replace(scheme="postgresql", path=f"/test_{name}"))


def own_name(name: str) -> str:
    """The name of a database for this process: those of a run in parallel share none."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return f"{name}_{worker}" if worker else name
