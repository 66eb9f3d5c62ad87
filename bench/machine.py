"""On what it was measured: a figure without its machine means nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psycopg

# The server's settings that decide how fast rows are written.
SETTINGS = (
    "fsync", "synchronous_commit", "full_page_writes", "wal_level", "wal_compression", "shared_buffers",
    "max_wal_size", "work_mem", "jit",
)  # fmt: skip


def describe() -> dict[str, str]:
    return {
        "CPU": f"{_cpu_model()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    }


def server(address: str) -> dict[str, str]:
    """The version of PostgreSQL, and the settings that matter."""
    with psycopg.connect(address) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        rows = connection.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY (%s)", [list(SETTINGS)]
        ).fetchall()
    found: dict[str, str] = dict(rows)
    settings = ", ".join(f"{name} = {found[name]}" for name in SETTINGS if name in found)
    return {"PostgreSQL": str(version[0] if version else ""), "settings": settings}


def others_busy() -> float:
    """How many processes want a core just now; well below 1 where nothing else runs."""
    return os.getloadavg()[0]


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model"):
            return value.strip()
    return platform.machine()
