"""The server itself: listens until it is asked to end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket

import asyncssh

from imports.sftp.gate import Gate
from imports.sftp.host_key import kept_host_key

log = logging.getLogger(__name__)

LOGIN_SECONDS = 30
# A client that went away without a word is let go after two minutes.
ALIVE_SECONDS, ALIVE_TRIES = 30, 4
# What is being stored when we are asked to end is stored first.
LAST_SECONDS = 10


async def serve(listening: socket.socket) -> None:
    """Serve on a socket that listens already, until SIGTERM or SIGINT. Raises ImproperlyConfigured."""
    key = kept_host_key()
    # asyncssh tells of each packet; of its refusals and connections there is our audit log.
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    acceptor = await asyncssh.listen(
        sock=listening,
        server_factory=Gate,
        server_host_keys=[key],
        server_version="edu-csv",
        encoding=None,
        login_timeout=LOGIN_SECONDS,
        keepalive_interval=ALIVE_SECONDS,
        keepalive_count_max=ALIVE_TRIES,
        allow_pty=False,
        line_editor=False,
        agent_forwarding=False,
        x11_forwarding=False,
        allow_scp=False,
        # No system-wide configuration of somebody's OpenSSH.
        config=None,
    )
    log.info("SFTP on port %s, host key %s", listening.getsockname()[1], key.get_fingerprint())
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    await ending.wait()
    acceptor.close()
    try:
        await asyncio.wait_for(acceptor.wait_closed(), LAST_SECONDS)
    except TimeoutError:
        log.warning("SFTP: sessions that were still open were cut off")
