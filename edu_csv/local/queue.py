"""The queue's tables: pgmq, installed from the SQL that its package carries, without an extension."""

from __future__ import annotations

import psycopg
from pgmq import get_embedded_install_sql


def install(url: str) -> None:
    """Make the tables and functions of pgmq, unless they are there: its script cannot run twice.

    url: a database that the log-in in it owns.
    """
    with psycopg.connect(url, connect_timeout=10) as connection:
        # Two starts at once: the second waits, then sees what the first made.
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('edu_csv.queue', 0))")
        there = connection.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL").fetchone()
        if there and there[0]:
            return
        connection.execute(get_embedded_install_sql().encode())
