"""An answer that is sent as it is read, however large: a few pieces of it are held, and no more.

What makes it works in a thread of its own, so that it has one connection to the database and one snapshot from its first
byte to its last, whatever server and however many threads ask for the next piece.
"""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue

from django.core.handlers.asgi import ASGIRequest
from django.db import connection, transaction
from django.http import HttpRequest, StreamingHttpResponse

from edu_csv import tenancy
from imports.api.csv_data.errors import Refused

# Each holds a connection to the database as long as its reader takes.
MOST_STREAMS = 20
# A reader that is slower than this keeps the database from forgetting what is dead.
LONGEST_SECONDS = 3_600.0
PIECE_BYTES = 64 * 1024
PIECES_AHEAD = 4
RETRY_SECONDS = "5"
SECONDS_BETWEEN_LOOKS = 0.5

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

_streams = threading.BoundedSemaphore(MOST_STREAMS)

Make = Callable[[], Iterator[str]]
# A piece; empty at the end; or what went wrong.
Made = bytes | Exception


class NobodyReads(Exception):
    """The reader has gone, or is too slow: there is no more."""


class Pieces:
    """What ``make`` yields within the institution, in pieces of some size; iterated by servers of either kind.

    The first piece is there at once: what fails before it is still an answer with a status of its own.
    """

    def __init__(self, institution: int, make: Make) -> None:
        if not _streams.acquire(blocking=False):
            raise Refused(
                429,
                "too_many_streams",
                "Too many long answers are being sent just now. Ask again in a moment.",
                {"Retry-After": RETRY_SECONDS},
            )
        self._made: Queue[Made] = Queue(PIECES_AHEAD)
        self._gone = threading.Event()
        # Also of an answer that nobody closes: its thread must not wait for ever.
        weakref.finalize(self, self._gone.set)
        self._worker = threading.Thread(
            target=_work, args=(institution, make, self._made, self._gone), name="csv-data", daemon=True
        )
        self._worker.start()
        self._first = self._next()

    def next_piece(self) -> bytes:
        """Empty at the end."""
        first, self._first = self._first, b""
        return first or self._next()

    def _next(self) -> bytes:
        while True:
            try:
                made = self._made.get(timeout=SECONDS_BETWEEN_LOOKS)
            except Empty:
                if self._worker.is_alive() or not self._made.empty():
                    continue
                raise NobodyReads from None
            if isinstance(made, Exception):
                raise made
            return made

    def close(self) -> None:
        """Leave the database alone. Safe to repeat."""
        self._gone.set()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.next_piece():
            yield piece


class AsyncPieces:
    """For ASGI servers: waits in a thread, so that other requests go on."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def close(self) -> None:
        self._pieces.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await asyncio.to_thread(self._pieces.next_piece):
            yield piece


def _work(institution: int, make: Make, made: Queue[Made], gone: threading.Event) -> None:
    """All of a stream's life: its context and its connection are nobody else's, and end here."""
    until = time.monotonic() + LONGEST_SECONDS

    def give(piece: Made) -> None:
        while not gone.is_set() and time.monotonic() < until:
            try:
                made.put(piece, timeout=SECONDS_BETWEEN_LOOKS)
            except Full:
                continue
            return
        raise NobodyReads

    try:
        try:
            with tenancy.use_institution(institution), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(SNAPSHOT)
                for piece in _in_pieces(make()):
                    give(piece)
            give(b"")
        except NobodyReads:
            # Whoever still reads learns that it is not whole: a piece makes room for that.
            with suppress(Empty):
                made.get_nowait()
            with suppress(Full):
                made.put_nowait(TimeoutError("the reader of a long answer was too slow"))
        except Exception as error:  # noqa: BLE001  # told to whoever reads
            give(error)
    except NobodyReads:
        return
    finally:
        connection.close()
        _streams.release()


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
    body = AsyncPieces(pieces) if isinstance(request, ASGIRequest) else pieces
    return StreamingHttpResponse(body, content_type=content_type)
