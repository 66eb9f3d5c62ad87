"""Rows out of PostgreSQL as a file: COPY, line ends after RFC 4180, through gzip or plain.

No row is parsed and none becomes a Python object: what the server sends goes on as it is. Exports and
reports both write so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, cast

from django.db import connection
from isal import igzip
from psycopg.sql import Composable

from edu_csv import storage

# Rows joined at a time: enough to make the call cheap, few enough to stay in the processor's cache.
ROWS_AT_ONCE = 256
# The next level packs 1 % smaller and takes half as long again.
GZIP_LEVEL = 1


class Out(Protocol):
    """Where bytes go, in order."""

    def write(self, data: bytes, /) -> int: ...


@contextmanager
def packed(file: storage.HashingWriter, *, compression: bool) -> Iterator[Out]:
    """Where the text goes: the file itself, or gzip in front of it."""
    if not compression:
        yield file
        return
    # No name and no time in it: the same rows are the same bytes.
    text = igzip.IGzipFile(  # type: ignore[no-untyped-call]  # isal publishes no types
        filename="", fileobj=file, mode="wb", compresslevel=GZIP_LEVEL, mtime=0
    )
    with text:
        yield cast("Out", text)


def copy_rows(
    statement: Composable, params: dict[str, Any], out: Out, progress: Callable[[int], None]
) -> int:
    """Copy the rows of ``COPY … TO STDOUT (FORMAT csv)`` with line ends of CRLF; how many they were.

    The server sends one message a row (PostgreSQL manual, "COPY Operations"), ended by one line feed:
    so a line break inside a cell is never taken for the end of its row, and nothing has to be parsed.
    progress: told the number of rows so far, after some thousand each.
    """
    rows = 0
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        messages = iter(copy)
        while block := list(islice(messages, ROWS_AT_ONCE)):
            out.write(_lines(block))
            rows += len(block)
            progress(rows)
    return rows


def _lines(rows: list[Any]) -> bytes:
    block = b"".join(rows)
    if b'"' in block:
        # A quoted cell may hold line breaks of its own, which stay as they are.
        return b"".join([line for row in rows for line in (row[:-1], b"\r\n")])
    return block.replace(b"\n", b"\r\n")
