"""Is this installation well? Each check looks at one thing and says what to mend."""

from __future__ import annotations

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from secrets import token_hex

import psycopg
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from edu_csv import health, storage
from edu_csv.activity.projection import all_behind
from edu_csv.local.binaries import MAJOR
from edu_csv.local.folder import LEAST_FREE_BYTES
from imports.sftp.host_key import kept_host_key

# A client's lock is gone within client_connection_check_interval, usually within milliseconds.
LEASE_SECONDS = 5.0
MOST_CLOCK_SECONDS = 5.0
BANNER_SECONDS = 2.0
# A write of millions of statements holds the projection up while it lasts.
MOST_BEHIND = timedelta(hours=1)
SFTP_BANNER = b"SSH-2.0-edu-csv"
OWNS = (
    "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
)
RIGHTS = "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"


class Unwell(Exception):
    """What is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    is_well: bool
    words: str


def examine() -> Iterator[Finding]:
    """One finding per check, as each is made; a check that breaks is a finding too."""
    for name, check in CHECKS.items():
        try:
            yield Finding(name, True, check())
        except Unwell as finding:
            yield Finding(name, False, str(finding))
        except Exception as error:  # noqa: BLE001  # whatever broke, the other checks are still worth making
            yield Finding(name, False, f"{HINTS[name]} ({type(error).__name__}: {_first_line(error)})")


def versions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("django", "celery", "kombu", "psycopg"))
    return f"Python {sys.version.split()[0]}, {packages}"


def settings_agree() -> str:
    found = [message for message in checks.run_checks() if message.level >= checks.WARNING]
    if found:
        raise Unwell(" ".join(f"{message.msg} {message.hint or ''}".strip() for message in found))
    if settings.DEBUG:
        return "no fault found; DEBUG is on, which shows settings to whoever meets an error"
    return "no fault found"


def database() -> str:
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), now()"
        )
        number, encoding, now = cursor.fetchone()
    took_ms = (time.perf_counter() - begun) * 1000
    if number // 10_000 < MAJOR:
        raise Unwell(
            f"PostgreSQL {MAJOR} or newer is needed, this is {number // 10_000}. Upgrade the server."
        )
    if encoding != "UTF8":
        raise Unwell(f"The database's encoding is {encoding}. Make it anew with ENCODING 'UTF8'.")
    apart = abs(now.timestamp() - time.time())
    if apart > MOST_CLOCK_SECONDS:
        raise Unwell(f"Its clock and this machine's are {apart:.0f} s apart. Let both follow a time server.")
    return f"PostgreSQL {number // 10_000}.{number % 10_000}, answers in {took_ms:.1f} ms"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Unwell(f"{len(missing)} migrations are not applied. Run 'manage.py migrate'.")
    return "all applied"


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS)
        name, is_super, bypasses = cursor.fetchone()
        cursor.execute(OWNS)
        (owned,) = cursor.fetchone()
    if is_super or bypasses or owned:
        raise Unwell(
            f"The application works as {name}, which row-level security does not hold back "
            f"(superuser: {is_super}, bypasses it: {bypasses}, owns {owned} objects). "
            "Set DATABASE_ROLE to a role that owns nothing; migrations make edu_csv_app."
        )
    return f"{name}, which owns nothing"


def broker() -> str:
    health.ask_broker()
    return settings.BROKER_URL.partition(":")[0] + " answers"


def files() -> str:
    """A small file goes in, comes out the same, and is removed."""
    key, content = f"doctor/{token_hex(8)}.txt", token_hex(64).encode()
    storage.put(key, [content])
    try:
        with storage.open_file(key) as file:
            if file.read() != content:
                raise Unwell("A file came back other than it was stored. Look at the store's disk.")
    finally:
        storage.delete(key)
    return f"bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else f"folder {settings.FILES_DIR}"


def leases() -> str:
    """A lock taken over DATABASE_DIRECT_URL keeps others out, and goes when its connection goes."""
    key = time.time_ns() >> 2
    holder = psycopg.connect(settings.DATABASE_DIRECT_URL, autocommit=True, connect_timeout=10)
    with holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [key])
        # Another transaction in between: a pooler may hand it to another session, which a lease must survive.
        holder.execute("SELECT 1")
        if _can_lock(key):
            raise Unwell(
                "A lock taken over DATABASE_DIRECT_URL is not seen over DATABASE_URL. Both must reach the "
                "same database, and DATABASE_DIRECT_URL must not go through a pooler."
            )
    begun = time.monotonic()
    while not _can_lock(key):
        if time.monotonic() - begun > LEASE_SECONDS:
            raise Unwell(
                f"A lock was still held {LEASE_SECONDS:.0f} s after its connection had closed: "
                "a pooler keeps the session. Let DATABASE_DIRECT_URL lead to PostgreSQL itself."
            )
        time.sleep(0.01)
    return f"seen from elsewhere, free {(time.monotonic() - begun) * 1000:.0f} ms after the holder is gone"


def projection() -> str:
    """Statements become activity within a minute or so of being stored."""
    waiting = all_behind()
    if not waiting:
        return "all statements are projected"
    oldest = min(waiting.values())
    words = f"statements of {len(waiting):,} institutions wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"
    if timezone.now() - oldest > MOST_BEHIND:
        raise Unwell(
            f"{words}. See that workers and the scheduler run, or run 'manage.py project_activity', which says what fails."
        )
    return words


def sftp() -> str:
    """The host key is whole, and what answers on the port, if anything does, is ours."""
    if not settings.SFTP_HOST_KEY and not settings.SFTP_HOST_KEY_FILE.exists():
        return "no host key yet; it is made when 'manage.py sftp' starts"
    try:
        fingerprint = kept_host_key().get_fingerprint()
    except ImproperlyConfigured as damaged:
        raise Unwell(str(damaged)) from damaged
    where = f"port {settings.SFTP_PORT}"
    try:
        with socket.create_connection(("localhost", settings.SFTP_PORT), timeout=BANNER_SECONDS) as door:
            door.settimeout(BANNER_SECONDS)
            banner = door.recv(255)
    except OSError:
        return f"host key {fingerprint}; nothing answers on {where} of this host"
    if not banner.startswith(SFTP_BANNER):
        raise Unwell(f"Another program answers on {where}. Stop it, or set SFTP_PORT to another port.")
    return f"host key {fingerprint}; answers on {where}"


def disk() -> str:
    if not settings.DATA_DIR.is_dir():
        return f"{settings.DATA_DIR} is not used here"
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE_BYTES:
        raise Unwell(f"{free >> 20} MiB are free beside {settings.DATA_DIR}. Free some space.")
    return f"{free >> 30} GiB free beside {settings.DATA_DIR}"


CHECKS: dict[str, Callable[[], str]] = {
    "versions": versions,
    "settings": settings_agree,
    "database": database,
    "migrations": migrations,
    "role": role,
    "broker": broker,
    "storage": files,
    "leases": leases,
    "projection": projection,
    "sftp": sftp,
    "disk": disk,
}
HINTS = {
    "versions": "A package is missing. Run 'make setup'.",
    "settings": "The settings cannot be checked.",
    "database": "The database does not answer. Start it, or correct DATABASE_URL.",
    "migrations": "What is applied cannot be read. Correct DATABASE_URL.",
    "role": "The role cannot be read. Correct DATABASE_URL and DATABASE_ROLE.",
    "broker": "The broker does not answer. Start it, or correct BROKER_URL.",
    "storage": "Files cannot be stored. Correct FILES_DIR, or S3_ENDPOINT_URL, S3_BUCKET and its keys.",
    "leases": "No lease can be taken. Correct DATABASE_DIRECT_URL.",
    "projection": "How far statements are projected cannot be read. Run 'manage.py migrate'.",
    "sftp": "The SFTP door cannot be looked at. Correct SFTP_HOST_KEY_FILE and SFTP_PORT.",
    "disk": "The disk cannot be looked at.",
}


def _can_lock(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (got,) = cursor.fetchone()
        if got:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    return bool(got)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]
