"""What ``manage.py`` needs before Django: which data folder, and a database to talk to.

On one machine there is no server to configure: a command finds the one that ``up`` runs, or starts one
for as long as it takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from edu_csv.local import folder, provision
from edu_csv.local.server import Server

ROOT = Path(__file__).resolve().parents[2]
DATA_DIR_OPTION = "--data-dir"
# These run the database themselves, or never ask it anything.
WITHOUT_DATABASE = {
    "up", "demo", "help", "version", "check", "makemigrations", "collectstatic", "findstatic",
    "diffsettings", "spectacular", "compilemessages", "makemessages", "cut_font", "inspect_file",
    "seed_roster",
}  # fmt: skip


def data_dir() -> Path:
    return Path(os.environ.get("EDU_CSV_DATA_DIR") or ROOT / "var").expanduser().absolute()


def take_data_dir(arguments: Sequence[str]) -> None:
    """Let ``--data-dir`` count before the settings are read: the secret key lies in that folder."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == DATA_DIR_OPTION:
            following = arguments[place + 1] if place + 1 < len(arguments) else ""
            os.environ["EDU_CSV_DATA_DIR"] = value or following


@contextmanager
def database_for(arguments: Sequence[str]) -> Iterator[None]:
    """Have a database while the command runs, with all migrations when we had to start it.

    Does nothing where DATABASE_URL is set. Raises StartRefused.
    """
    command = arguments[0] if arguments else "help"
    if os.environ.get("DATABASE_URL") or command in WITHOUT_DATABASE or {"-h", "--help"} & set(arguments):
        yield
        return
    folder.prepare(data_dir())
    users = folder.Users(data_dir())
    users.join()
    server = Server(data_dir(), programs=os.environ.get("POSTGRES_BIN", ""))
    try:
        was_running = server.is_running()
        server.start(dies_with_us=False)
        for name, value in server.local.environment().items():
            os.environ.setdefault(name, value)
        if not was_running:
            provision.provision(server.local)
            if command != "migrate":
                migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
                subprocess.run(migrate, cwd=ROOT, check=True)
        yield
    finally:
        with users.leaving() as last:
            # ``up`` holds its own lock while it runs, and stops the database itself.
            if last and not folder.is_in_use(data_dir()):
                server.stop()
