"""How the broker is spoken to: Redis or Valkey in production, PostgreSQL (pgmq) on one machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from kombu import Queue

SCHEMES = ("redis", "rediss", "pgmq", "memory")

# Short: pgmq makes a table of each name, and a name of PostgreSQL ends at 63 bytes.
QUEUES = tuple(Queue(name, routing_key=name) for name in ("imports", "exports", "reports"))


def transport_options(url: str) -> dict[str, Any]:
    """What kombu wants to know beside the address."""
    if urlsplit(url).scheme != "pgmq":
        # Whoever sends a message has a person waiting; the sweep finds work whose message was lost.
        return {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
    return {
        "max_retries": 1,
        # The pgmq package would take DATABASE_URL from the environment before any address it is given.
        "conn_string": "postgresql" + url.removeprefix("pgmq"),
        # The tables are made by edu_csv.local.queue, from SQL: there is no extension to create.
        "init_extension": False,
        # Long polling would sit in one queue for seconds while another has work. Neither is NOTIFY
        # used: it costs a connection per process and gains less than the 50 ms of this interval.
        "wait_time_seconds": 0,
        "polling_interval": 0.05,
        "pool_size": 4,
        "pool_timeout": 5,
    }
