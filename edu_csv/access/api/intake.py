"""Taking an uploaded file: from the request into storage block by block, hashed and counted on the way.

Nothing is held in memory, and no temporary file of the application's own is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from edu_csv import storage
from edu_csv.access.api.problems import Refusal, bad_field

if TYPE_CHECKING:
    AnyUpload = UploadedFile[Any]
else:
    AnyUpload = UploadedFile  # generic for the type checker only

# What a form may have beside its file.
ROOM_FOR_FIELDS = 1 << 20
HEAD_BYTES = 1 << 20


class TakenFile(AnyUpload):
    """A file that came with a request and is in storage by now. kept: None when only its hash was wanted."""

    def __init__(self, name: str, size_bytes: int, sha256: str, kept: storage.StoredFile | None) -> None:
        super().__init__(name=name, size=size_bytes)
        self.sha256 = sha256
        self.kept = kept

    def close(self) -> None:
        """There is nothing open; Django closes what a broken form left behind."""


class Interrupted(Exception):
    """The upload ends before its file does."""


class FileIntake(FileUploadHandler):
    """Puts the one file of a form into storage under ``key_for(name)``.

    look: is shown the first MiB (or all, when that is less) and may raise a Refusal.
    """

    chunk_size = 256 * 1024

    def __init__(
        self, *, field: str, key_for: Callable[[str], str], limit_bytes: int, look: Callable[[bytes], None]
    ) -> None:
        super().__init__()
        self.keeps = True
        self.on_progress: Callable[[], None] = lambda: None
        self._field = field
        self._key_for = key_for
        self._limit_bytes = limit_bytes
        self._look = look
        self._taken: TakenFile | None = None
        self._opened: AbstractContextManager[storage.HashingWriter] | None = None
        self._writer: storage.HashingWriter | None = None
        self._head: bytearray | None = bytearray()
        self._hash = hashlib.sha256()
        self._size = 0

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        if field_name != self._field:
            raise bad_field(field_name, "unexpected_file", f"Send the file as `{self._field}`.")
        if self._taken is not None or self._writer is not None:
            raise bad_field(field_name, "one_file", "Send one file with one request.")
        if self.keeps:
            self._opened = storage.writer(self._key_for(file_name))
            self._writer = self._opened.__enter__()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._size += len(raw_data)
        if self._size > self._limit_bytes:
            raise too_large(self._limit_bytes)
        if self._head is not None:
            self._head += raw_data[: HEAD_BYTES - len(self._head)]
            if len(self._head) >= HEAD_BYTES:
                self._show_head()
        self._hash.update(raw_data)
        if self._writer is not None:
            self._writer.write(raw_data)
        self.on_progress()
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self._show_head()
        kept = None
        if self._opened is not None and self._writer is not None:
            self._opened.__exit__(None, None, None)
            kept = self._writer.stored
        self._taken = TakenFile(self.file_name or "", self._size, self._hash.hexdigest(), kept)
        self._opened = self._writer = None
        return self._taken

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        """Leave nothing of the file in storage; for whatever goes wrong before it is somebody's."""
        if self._opened is not None:
            opened, self._opened, self._writer = self._opened, None, None
            with suppress(Interrupted):
                opened.__exit__(Interrupted, Interrupted(), None)
        if self._taken is not None and self._taken.kept is not None:
            storage.delete(self._taken.kept.key)
            self._taken.kept = None

    def hand_over(self) -> None:
        """The file is somebody's now: ``discard`` leaves it alone."""
        self._taken = None

    def _show_head(self) -> None:
        if self._head is not None:
            head, self._head = bytes(self._head), None
            self._look(head)


def install(request: HttpRequest, intake: FileIntake) -> None:
    """Let ``intake`` take the files of this request. Raises Refusal 413 for what says it is too large."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    limit = intake._limit_bytes
    if announced.isdecimal() and int(announced) > limit + ROOM_FOR_FIELDS:
        raise too_large(limit)
    request.upload_handlers = [intake]


def too_large(limit_bytes: int) -> Refusal:
    return Refusal(
        413,
        "too_large",
        f"The file has more than {limit_bytes:,} bytes. Send it packed (.csv.gz or .zip), or in several files.",
        limit_bytes=limit_bytes,
    )
