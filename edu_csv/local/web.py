"""The web process of one machine: uvicorn on a socket that the supervisor opened.

The supervisor opened it so that a taken port is known before anything starts, and so that callers wait
instead of being refused while a web process that crashed is started again.
"""

from __future__ import annotations

import socket
import sys

import uvicorn


def serve(descriptor: int) -> None:
    """Serve until told to stop. Open event streams are cut after 3 seconds: browsers connect again."""
    config = uvicorn.Config(
        "edu_csv.asgi:application",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    serve(int(sys.argv[1]))
