"""Memory does not grow with the file, whatever is in it."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from edu_csv.tabular import Limits, TableRefused, open_table

MEBIBYTE = 2**20


class Generated(io.RawIOBase):
    """A file that exists only while it is read."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._rest or next(self._parts, b"")
        size = min(len(buffer), len(data))
        buffer[:size], self._rest = data[:size], data[size:]
        return size


def _peak(parts: Iterable[bytes]) -> tuple[int, int, int, str | None]:
    """Peak bytes of memory, good rows, faults, and the code of what refused the file."""
    rows = faults = 0
    refused = None
    tracemalloc.start()
    try:
        with open_table(Generated(parts)) as table:  # type: ignore[arg-type] # a raw stream will do
            for chunk in table.chunks(10_000):
                rows += len(chunk.rows)
                faults += len(chunk.faults)
    except TableRefused as refusal:
        refused = refusal.code
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak, rows, faults, refused


def _plain(count: int) -> Iterator[bytes]:
    yield b"person,notes\r\n"
    notes = b"x" * 300
    for number in range(count // 1_000):
        yield b"".join(b"P-%d,%b\r\n" % (number * 1_000 + n, notes) for n in range(1_000))


def test_ten_times_the_rows_take_the_same_memory() -> None:
    small, rows, _, _ = _peak(_plain(20_000))
    large, rows_too, _, _ = _peak(_plain(200_000))
    assert (rows, rows_too) == (20_000, 200_000)
    assert large < small * 1.25
    assert large < 16 * MEBIBYTE


def _repeated(part: bytes, size: int) -> Iterator[bytes]:
    for _ in range(size // len(part)):
        yield part


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        (b"a,b\n1,", b"\n3,4\n", (1, 1, None)),
        (b'a,b\n1,"', b'"\n3,4\n', (1, 1, None)),
        (b'a,b\n1,"', b"\n3,4\n", (0, 0, "unclosed_quote")),
        (b"", b"\n3,4\n", (0, 0, "no_header")),
    ],
)
def test_a_cell_of_50_megabytes_is_not_kept(
    begin: bytes, end: bytes, found: tuple[int, int, str | None]
) -> None:
    def parts() -> Iterator[bytes]:
        yield begin
        yield from _repeated(b"x" * 50_000, 50_000_000)
        yield end

    peak, rows, faults, refused = _peak(parts())
    assert (rows, faults, refused) == found
    assert peak < 64 * MEBIBYTE


def test_a_quoted_cell_of_50_megabytes_with_line_breaks_refuses_the_file_early() -> None:
    taken = 0

    def parts() -> Iterator[bytes]:
        nonlocal taken
        yield b'a,b\n1,"'
        for part in _repeated(b"some text, and more\n" * 1_000, 50_000_000):
            taken += len(part)
            yield part
        yield b'"\n3,4\n'

    peak, _, _, refused = _peak(parts())
    assert refused == "unclosed_quote"
    assert taken < 8_000_000
    assert peak < 64 * MEBIBYTE


def test_ten_thousand_columns_are_refused() -> None:
    header = b",".join(b"c%d" % number for number in range(10_000))
    with pytest.raises(TableRefused) as caught:
        open_table(io.BytesIO(header + b"\n" + b"," * 9_999 + b"\n"))
    assert caught.value.code == "too_many_columns"
    assert caught.value.params == {"found": 10_000, "limit": Limits().columns}


def test_rows_of_very_many_cells_are_faults_that_keep_little() -> None:
    def parts() -> Iterator[bytes]:
        yield b"a,b\n"
        yield from _repeated(b"xy," * 300_000 + b"\n", 6_000_000)

    peak, rows, faults, refused = _peak(parts())
    assert (rows, refused) == (0, None)
    assert faults == 6
    assert peak < 128 * MEBIBYTE


def test_a_fault_keeps_as_many_cells_as_a_header_may_have() -> None:
    with open_table(io.BytesIO(b"a,b\n" + b"x," * 10_000 + b"\n")) as table:
        (chunk,) = table.chunks()
    assert chunk.faults[0].found == 10_001
    assert len(chunk.faults[0].cells) == Limits().columns
