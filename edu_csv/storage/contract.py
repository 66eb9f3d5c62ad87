"""What every store offers, and the plain values that pass through the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO, NotRequired, Protocol, TypedDict

from django.conf import settings

MIB = 1 << 20
BLOCK_BYTES = MIB  # what is read at once, wherever a file is streamed
UPLOAD_PART_BYTES = 64 * MIB  # rest-api.md section 6
UPLOAD_LIFETIME = timedelta(days=1)  # 2 GiB over a slow line takes longer than a download link lives
LONGEST_LIFETIME = timedelta(days=7)  # the limit of AWS Signature Version 4


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is wholly in storage. sha256: lower-case hexadecimal."""

    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One line of a listing. modified: aware, UTC."""

    key: str
    size_bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Where one part of a direct upload goes. number: from 1, in file order."""

    number: int
    url: str


class UploadState(TypedDict):
    """What the caller keeps of a direct upload until it is completed or aborted; JSON.

    upload_id: the store's own name for it, where that is not ``id``.
    """

    id: str
    key: str
    size_bytes: int
    part_bytes: int
    upload_id: NotRequired[str]


@dataclass(frozen=True, slots=True)
class DirectUpload:
    """Leave to put one file into storage without passing through the application.

    The client sends ``parts`` in any order, each ``part_bytes`` long save the last. Nothing is
    readable under the key before ``complete_upload(state)``, and no link works after it.
    """

    id: str
    parts: list[Part]
    part_bytes: int
    expires_at: datetime
    state: UploadState
    method: str = "PUT"


def part_sizes(size_bytes: int, part_bytes: int) -> list[int]:
    """How many bytes each part of a direct upload has; raises ValueError for what has no parts."""
    if size_bytes < 1:
        raise ValueError(f"Expected a file of at least 1 byte, got {size_bytes}.")
    if part_bytes < 1:
        raise ValueError(f"Expected parts of at least 1 byte, got {part_bytes}.")
    whole, rest = divmod(size_bytes, part_bytes)
    return [part_bytes] * whole + ([rest] if rest else [])


def lifetime_seconds(lifetime: timedelta) -> int:
    """The lifetime of a link in whole seconds; raises ValueError outside 1 second to 7 days."""
    seconds = int(lifetime.total_seconds())
    if not 1 <= seconds <= LONGEST_LIFETIME.total_seconds():
        raise ValueError(f"Expected a lifetime between 1 second and 7 days, got {lifetime}.")
    return seconds


class Sink(Protocol):
    """Where the bytes of a file go until it is whole. Each method raises StorageUnavailable."""

    def write(self, data: bytes | memoryview) -> None: ...

    def publish(self) -> None:
        """Make the file readable under its key, in one step."""

    def discard(self) -> None:
        """Leave nothing behind; never raises."""


class Store(Protocol):
    """One place for files. Keys arrive checked; MissingFile and StorageUnavailable come out."""

    def sink(self, key: str) -> Sink: ...

    def reader(self, key: str) -> BinaryIO: ...

    def delete(self, name: str) -> None: ...

    def exists(self, name: str) -> bool: ...

    def size(self, name: str) -> int: ...

    def copy(self, source: str, target: str) -> None: ...

    def signed_url(self, key: str, seconds: int, filename: str, content_type: str) -> str: ...

    def list_keys(self, prefix: str) -> Iterator[StoredKey]: ...

    def start_upload(self, key: str, size_bytes: int, part_bytes: int, seconds: int) -> DirectUpload: ...

    def complete_upload(self, state: UploadState) -> StoredFile: ...

    def abort_upload(self, state: UploadState) -> None: ...

    def purge_unfinished(self, before: datetime) -> int: ...

    def reachable(self) -> None: ...


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The settings that decide where files are; equal settings share one store."""

    folder: str
    base_url: str
    bucket: str
    endpoint_url: str
    public_endpoint_url: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)

    @classmethod
    def read(cls) -> StoreSettings:
        return cls(
            folder="" if settings.S3_BUCKET else str(settings.FILES_DIR),
            base_url=settings.PUBLIC_BASE_URL,
            bucket=settings.S3_BUCKET,
            endpoint_url=settings.S3_ENDPOINT_URL,
            public_endpoint_url=settings.S3_PUBLIC_ENDPOINT_URL or settings.S3_ENDPOINT_URL,
            region=settings.S3_REGION,
            access_key=settings.S3_ACCESS_KEY,
            secret_key=settings.S3_SECRET_KEY,
        )
