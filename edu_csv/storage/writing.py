"""The one way bytes enter storage: hashed as they pass, readable only when whole."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edu_csv.storage.contract import BLOCK_BYTES, Sink, Store, StoredFile

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class HashingWriter(io.BufferedIOBase):
    """A binary file to write to; gzip, csv and zip writers may stand on it.

    ``stored`` is there once the ``with`` block of ``storage.writer`` has ended cleanly. Closing
    the file does not publish it, so a wrapper that closes what it wraps does no harm.
    """

    def __init__(self, key: str, sink: Sink) -> None:
        self.key = key
        self.size_bytes = 0
        self._sink = sink
        self._hash = hashlib.sha256()
        self._stored: StoredFile | None = None

    @property
    def name(self) -> str:
        """The key, where a file has its path: gzip notes the last part of it, text wrappers want one."""
        return self.key

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        if self._stored is not None:
            raise ValueError(f"Expected no more bytes for {self.key!r}: it is already published.")
        block = data if isinstance(data, bytes) else memoryview(data).cast("B")
        self._hash.update(block)
        self._sink.write(block)
        self.size_bytes += len(block)
        return len(block)

    @property
    def stored(self) -> StoredFile:
        if self._stored is None:
            raise ValueError(f"{self.key!r} is not stored yet: leave the with block first.")
        return self._stored

    def publish(self) -> None:
        """Put the file in its place, in one step; raises StorageUnavailable."""
        self._sink.publish()
        self._stored = StoredFile(self.key, self.size_bytes, self._hash.hexdigest())


@contextmanager
def published_when_whole(key: str, sink: Sink) -> Iterator[HashingWriter]:
    """A file to write to, published when the block ends and gone when it raises."""
    file = HashingWriter(key, sink)
    try:
        yield file
        file.publish()
    except BaseException:
        sink.discard()
        raise


def hash_stored(store: Store, key: str) -> StoredFile:
    """Read a stored file once for its size and hash; raises MissingFile."""
    digest, size_bytes = hashlib.sha256(), 0
    with store.reader(key) as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            size_bytes += len(block)
    return StoredFile(key, size_bytes, digest.hexdigest())
