"""Byte streams that can be looked at before they are read, and that unpack no more than allowed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol
from zipfile import BadZipFile

from isal import igzip, isal_zlib

from edu_csv.tabular.limits import RATIO_FROM_BYTES, Limits
from edu_csv.tabular.refusals import TableRefused

_ISAL_ERROR: type[Exception] = isal_zlib.error  # type: ignore[assignment] # its stub says: an instance
BROKEN_PACKING: tuple[type[Exception], ...] = (
    igzip.BadGzipFile,
    _ISAL_ERROR,
    zlib.error,
    BadZipFile,
    EOFError,
)
"""What the unpackers raise for damaged data; a storage's own OSError is none of it."""


class Readable(Protocol):
    """All that is asked of a stream."""

    def read(self, size: int = -1, /) -> bytes | None: ...


class HeadedStream(io.RawIOBase):
    """A stream whose beginning can be looked at and still be read afterwards.

    position: bytes taken from the stream below so far.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._head = b""
        self.position = 0

    def look(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer when the stream ends before; they stay to be read."""
        pieces = [self._head]
        missing = size - len(self._head)
        while missing > 0 and (piece := self._take(missing)):
            pieces.append(piece)
            missing -= len(piece)
        self._head = b"".join(pieces)
        return self._head[:size]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        size = len(buffer)
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._take(size)
        buffer[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        data = self._stream.read(size) or b""
        self.position += len(data)
        return data


class CountedFile(HeadedStream):
    """A seekable file that counts what was read of it; nothing of it is looked at beforehand."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._file = file

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


class GuardedStream(io.RawIOBase):
    """What comes out of an unpacker, refused as soon as it is more than one file may be.

    packed_bytes: tells how many packed bytes went in so far; None when nothing was packed.
    """

    def __init__(self, stream: Readable, limits: Limits, packed_bytes: Callable[[], int] | None) -> None:
        self._stream = stream
        self._limits = limits
        self._packed_bytes = packed_bytes
        self.unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer)) or b""
        except BROKEN_PACKING as error:
            raise corrupt_archive(f"after {self.unpacked} bytes") from error
        self.unpacked += len(data)
        if self._packed_bytes is None:
            refuse_unpacked_size(self.unpacked, self._limits)
        else:
            refuse_unpacked_size(self.unpacked, self._limits, packed=self._packed_bytes())
        buffer[: len(data)] = data
        return len(data)


def corrupt_archive(where: str) -> TableRefused:
    """The refusal of a gzip or zip that cannot be unpacked to its end."""
    return TableRefused(
        "corrupt_archive",
        f"The packed file is damaged or incomplete: unpacking stopped {where}.",
        "Pack it again, or send it unpacked.",
    )


def refuse_unpacked_size(unpacked: int, limits: Limits, packed: int | None = None) -> None:
    """Raise TableRefused when so many bytes, out of so many packed ones, are not allowed."""
    if unpacked > limits.unpacked_bytes:
        raise TableRefused(
            "too_large_unpacked",
            f"The file holds more than {limits.unpacked_bytes} bytes once unpacked.",
            "Split it into several files.",
            {"limit": limits.unpacked_bytes},
        )
    if packed is not None and unpacked > max(RATIO_FROM_BYTES, limits.ratio * packed):
        raise TableRefused(
            "suspicious_ratio",
            f"The file unpacks to more than {limits.ratio} times its size, which tables do not.",
            "Send it unpacked.",
            {"limit": limits.ratio},
        )
