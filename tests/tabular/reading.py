"""Files for the reader, and what it makes of them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from edu_csv.tabular import RowFault, Table, TableRefused, open_table


@dataclass
class Read:
    """A whole table, its chunks put together."""

    table: Table
    rows: dict[int, list[str]]
    faults: list[RowFault]
    blanks: list[int]
    chunk_sizes: list[int]

    @property
    def fault_codes(self) -> dict[int, str]:
        return {fault.row: fault.code for fault in self.faults}


def read(data: bytes, *, size: int = 2_000, **options: Any) -> Read:
    """Read all of ``data``; its rows come by their numbers."""
    with open_table(io.BytesIO(data), **options) as table:
        found = Read(table, {}, [], [], [])
        for chunk in table.chunks(size):
            assert len(chunk.numbers) == len(chunk.rows)
            assert all(len(row) == len(table.header) for row in chunk.rows)
            found.rows.update(zip(chunk.numbers, chunk.rows, strict=True))
            found.faults += chunk.faults
            found.blanks += chunk.blanks
            found.chunk_sizes.append(len(chunk.rows) + len(chunk.faults) + len(chunk.blanks))
    return found


def refusal(data: bytes, **options: Any) -> TableRefused:
    """Why ``data`` is refused; reading it to its end must not succeed."""
    with pytest.raises(TableRefused) as caught:
        read(data, **options)
    return caught.value


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members, in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


class Unseekable(io.RawIOBase):
    """A stream such as a request's body: forward only, and a little at a time."""

    def __init__(self, data: bytes, step: int = 777) -> None:
        self._file = io.BytesIO(data)
        self._step = step
        self.largest_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.largest_read = max(self.largest_read, len(buffer))
        data = self._file.read(min(len(buffer), self._step))
        buffer[: len(data)] = data
        return len(data)
