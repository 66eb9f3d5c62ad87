"""A PostgreSQL for the measurements alone, and databases that begin as copies of others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from edu_csv.local import folder, provision
from edu_csv.local.server import Server
from edu_csv.local.state import APPLICATION, DATABASE, OWNER, SUPERUSER

ROOT = Path(__file__).resolve().parents[1]


class Cluster:
    """The server, as ``manage.py up`` sets it: nothing is made faster for the occasion."""

    def __init__(self, data_dir: Path, server: Server) -> None:
        self.data_dir = data_dir
        self._server = server

    def address(self, database: str, user: str = SUPERUSER) -> str:
        return self._server.local.url(user, database)

    def environment(self, database: str) -> dict[str, str]:
        """The settings of a process of the product that works on one of the databases."""
        application = self.address(database, APPLICATION)
        return {
            **os.environ,
            **self._server.local.environment(),
            "DJANGO_SETTINGS_MODULE": "edu_csv.settings.dev",
            "EDU_CSV_DATA_DIR": str(self.data_dir),
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": application,
            "DATABASE_DIRECT_URL": application,
            "DATABASE_OWNER_URL": self.address(database, OWNER),
        }

    def owner_environment(self, database: str) -> dict[str, str]:
        """The same for the comparisons: the plain model is known, and the owner's eyes see everything."""
        return {
            **self.environment(database),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": self.address(database, OWNER),
            "DATABASE_ROLE": "",
        }

    def migrated(self) -> str:
        """The name of a database with all tables and no rows."""
        command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self.environment(DATABASE), check=True)
        return DATABASE

    def copy(self, template: str, name: str) -> str:
        """Make ``name`` anew, file by file as ``template`` is. No one may be connected to that."""
        self.drop(name)
        with self._superuser() as connection:
            connection.execute(
                SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    Identifier(name), Identifier(OWNER), Identifier(template)
                )
            )
        return name

    def drop(self, name: str) -> None:
        with self._superuser() as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def tidy(self, database: str) -> None:
        """As a database is that has been at rest for a while."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def checkpoint(self) -> None:
        """Have everything on disk, so that the next measurement pays for its own writes only."""
        with self._superuser() as connection:
            connection.execute("CHECKPOINT")

    @contextmanager
    def fresh(self, template: str, name: str) -> Iterator[str]:
        """A copy for one measurement, which begins after a checkpoint."""
        self.copy(template, name)
        self.checkpoint()
        yield name
        self.drop(name)

    def _superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.address("postgres"), autocommit=True)


@contextmanager
def running(data_dir: Path | None = None) -> Iterator[Cluster]:
    """A server for as long as the block lasts; its folder goes with it."""
    # Not below the home of root, where PostgreSQL's own user could not enter.
    made = data_dir or Path(tempfile.mkdtemp(prefix="edu-csv-bench-"))
    made.chmod(0o711)
    server = Server(made, programs=os.environ.get("POSTGRES_BIN", ""))
    try:
        folder.prepare(made)
        server.start(dies_with_us=True)
        try:
            provision.provision(server.local)
            yield Cluster(made, server)
        finally:
            server.stop()
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(server.local.home, ignore_errors=True)
