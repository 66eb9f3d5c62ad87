"""An answer that is sent while it is made, however large, and that no reader holds up.

What makes it works in a thread of its own, with one connection to the database and one snapshot, and writes into a file
without a name; whoever reads takes from there what is made already. So a reader that dawdles costs some disk, and never
a snapshot, which would keep the database from forgetting what is dead.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.http import HttpRequest, StreamingHttpResponse

from edu_csv import tenancy
from edu_csv.storage.blocks import body_for
from imports.api.csv_data.errors import Refused

# How many are made at a time, each with a connection to the database: by this process, and for one institution.
MOST_STREAMS = 20
MOST_OF_INSTITUTION = 4
# For so long a caller waits for a turn; most answers are made within milliseconds.
SECONDS_OF_WAITING = 5.0
# A reader that takes nothing for so long has gone.
SECONDS_BETWEEN_PIECES = 120.0
PIECE_BYTES = 64 * 1024
RETRY_SECONDS = "5"

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

Make = Callable[[], Iterator[str]]


class NobodyReads(Exception):
    """The reader has gone, or is too slow: there is no more."""


class Turns:
    """Who may be at the database just now."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken: Counter[int] = Counter()

    def take(self, institution: int) -> None:
        """Raises Refused 429 when there is no turn within some seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_free(institution), SECONDS_OF_WAITING):
                raise Refused(
                    429,
                    "too_many_streams",
                    "Too many long answers are being made just now. Ask again in a moment.",
                    {"Retry-After": RETRY_SECONDS},
                )
            self._taken[institution] += 1

    def give_back(self, institution: int) -> None:
        with self._changed:
            self._taken[institution] -= 1
            self._changed.notify_all()

    def _is_free(self, institution: int) -> bool:
        return self._taken[institution] < MOST_OF_INSTITUTION and self._taken.total() < MOST_STREAMS


class Spool:
    """A file that grows at its end while it is read from its beginning, by one thread each."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by ``close``
        self._changed = threading.Condition()
        self._written = self._read = 0
        self._is_whole = self._is_closed = False
        self._failed: Exception | None = None
        self.read_at = time.monotonic()

    def write(self, piece: bytes) -> None:
        """Raises NobodyReads."""
        with self._changed:
            if self._is_closed:
                raise NobodyReads
            os.pwrite(self._file.fileno(), piece, self._written)
            self._written += len(piece)
            self._changed.notify_all()

    def end(self, failed: Exception | None = None) -> None:
        with self._changed:
            self._is_whole, self._failed = True, failed
            self._changed.notify_all()

    def read(self) -> bytes:
        """What comes next, as soon as there is some; empty at the end. Raises what ``end`` was told."""
        with self._changed:
            self.read_at = time.monotonic()
            self._changed.wait_for(lambda: self._read < self._written or self._is_whole or self._is_closed)
            if self._is_closed:
                raise NobodyReads
            if self._read == self._written and self._failed is not None:
                raise self._failed
            piece = os.pread(self._file.fileno(), min(PIECE_BYTES, self._written - self._read), self._read)
            self._read += len(piece)
            return piece

    def close(self) -> None:
        """Safe to repeat."""
        with self._changed:
            self._is_closed = True
            self._file.close()
            self._changed.notify_all()


turns = Turns()
_spools: weakref.WeakSet[Pieces] = weakref.WeakSet()


class Pieces:
    """What ``make`` yields within the institution, in pieces of some size; iterated by servers of either kind.

    The first piece is there at once: what fails before it is still an answer with a status of its own.
    """

    def __init__(self, institution: int, make: Make) -> None:
        close_the_forgotten()
        turns.take(institution)
        self.spool = Spool()
        # Also of an answer that nobody closes: its thread must not go on, nor its file stay.
        weakref.finalize(self, self.spool.close)
        _spools.add(self)
        threading.Thread(
            target=_work, args=(institution, make, self.spool), name="csv-data", daemon=True
        ).start()
        self._first = self.spool.read()

    def next_block(self) -> bytes:
        """Empty at the end."""
        first, self._first = self._first, b""
        return first or self.spool.read()

    def close(self) -> None:
        """Leave the database alone, and the disk. Safe to repeat."""
        self.spool.close()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.next_block():
            yield piece


def close_the_forgotten() -> None:
    """Close the files of readers that have taken nothing for long."""
    oldest = time.monotonic() - SECONDS_BETWEEN_PIECES
    for pieces in list(_spools):
        if pieces.spool.read_at < oldest:
            pieces.close()


def _work(institution: int, make: Make, spool: Spool) -> None:
    """All of a stream's life at the database: its context and its connection are nobody else's, and end here."""
    try:
        with tenancy.use_institution(institution), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(SNAPSHOT)
            for piece in _in_pieces(make()):
                spool.write(piece)
        spool.end()
    except NobodyReads:
        return
    except Exception as error:  # noqa: BLE001  # told to whoever reads
        spool.end(error)
    finally:
        connection.close()
        turns.give_back(institution)


def _in_pieces(texts: Iterator[str]) -> Iterator[bytes]:
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= PIECE_BYTES:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()


def streamed(request: HttpRequest, institution: int, make: Make, content_type: str) -> StreamingHttpResponse:
    """make: asked in another thread, within the institution and one snapshot of the database."""
    pieces = Pieces(institution, make)
    return StreamingHttpResponse(body_for(request, pieces), content_type=content_type)
