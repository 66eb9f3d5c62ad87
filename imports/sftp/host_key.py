"""The key by which clients know this server again. A new one would have each of them refuse to go on."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import asyncssh
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KIND = "ssh-ed25519"


def kept_host_key() -> asyncssh.SSHKey:
    """The key of the setting SFTP_HOST_KEY, else of its file, made when there is none.

    Raises ImproperlyConfigured when it is damaged or cannot be kept.
    """
    if settings.SFTP_HOST_KEY:
        # One line in an environment file.
        return _read(settings.SFTP_HOST_KEY.replace("\\n", "\n").encode(), "SFTP_HOST_KEY")
    path = Path(settings.SFTP_HOST_KEY_FILE)
    try:
        if not path.exists():
            _make(path)
        return _read(path.read_bytes(), str(path))
    except OSError as error:
        raise ImproperlyConfigured(
            f"The host key {path} cannot be used ({error.strerror}). Correct its permissions, or name another place"
            " with SFTP_HOST_KEY_FILE."
        ) from error


def told_fingerprint() -> str:
    """By which clients know the server, "SHA256:…"; blank when this host has no key, or a damaged one. Makes none."""
    if not settings.SFTP_HOST_KEY and not Path(settings.SFTP_HOST_KEY_FILE).exists():
        return ""
    try:
        return kept_host_key().get_fingerprint()
    except ImproperlyConfigured:
        # `manage.py doctor` says what is wrong with it.
        return ""


def _make(path: Path) -> None:
    """Whole or not at all, and the first of two processes that make it at once wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(asyncssh.generate_private_key(KIND, comment="edu-csv").export_private_key())
        file.flush()
        os.fsync(file.fileno())
    if os.geteuid() == 0:
        # In somebody's data folder it is theirs: their next start could not read it otherwise.
        whose = path.parent.stat()
        os.chown(partial, whose.st_uid, whose.st_gid)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _read(text: bytes, where: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, ValueError) as error:
        raise ImproperlyConfigured(
            f"{where} holds no private key. Put it back from a copy; deleting it makes a new one, and every client"
            " will have to be told."
        ) from error
