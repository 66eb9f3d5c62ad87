"""Open files of a session: one that is written lies on this machine until it is closed, one that is read in storage."""

from __future__ import annotations

import os
import tempfile
from typing import BinaryIO

from imports.sources.errors import InboxRefused, QuotaReached


class Writing:
    """A file on its way: bytes at any place, in any order, up to ``room``.

    It has no name on the disk, so whatever ends this process leaves nothing of it.
    """

    def __init__(self, name: str, room: int, too_much: QuotaReached) -> None:
        self.name = name
        self._room, self._too_much = room, too_much
        # Clients close a file after a failed write as after any other: what is stored then is not what they have.
        self._failed: Exception | None = None
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by ``discard``
        # From the beginning to here all has come; what came beyond it, by where it begins.
        self._whole = 0
        self._beyond: dict[int, int] = {}

    @property
    def size_bytes(self) -> int:
        return max(self._whole, *self._beyond.values(), 0)

    def write(self, offset: int, data: bytes) -> int:
        """Raises QuotaReached, OSError (this machine's disk is full)."""
        try:
            return self._write(offset, data)
        except Exception as error:
            self._failed = error
            raise

    def _write(self, offset: int, data: bytes) -> int:
        end = offset + len(data)
        if end > self._room:
            raise self._too_much
        descriptor, place, left = self.file.fileno(), offset, memoryview(data)
        while left:
            written = os.pwrite(descriptor, left, place)
            place, left = place + written, left[written:]
        self._beyond[offset] = max(end, self._beyond.get(offset, 0))
        for begin in sorted(self._beyond):
            if begin > self._whole:
                break
            self._whole = max(self._whole, self._beyond.pop(begin))
        return len(data)

    def whole(self) -> BinaryIO:
        """The file from its beginning. Raises InboxRefused when a part of it never came, or could not be written."""
        if self._failed is not None:
            raise InboxRefused("incomplete", f"{self.name} was not kept: {self._failed}") from self._failed
        if self._beyond:
            raise InboxRefused(
                "incomplete",
                f"{self.name}: the bytes from {self._whole:,} to {min(self._beyond):,} never came. Send the file again.",
            )
        self.file.seek(0)
        return self.file

    def discard(self) -> None:
        self.file.close()


class Reading:
    """A file of ``processed`` or ``failed``, opened in storage."""

    def __init__(self, file: BinaryIO, size_bytes: int) -> None:
        self._file = file
        self.size_bytes = size_bytes

    def read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)

    def discard(self) -> None:
        self._file.close()
