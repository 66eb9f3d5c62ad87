"""Open files of a session: one that is written lies on this machine until it is closed, one that is read in storage."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO
from uuid import UUID

from imports.sources.errors import InboxRefused, QuotaReached


@dataclass(frozen=True, slots=True)
class Room:
    """What there was for one file when it was opened.

    of_file: bytes that it may have. of_all: bytes that are free of the quota of its source, for all that is being
    written. too_much: what is said when so many bytes are free and more come.
    """

    source: UUID
    of_file: int
    of_all: int
    too_much: Callable[[int], QuotaReached]


class Underway:
    """How much of this machine's disk the files that sources are writing have, over all sessions of the server.

    They count against the quota before they are stored, or one source could fill the disk with files that it
    never closes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._bytes: dict[UUID, dict[Writing, int]] = {}

    def reserve(self, writing: Writing, room: Room, size_bytes: int) -> None:
        """Have room for a file up to this size. Raises QuotaReached."""
        with self._lock:
            of_source = self._bytes.setdefault(room.source, {})
            others = sum(of_source.values()) - of_source.get(writing, 0)
            free = min(room.of_file, room.of_all - others)
            if size_bytes > free:
                raise room.too_much(free)
            of_source[writing] = max(size_bytes, of_source.get(writing, 0))

    def release(self, writing: Writing, room: Room) -> None:
        with self._lock:
            of_source = self._bytes.get(room.source, {})
            of_source.pop(writing, None)
            if not of_source:
                self._bytes.pop(room.source, None)


underway = Underway()


class Writing:
    """A file on its way: bytes at any place, in any order, up to the room there is.

    It has no name on the disk, so whatever ends this process leaves nothing of it.
    """

    def __init__(self, name: str, room: Room) -> None:
        self.name = name
        self._room = room
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
        underway.reserve(self, self._room, end)
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
        underway.release(self, self._room)


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
