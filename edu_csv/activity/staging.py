"""Staging: prepared statements on their way into the store, in temporary tables of one transaction.

``statement_in``   one line per statement, numbered (``n``) in the order of the file;
``definition_in``  what they say of activities, each text once, with where it was said first and last;
``statement_out``  what ``judge`` found of those that are not new;
``statement_failed`` the rows of which nothing is stored.

Statements go by one binary COPY as they come, so Python holds no more than a buffer of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import IO, Any

from edu_csv.activity.definitions import key_of, parts
from edu_csv.activity.terms import salt_of
from edu_csv.activity.xapi import Prepared

CREATE = """
    CREATE TEMP TABLE statement_in (
        n integer, row integer, position smallint, is_voiding boolean, id uuid, fingerprint bytea,
        timestamp timestamptz, refers_to uuid, terms bigint[], body text) ON COMMIT DROP;
    CREATE TEMP TABLE definition_in (
        first integer, first_row integer, last integer, last_row integer, activity bigint, part text, language text,
        value text) ON COMMIT DROP;
    CREATE TEMP TABLE statement_out (
        n integer, row integer, position smallint, verdict smallint, id uuid, other_job uuid, other_row integer,
        is_equal boolean NOT NULL DEFAULT false) ON COMMIT DROP;
    CREATE TEMP TABLE statement_failed (row integer) ON COMMIT DROP
"""
COPY_STATEMENTS = """
    COPY statement_in (n, row, position, is_voiding, id, fingerprint, timestamp, refers_to, terms, body)
    FROM STDIN (FORMAT binary)
"""
COPY_DEFINITIONS = """
    COPY definition_in (first, first_row, last, last_row, activity, part, language, value) FROM STDIN (FORMAT binary)
"""
NEXT_NUMBER = "SELECT coalesce(max(n) + 1, 0) FROM statement_in"

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
# Bytes of rows that are handed over at once.
BUFFER = 256 * 1024
# Different texts about activities that are remembered, so that each is written once and not with each statement.
DEFINITIONS_KEPT = 20_000
SPOOLED = 4 * 1024 * 1024

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_INT8_OID = 20
# Ten fields; number, row, position, is_voiding, id and fingerprint are never null.
_head = Struct(">hiiiiihi?i16si32s").pack
_time = Struct(">iq").pack
_uuid = Struct(">i16s").pack
_length = Struct(">i").pack
_definition = Struct(">hiiiiiiiiiq").pack


def create_staging(cursor: Any) -> None:
    """Make the tables; they go with the transaction."""
    cursor.execute(CREATE)


class Staging:
    """What ``copy`` hands out. count: how many statements it has taken."""

    def __init__(self, copy: Any, institution: int, number: int, spool: IO[bytes]) -> None:
        self.count = 0
        self._number = number
        self._salt = salt_of(institution)
        self._write = copy.write
        self._buffer = bytearray(HEADER)
        self._definitions = _Definitions(spool, self._salt)

    def write(self, row: int, position: int, prepared: Prepared) -> None:
        """Take a statement: the ``position``-th of this row of the file. In the order of the file."""
        number = self._number + self.count
        self.count += 1
        buffer = self._buffer
        buffer += _head(
            10, 4, number, 4, row, 2, position, 1, prepared.is_voiding, 16, prepared.id.bytes,
            32, prepared.fingerprint,
        )  # fmt: skip
        at = prepared.timestamp
        # To the millisecond, as times are compared.
        buffer += NULL if at is None else _time(8, (at - _EPOCH) // _MILLISECOND * 1000)
        refers_to = prepared.refers_to
        buffer += NULL if refers_to is None else _uuid(16, refers_to.bytes)
        salt = self._salt
        buffer += bigints([each ^ salt for each in prepared.terms])
        body = prepared.body
        buffer += _length(len(body))
        buffer += body
        if len(buffer) > BUFFER:
            self._write(bytes(buffer))
            buffer.clear()
        if prepared.definitions:
            for activity, definition in prepared.definitions:
                self._definitions.add(number, row, activity, definition)

    def finish(self) -> None:
        self._write(bytes(self._buffer) + TRAILER)
        self._definitions.flush()


class _Definitions:
    """What statements say of activities, told apart by its text; written to a file until COPY is free."""

    def __init__(self, spool: IO[bytes], salt: int) -> None:
        self._spool = spool
        self._salt = salt
        self._seen: dict[tuple[str, bytes], list[int]] = {}
        spool.write(HEADER)

    def add(self, number: int, row: int, activity: str, definition: bytes) -> None:
        seen = self._seen.get((activity, definition))
        if seen is None:
            if len(self._seen) >= DEFINITIONS_KEPT:
                self.flush()
            self._seen[activity, definition] = [number, row, number, row]
        else:
            seen[2] = number
            seen[3] = row

    def flush(self) -> None:
        for (activity, definition), (first, first_row, last, last_row) in self._seen.items():
            key = key_of(activity, self._salt)
            start = _definition(8, 4, first, 4, first_row, 4, last, 4, last_row, 8, key)
            for part, language, value in parts(definition):
                self._spool.write(start + _text(part) + _text(language) + _text(value))
        self._seen.clear()


def _text(value: str) -> bytes:
    wire = value.encode()
    return _length(len(wire)) + wire


_arrays: dict[int, Any] = {}


def bigints(values: list[int]) -> bytes:
    """A ``bigint[]`` as binary COPY takes it, its length before it."""
    count = len(values)
    pack = _arrays.get(count)
    if pack is None:
        pack = Struct(">6i" + "iq" * count).pack if count else Struct(">4i").pack
        if count < 1_000:
            _arrays[count] = pack
    if not count:
        return bytes(pack(12, 0, 0, _INT8_OID))
    sized: list[int] = [8] * (2 * count)
    sized[1::2] = values
    return bytes(pack(20 + 12 * count, 1, 0, _INT8_OID, count, 1, *sized))


@contextmanager
def copy(cursor: Any, institution: int) -> Iterator[Staging]:
    """Statements are streamed into ``statement_in`` within the block; nothing else may use the connection there.

    May be opened again in the same transaction: what comes later stands later in the file.
    """
    cursor.execute(NEXT_NUMBER)
    [number] = cursor.fetchone()
    with tempfile.SpooledTemporaryFile(SPOOLED) as spool:
        with cursor.copy(COPY_STATEMENTS) as stream:
            staging = Staging(stream, institution, number, spool)
            yield staging
            staging.finish()
        spool.write(TRAILER)
        spool.seek(0)
        with cursor.copy(COPY_DEFINITIONS) as stream:
            while block := spool.read(BUFFER):
                stream.write(block)
