"""What one sender may have of the SFTP server: disk, open files, sessions, connections."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import asyncssh
import pytest

from imports.sftp import folders, gate
from tests.coroutines import run_apart
from tests.local.running import wait_until
from tests.sources.feeding import Feed
from tests.sources.ssh import Client, Server


@asynccontextmanager
async def connected(client: Client) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection with the client's key, for more than OpenSSH's own client does by itself."""
    assert client.key is not None
    async with asyncssh.connect(
        "127.0.0.1", client.server.port, username=client.login, client_keys=[str(client.key)],
        known_hosts=None, config=None, agent_path=None,
    ) as connection:  # fmt: skip
        yield connection


def test_what_is_being_written_counts_against_the_quota_in_every_session(feed: Feed, client: Client) -> None:
    feed.change(limits={"quota_bytes": 400_000})

    async def send() -> None:
        async with connected(client) as one, connected(client) as other:
            first, second = await one.start_sftp_client(), await other.start_sftp_client()
            a, b = await first.open("incoming/a.csv", "wb"), await second.open("incoming/b.csv", "wb")
            await a.write(b"x" * 300_000)
            await b.write(b"x" * 100_000)
            with pytest.raises(
                asyncssh.SFTPPermissionDenied, match=r"may hold 400,000 bytes, and 100,000 are"
            ):
                await b.write(b"x")
            first.exit()
            await first.wait_closed()
            async with second.open("incoming/c.csv", "wb") as c:
                await c.write(b"x\n" * 150_000)

    run_apart(send())
    assert feed.names("incoming") == ["c.csv"], "a was never closed, of b a part was refused"


def test_few_files_are_open_in_a_session_and_few_sessions_in_a_connection(client: Client) -> None:
    async def open_many() -> None:
        async with connected(client) as connection:
            session = await connection.start_sftp_client()
            files = [
                await session.open(f"incoming/{number}.csv", "wb") for number in range(folders.MOST_HANDLES)
            ]
            with pytest.raises(asyncssh.SFTPFailure, match="may be open in one session"):
                await session.open("incoming/more.csv", "wb")
            with pytest.raises(asyncssh.SFTPFailure, match="may be open in one session"):
                await session.listdir("/incoming")
            await files[0].close()
            assert "0.csv" in await session.listdir("/incoming")
            further = [await connection.start_sftp_client() for _ in range(gate.MOST_SESSIONS - 1)]
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.start_sftp_client()
            further[0].exit()
            await further[0].wait_closed()
            # The server counts it as ended a moment after the client does.
            for _ in range(100):
                with suppress(asyncssh.ChannelOpenError):
                    await connection.start_sftp_client()
                    return
                await asyncio.sleep(0.05)
            pytest.fail("no session could be opened in place of the one that ended")

    run_apart(open_many())


def test_whoever_only_connects_has_few_connections_and_disturbs_nobody_for_long(
    client: Client, sftp_server: Server, tmp_path: Path
) -> None:
    assert client.run("ls").code == 0
    with ExitStack() as held:

        def connect() -> socket.socket:
            return held.enter_context(socket.create_connection(("127.0.0.1", sftp_server.port), timeout=10))

        lines = [connect() for _ in range(gate.MOST_WAITING)]
        for line in lines:
            assert line.recv(100).startswith(b"SSH-2.0-")
        said = b""
        refused = connect()
        while block := refused.recv(4096):
            said += block
        assert b"Too many connections from this address" in said
        # Closed would mean an end where the next bytes are; ours are sent what every client is.
        assert all(line.fileno() > 0 and line.send(b"SSH-2.0-other\r\n") for line in lines)
        assert all(line.recv(4096) for line in lines)
    wait_until(lambda: client.run("ls").code == 0)
