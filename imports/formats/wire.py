"""Values as PostgreSQL's binary COPY writes them: a length, then the bytes; -1 for NULL.

A cell is put into this form once per distinct text and kept so. psycopg's own dumpers are asked for
each value anew; the memo in front of these functions answers in some 50 ns (docs/benchmarks.md).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from uuid import UUID

NULL = b"\xff\xff\xff\xff"
_POSTGRES_DAY = date(2000, 1, 1).toordinal()
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_length = struct.Struct(">i").pack
_int4 = struct.Struct(">ii").pack
_int8 = struct.Struct(">iq").pack
_bool = struct.Struct(">i?").pack
_array = struct.Struct(">iiIii").pack

OIDS = {"text": 25, "date": 1082, "integer": 23, "uuid": 2950}


def text(value: str | None) -> bytes:
    if value is None:
        return NULL
    data = value.encode()
    return _length(len(data)) + data


def integer(value: int | None) -> bytes:
    return NULL if value is None else _int4(4, value)


def bigint(value: int | None) -> bytes:
    return NULL if value is None else _int8(8, value)


def boolean(value: bool | None) -> bytes:
    return NULL if value is None else _bool(1, value)


def day(value: date | None) -> bytes:
    return NULL if value is None else _int4(4, value.toordinal() - _POSTGRES_DAY)


def clock(value: time | None) -> bytes:
    if value is None:
        return NULL
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return _int8(8, seconds * 1_000_000 + value.microsecond)


def moment(value: datetime | None) -> bytes:
    """A time with its zone, in microseconds since 2000."""
    if value is None:
        return NULL
    since = value - _POSTGRES_EPOCH
    return _int8(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def local_moment(value: datetime | None) -> bytes:
    """A time without zone, in microseconds since 2000."""
    return moment(None if value is None else value.replace(tzinfo=UTC))


def uuid(value: UUID | None) -> bytes:
    return NULL if value is None else _length(16) + value.bytes


def array(values: Iterable[bytes], element: str) -> bytes:
    """Elements already in wire form, as one array of the type named ``element``."""
    elements = list(values)
    if not elements:
        return _length(12) + struct.pack(">iiI", 0, 0, OIDS[element])
    body = _array(1, 0, OIDS[element], len(elements), 1) + b"".join(elements)
    return _length(len(body)) + body


# By SQL type: how a parsed value of a column goes over the wire.
ENCODERS: dict[str, Callable[..., bytes]] = {
    "text": text,
    "integer": integer,
    "boolean": boolean,
    "date": day,
    "time": clock,
    "timestamptz": moment,
    "timestamp": local_moment,
    "text[]": lambda values: array(map(text, values or ()), "text"),
    "date[]": lambda values: array(map(day, values or ()), "date"),
}

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)


def row_start(fields: int) -> bytes:
    return struct.pack(">h", fields)
