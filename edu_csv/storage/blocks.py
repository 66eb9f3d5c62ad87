"""Response bodies block by block: a stretch of a stored file, or whatever else comes so.

FileResponse would not do: under ASGI Django reads a plain iterator to its end before it sends the
first byte, so the whole file would be in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, Protocol

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

SENT_BYTES = 256 * 1024  # at once


class Body(Protocol):
    """What WSGI servers iterate; its response closes it."""

    def next_block(self) -> bytes:
        """Empty at the end."""

    def close(self) -> None: ...
    def __iter__(self) -> Iterator[bytes]: ...


class Blocks:
    """Iterated by WSGI servers. The response closes it, and so the file."""

    def __init__(self, file: BinaryIO, first: int, length: int) -> None:
        """first: where in the file to begin. length: how many bytes to send."""
        self._file = file
        self._left = length
        file.seek(first)

    def close(self) -> None:
        self._file.close()

    def next_block(self) -> bytes:
        """Empty at the end."""
        block = self._file.read(min(self._left, SENT_BYTES))
        self._left -= len(block)
        return block

    def __iter__(self) -> Iterator[bytes]:
        while block := self.next_block():
            yield block


class AsyncBlocks:
    """Iterated by ASGI servers; reads in a thread, so that other requests go on."""

    def __init__(self, blocks: Body) -> None:
        self._blocks = blocks

    def close(self) -> None:
        self._blocks.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while block := await asyncio.to_thread(self._blocks.next_block):
            yield block


def body_for(request: HttpRequest, blocks: Body) -> Body | AsyncBlocks:
    """The kind of body that the server behind this request can send piece by piece."""
    return AsyncBlocks(blocks) if isinstance(request, ASGIRequest) else blocks
