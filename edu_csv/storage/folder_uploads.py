"""Direct uploads into the folder: a folder for each, a file in it for each part."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from edu_csv.errors import IncompleteUpload, MissingFile, StorageUnavailable, UnsafeKey
from edu_csv.storage import links
from edu_csv.storage.contract import (
    BLOCK_BYTES,
    DirectUpload,
    Part,
    Store,
    StoredFile,
    UploadState,
    part_sizes,
)
from edu_csv.storage.folder_io import PRIVATE_FOLDER, FolderReader, FolderSink, disk_errors
from edu_csv.storage.uploads import check_parts, completed_before
from edu_csv.storage.writing import published_when_whole


class FolderUploads:
    """Takes the parts that come through our own door, and makes a file of them."""

    def __init__(self, folder: Path, work_folder: Path) -> None:
        """folder: where uploads wait to be completed. work_folder: where parts are written first."""
        self._folder = folder
        self._work_folder = work_folder

    def start(
        self,
        key: str,
        size_bytes: int,
        part_bytes: int,
        seconds: int,
        link: Callable[[links.PartPermit], str],
    ) -> DirectUpload:
        sizes = part_sizes(size_bytes, part_bytes)
        upload, expires_at = uuid4().hex, links.expiry(seconds)
        with disk_errors("begin an upload"):
            self._parts_of(upload).mkdir(mode=PRIVATE_FOLDER)
        return DirectUpload(
            id=upload,
            parts=[
                Part(number, link(links.PartPermit(key, upload, number, size, expires_at)))
                for number, size in enumerate(sizes, start=1)
            ],
            part_bytes=part_bytes,
            expires_at=datetime.fromtimestamp(expires_at, UTC),
            state={"id": upload, "key": key, "size_bytes": size_bytes, "part_bytes": part_bytes},
        )

    def take(self, permit: links.PartPermit, blocks: Iterator[bytes]) -> None:
        """Keep one part, in place of an earlier try.

        Raises IncompleteUpload when it is not as long as it has to be, and MissingFile when the
        upload has ended.
        """
        parts = self._parts_of(permit.upload)
        if not parts.is_dir():
            raise MissingFile(permit.key)
        sink = FolderSink(self._work_folder, parts / str(permit.number), root=parts)
        try:
            with published_when_whole(permit.key, sink) as file:
                for block in blocks:
                    if file.size_bytes + len(block) > permit.size_bytes:
                        raise IncompleteUpload(_wrong_length(permit, "more"))
                    file.write(block)
                if file.size_bytes < permit.size_bytes:
                    raise IncompleteUpload(_wrong_length(permit, str(file.size_bytes)))
        except StorageUnavailable:
            if parts.is_dir():
                raise
            raise MissingFile(permit.key) from None  # it ended while the part came in

    def complete(self, state: UploadState, store: Store) -> StoredFile:
        """Join the parts under their key in ``store``."""
        parts, key = self._parts_of(state["id"]), state["key"]
        try:
            check_parts(state, _lengths(parts, key))
            with published_when_whole(key, store.sink(key)) as file:
                for block in _joined(parts, state):
                    file.write(block)
        except MissingFile:  # it has ended, perhaps while we read
            return completed_before(store, state)
        self.end(state["id"])
        return file.stored

    def end(self, upload: str) -> None:
        """Remove an upload and its parts; no error when it has ended before."""
        leaving = self._work_folder / upload
        # Moved away first: a part that comes in meanwhile would keep the folder alive.
        with suppress(OSError):
            self._parts_of(upload).rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)

    def _parts_of(self, upload: str) -> Path:
        if not (upload.isascii() and upload.isalnum()):
            raise UnsafeKey(upload, "the id of a direct upload is letters and digits")
        return self._folder / upload


def _lengths(parts: Path, key: str) -> dict[int, int]:
    """Length in bytes of each part that is there, by its number; raises MissingFile."""
    with disk_errors("look at the parts", key):
        return {int(part.name): part.stat().st_size for part in parts.iterdir()}


def _joined(parts: Path, state: UploadState) -> Iterator[bytes]:
    for number, _ in enumerate(part_sizes(state["size_bytes"], state["part_bytes"]), start=1):
        with FolderReader.open(parts / str(number), state["key"]) as part:
            while block := part.read(BLOCK_BYTES):
                yield block


def _wrong_length(permit: links.PartPermit, came: str) -> str:
    return (
        f"Part {permit.number}: expected {permit.size_bytes} bytes, got {came}. "
        "Send exactly these bytes of the file again."
    )
