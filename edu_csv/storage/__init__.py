"""The only door to files and signed links.

A folder with signed links of our own when ``S3_BUCKET`` is empty, else S3 or a compatible
store. Callers see no difference: keys are names such as ``uploads/7/0190…/enrol.csv``, a
file is there whole or not at all, and no call holds a file in memory. Every function may raise
StorageUnavailable (come back later) and UnsafeKey (build keys with ``file_key``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import BinaryIO, cast

from django.conf import settings

from edu_csv.errors import IncompleteUpload, MissingFile, StorageUnavailable, UnsafeKey
from edu_csv.storage.contract import (
    BLOCK_BYTES,
    UPLOAD_LIFETIME,
    UPLOAD_PART_BYTES,
    DirectUpload,
    Part,
    Store,
    StoredFile,
    StoredKey,
    StoreSettings,
    UploadState,
    lifetime_seconds,
)
from edu_csv.storage.keys import check_key, content_type_of, file_key, safe_name
from edu_csv.storage.writing import HashingWriter, published_when_whole

__all__ = [
    "DirectUpload",
    "HashingWriter",
    "IncompleteUpload",
    "MissingFile",
    "Part",
    "StorageUnavailable",
    "StoredFile",
    "StoredKey",
    "UnsafeKey",
    "UploadState",
    "abort_upload",
    "blocks_of",
    "complete_upload",
    "copy",
    "delete",
    "exists",
    "file_key",
    "link_lifetime",
    "list_keys",
    "open_file",
    "purge_unfinished",
    "put",
    "reachable",
    "safe_name",
    "signed_url",
    "size",
    "start_upload",
    "writer",
]


def put(key: str, stream: BinaryIO | Iterable[bytes]) -> StoredFile:
    """Store what ``stream`` yields, replacing what was there; all of it or nothing.

    stream: a binary file, read from where it stands, or blocks of bytes. What it raises itself
    goes through unchanged.
    """
    with writer(key) as file:
        for block in blocks_of(stream):
            file.write(block)
    return file.stored


@contextmanager
def writer(key: str) -> Iterator[HashingWriter]:
    """Write a file piece by piece; published when the block ends, gone when it raises."""
    with published_when_whole(key, current_store().sink(check_key(key))) as file:
        yield file


def open_file(key: str) -> BinaryIO:
    """Open a stored file to read; seekable, in constant memory. Close it.

    Reading may raise StorageUnavailable at any point. Raises MissingFile here, never later.
    """
    return current_store().reader(check_key(key))


def delete(key: str) -> None:
    """Remove a file, and with it what every link to it opens; no error when it is gone already."""
    current_store().delete(check_key(key))


def exists(key: str) -> bool:
    return current_store().exists(check_key(key))


def size(key: str) -> int:
    """How many bytes the file has; raises MissingFile."""
    return current_store().size(check_key(key))


def copy(src: str, dst: str) -> None:
    """Make ``dst`` a file with the bytes of ``src``, inside the store; raises MissingFile."""
    current_store().copy(check_key(src), check_key(dst))


def signed_url(
    key: str, *, lifetime: timedelta, filename: str | None = None, content_type: str | None = None
) -> str:
    """Return a link that lets whoever holds it download ``key`` until it expires.

    lifetime: 1 second to 7 days, the limit of AWS Signature Version 4; else ValueError.
    filename: what the browser saves it as; the last part of the key when left out.
    content_type: by the key's suffix when left out.
    The link stands for the bytes under the key: deleting the file ends it. It is a secret, so
    keep it out of logs.
    """
    check_key(key)
    name = filename or key.rpartition("/")[2]
    seconds = lifetime_seconds(lifetime)
    return current_store().signed_url(key, seconds, name, content_type or content_type_of(key))


def link_lifetime() -> timedelta:
    """How long a download link lives when nothing shortens it: the setting SIGNED_URL_SECONDS."""
    return timedelta(seconds=settings.SIGNED_URL_SECONDS)


def list_keys(prefix: str) -> Iterator[StoredKey]:
    """Every stored file whose key begins with ``prefix``, in no promised order; "" lists all.

    Files may come and go meanwhile; deleting what was just listed is safe.
    """
    if folder := prefix.rpartition("/")[0]:
        check_key(folder)
    return current_store().list_keys(prefix)


def start_upload(
    key: str, size_bytes: int, *, part_bytes: int = UPLOAD_PART_BYTES, lifetime: timedelta = UPLOAD_LIFETIME
) -> DirectUpload:
    """Let a client put a file of exactly ``size_bytes`` under ``key`` by itself.

    key: a new one; what is there already would be replaced by ``complete_upload``.
    part_bytes: S3 refuses parts under 5 MiB, save the last.
    Keep ``state`` of the answer (JSON) for ``complete_upload`` or ``abort_upload``. Raises
    ValueError for an empty file or a lifetime that is not 1 second to 7 days.
    """
    return current_store().start_upload(check_key(key), size_bytes, part_bytes, lifetime_seconds(lifetime))


def complete_upload(state: UploadState) -> StoredFile:
    """Make a file of the parts that came; reads it once for its hash. Safe to repeat.

    Raises IncompleteUpload, which names the parts that are missing or have the wrong length;
    the client may send them and complete again.
    """
    return current_store().complete_upload(state)


def abort_upload(state: UploadState) -> None:
    """Forget a direct upload and what came of it; no error when it has ended already."""
    current_store().abort_upload(state)


def purge_unfinished(older_than: timedelta) -> int:
    """Remove what writers that died and clients that never completed left; how many there were.

    older_than: longer than any write or direct upload may take.
    """
    return current_store().purge_unfinished(datetime.now(UTC) - older_than)


def reachable() -> None:
    """Return when files can be stored; raises StorageUnavailable within seconds when not."""
    current_store().reachable()


def current_store() -> Store:
    """The store that the settings name."""
    return _open_store(StoreSettings.read())


@lru_cache(maxsize=4)
def _open_store(config: StoreSettings) -> Store:
    # Imported here: boto3 costs 0.3 s and 30 MB, which one machine need not pay.
    if config.bucket:
        from edu_csv.storage.bucket import BucketStorage

        return cast("Store", BucketStorage(config))
    from edu_csv.storage.folder import FolderStorage

    return FolderStorage(config.folder, config.base_url)


# A worker forked off must not share its parent's sockets to S3.
os.register_at_fork(after_in_child=_open_store.cache_clear)


def blocks_of(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """What a file, or whatever gives blocks, holds: block by block."""
    read = getattr(stream, "read", None)
    if read is None:
        yield from stream
        return
    while block := read(BLOCK_BYTES):
        yield block
