"""Who is let in: a source, by its password or one of its keys."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import timedelta
from typing import ClassVar, Literal, cast

import asyncssh
from asyncssh.stream import SSHServerStreamSession
from django.db import DatabaseError, connection
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access import attempts, services
from edu_csv.access.attempts import Limit
from imports.models import Source
from imports.sftp.folders import Folders, Session
from imports.sftp.threads import ask
from imports.sources import manage

log = logging.getLogger(__name__)

# Of SFTP; OpenSSH speaks no later one.
VERSION = 3
# Wrong passwords within a quarter of an hour: of one address for one log-in, and of one address for all. Of a log-in
# alone none are counted, or anybody who knows its name could keep its source out.
WRONG_FOR_LOGIN = 10
WRONG_OF_ADDRESS = 100
MOST_CONNECTIONS = 200
# Of one address, connections on which nobody has logged in yet: whoever only connects leaves room for others.
MOST_WAITING = 20
# In one connection, as many as OpenSSH's server allows.
MOST_SESSIONS = 10
# Integrations look in every minute: the audit log has a line for the first time in an hour.
TOLD_AGAIN_AFTER = timedelta(hours=1)


class Gate(asyncssh.SSHServer):
    """One connection, from its first byte to its last."""

    open_connections = 0
    # By address, connections before the log-in.
    waiting: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        self.open_sessions = 0
        self._is_waiting = False
        self._connection: asyncssh.SSHServerConnection | None = None
        self._address: str | None = None
        self._source: Source | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        Gate.open_connections += 1
        self._connection = conn
        peer = conn.get_extra_info("peername")
        self._address = peer[0] if isinstance(peer, tuple) else None
        self._waits(True)
        if Gate.open_connections > MOST_CONNECTIONS:
            log.warning(
                "SFTP: more than %s connections; one from %s was refused", MOST_CONNECTIONS, self._address
            )
            conn.disconnect(
                asyncssh.DISC_TOO_MANY_CONNECTIONS, "Too many connections. Try again in a minute."
            )
        elif Gate.waiting[self._address or ""] > MOST_WAITING:
            log.warning(
                "SFTP: more than %s connections from %s before the log-in; one was refused",
                MOST_WAITING,
                self._address,
            )
            conn.disconnect(
                asyncssh.DISC_TOO_MANY_CONNECTIONS,
                "Too many connections from this address wait for their log-in. Try again in a minute.",
            )

    def connection_lost(self, exc: Exception | None) -> None:
        Gate.open_connections -= 1
        self._waits(False)

    def _waits(self, is_waiting: bool) -> None:
        """Count this connection as one before its log-in, or no longer."""
        if is_waiting == self._is_waiting:
            return
        self._is_waiting = is_waiting
        address = self._address or ""
        Gate.waiting[address] += 1 if is_waiting else -1
        if not Gate.waiting[address]:
            del Gate.waiting[address]

    # --- who it is ----------------------------------------------------------------------------------

    async def begin_auth(self, username: str) -> bool:
        try:
            self._source = await ask(None, source_of, username)
        except DatabaseError as error:
            log.warning("SFTP: nobody can log in: %s", error)
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if self._source is None:
            return False
        fingerprint = key.get_fingerprint()
        return any(each["fingerprint"] == fingerprint for each in self._source.public_keys)

    def password_auth_supported(self) -> bool:
        # Of a source without a password too: what is offered must not tell who exists.
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        try:
            return await ask(None, opens, self._source, username, password, self._address)
        except DatabaseError as error:
            log.warning("SFTP: nobody can log in: %s", error)
            return False

    def auth_completed(self) -> None:
        self._waits(False)
        source, address = self._source, self._address
        if source is not None:
            self._noting = asyncio.ensure_future(ask(source.institution_id, note_login, source, address))

    # --- what they may have -------------------------------------------------------------------------

    def session_requested(self) -> asyncssh.SSHServerSession[bytes] | Literal[False]:
        assert self._source is not None  # noqa: S101  # nobody else was let in
        if self.open_sessions >= MOST_SESSIONS:
            return False
        self.open_sessions += 1
        return OnlySftp(self._source, self)


class OnlySftp(SSHServerStreamSession[bytes]):
    """A channel on which nothing but SFTP is spoken: no shell, no command, no other subsystem."""

    def __init__(self, source: Source, gate: Gate) -> None:
        super().__init__(None)
        self._source, self._gate = source, gate

    def connection_lost(self, exc: Exception | None) -> None:
        self._gate.open_sessions -= 1
        super().connection_lost(exc)

    def shell_requested(self) -> bool:
        return False

    def exec_requested(self, command: str) -> bool:
        return False

    def pty_requested(self, *asked: object) -> bool:
        return False

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "sftp"

    def session_started(self) -> None:
        assert self._chan is not None and self._conn is not None  # noqa: S101, PT018  # it has started
        self._conn.create_task(self._serve(cast("asyncssh.SSHServerChannel[bytes]", self._chan)))

    async def _serve(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        reader, writer = asyncssh.SSHReader[bytes](self, channel), asyncssh.SSHWriter[bytes](self, channel)
        try:
            await Session(Folders(channel, self._source), reader, writer, VERSION).run()
        except Exception:
            # asyncssh would close the connection without a word in our logs.
            log.exception("SFTP: a session of %s was cut off by a fault of ours", self._source.login)
            raise


def source_of(login: str) -> Source | None:
    """The source with this log-in, of whatever institution."""
    if "\0" in login:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_id, institution_id FROM imports_source_by_login(%s)", [login])
        found = cursor.fetchone()
    if found is None:
        return None
    with tenancy.use_institution(found[1]):
        return Source.objects.filter(pk=found[0]).first()


def opens(source: Source | None, login: str, password: str, address: str | None) -> bool:
    """Whether the password is right; tries are counted, and too many are refused unseen."""
    limits = [
        Limit("sftp", f"{address or ''} {login[:200]}", WRONG_FOR_LOGIN),
        Limit("sftp address", address or "", WRONG_OF_ADDRESS),
    ]
    if attempts.count(limits):
        if source is not None:
            _note(source, "source.too_many_passwords", address)
        return False
    if manage.is_password(source, password):
        attempts.forget(limits)
        return True
    if source is not None:
        _note(source, "source.wrong_password", address)
    return False


def note_login(source: Source, address: str | None) -> None:
    """Remember when it was here last. The institution is entered already."""
    now = timezone.now()
    if source.last_seen_at is None or source.last_seen_at < now - TOLD_AGAIN_AFTER:
        services.audit(
            source.institution_id, "source.logged_in", source.name, address=address, login=source.login
        )
    Source.objects.filter(pk=source.pk).update(last_seen_at=now)


def _note(source: Source, verb: str, address: str | None) -> None:
    with tenancy.use_institution(source.institution_id):
        services.audit(source.institution_id, verb, source.name, address=address, login=source.login)
