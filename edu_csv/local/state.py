"""What one machine remembers about its database between starts: ``database.json``, for its owner only."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from edu_csv.local import folder
from edu_csv.local.refusal import StartRefused

FILE = "database.json"
HOST = "127.0.0.1"
DATABASE = "edu_csv"
QUEUE_DATABASE = "edu_csv_queue"
SUPERUSER = "postgres"
OWNER = "edu_csv_owner"
APPLICATION = "edu_csv_app"
QUEUE = "edu_csv_queue"


def _password() -> str:
    return secrets.token_urlsafe(24)


@dataclass(slots=True)
class LocalDatabase:
    """Where the cluster lies, the port it was last given, and the password of each log-in."""

    home: str
    port: int = 0
    passwords: dict[str, str] = field(
        default_factory=lambda: {name: _password() for name in (SUPERUSER, OWNER, APPLICATION, QUEUE)}
    )

    @property
    def cluster(self) -> Path:
        return Path(self.home) / "cluster"

    def url(self, user: str, database: str = DATABASE, scheme: str = "postgresql") -> str:
        return f"{scheme}://{user}:{quote(self.passwords[user])}@{HOST}:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        """The settings that point the application at this database."""
        return {
            "DATABASE_URL": self.url(APPLICATION),
            "DATABASE_DIRECT_URL": self.url(APPLICATION),
            "DATABASE_OWNER_URL": self.url(OWNER),
            "BROKER_URL": self.url(QUEUE, QUEUE_DATABASE, "pgmq"),
        }


def read(data_dir: Path) -> LocalDatabase | None:
    """What was remembered; None before the first start. Raises StartRefused when it cannot be read."""
    path = data_dir / FILE
    try:
        return LocalDatabase(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StartRefused.because(error, f"reading {path}") from error
    except (ValueError, TypeError) as error:
        raise StartRefused(
            f"{path} is damaged, and the database's passwords are in it. Put it back from a copy, "
            "or choose another folder with --data-dir."
        ) from error


def write(data_dir: Path, database: LocalDatabase) -> None:
    """Remember; whole or not at all, readable by its owner only."""
    path = data_dir / FILE
    partial = path.with_suffix(".partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(database), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        folder.hand_over(partial, data_dir)
        partial.replace(path)
    except OSError as error:
        raise StartRefused.because(error, f"writing {path}") from error
