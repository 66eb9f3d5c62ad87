"""The secret key of one machine: made at the first start, kept beside its data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret_key(data_dir: Path) -> str:
    """The key in ``data_dir/secret-key``, made when there is none; sessions and links outlive a restart."""
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(path)
        with os.fdopen(made, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return _read(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {data_dir} cannot be used ({error.strerror}). "
            "Choose another with --data-dir or EDU_CSV_DATA_DIR, or correct its permissions."
        ) from error


def _read(path: Path) -> str:
    key = path.read_text()
    if len(key) < 50:
        raise ImproperlyConfigured(f"{path} is too short to be a key. Delete it: a new one is made.")
    return key
