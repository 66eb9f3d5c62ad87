"""Files in a folder of this machine, behind signed links of our own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.urls import reverse

from edu_csv.errors import MissingFile, UnsafeKey
from edu_csv.storage import links
from edu_csv.storage.contract import BLOCK_BYTES, DirectUpload, StoredFile, StoredKey, UploadState
from edu_csv.storage.folder_io import (
    PRIVATE_FOLDER,
    FolderReader,
    FolderSink,
    disk_errors,
    make_private_folder,
)
from edu_csv.storage.folder_uploads import FolderUploads
from edu_csv.storage.keys import check_key, safe_name
from edu_csv.storage.writing import published_when_whole

# Folders of the store's own. No part of a key begins with a dot, so no key reaches them.
UNFINISHED = ".unfinished"
UPLOADS = ".uploads"


class FolderStorage(FileSystemStorage):
    """One folder, one file per key; see contract.Store.

    Files are written beside their place and renamed into it, never changed there: a reader
    goes on reading the bytes it began with, whatever is put or deleted meanwhile.
    """

    def __init__(self, folder: str, base_url: str) -> None:
        """base_url: what a browser reaches the application under, such as https://edu.example."""
        super().__init__(
            location=folder,
            file_permissions_mode=0o600,
            directory_permissions_mode=PRIVATE_FOLDER,
            allow_overwrite=True,
        )
        self._root = Path(folder).resolve()
        self._link_base = base_url.rstrip("/")

    # Django's storage API

    def path(self, name: str) -> str:
        return str(self._place(name))

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return File(self.reader(name), name)

    def _save(self, name: str, content: File[Any]) -> str:
        with published_when_whole(name, self.sink(name)) as file:
            for block in content.chunks():
                file.write(block)
        return name

    def delete(self, name: str) -> None:
        place = self._place(name)
        with disk_errors(f"delete {name!r}"), suppress(FileNotFoundError, NotADirectoryError):
            place.unlink()
        with suppress(OSError):  # a folder is not empty, or gone already
            for folder in place.parents:
                if folder == self._root:
                    break
                folder.rmdir()

    def exists(self, name: str) -> bool:
        return self._place(name).is_file()

    def size(self, name: str) -> int:
        with disk_errors(f"read {name!r}", name):
            return self._place(name).stat().st_size

    def url(self, name: str | None) -> str:
        raise ValueError(f"Expected a lifetime for a link to {name!r}: use storage.signed_url().")

    # What our door asks beyond it

    def sink(self, key: str) -> FolderSink:
        return FolderSink(self._own_folder(UNFINISHED), self._place(key), root=self._root)

    def reader(self, key: str) -> BinaryIO:
        return FolderReader.open(self._place(key), key)

    def copy(self, source: str, target: str) -> None:
        with self.reader(source) as original, published_when_whole(target, self.sink(target)) as file:
            while block := original.read(BLOCK_BYTES):
                file.write(block)

    def signed_url(self, key: str, seconds: int, filename: str, content_type: str) -> str:
        permit = links.Download(key, filename, content_type, links.expiry(seconds))
        # The name at the end, as S3's links have it: many programs save a file under the last part of its address.
        args = [links.sign(permit), safe_name(filename)]
        return self._link_base + reverse("storage:download", args=args)

    def list_keys(self, prefix: str) -> Iterator[StoredKey]:
        return self._walk(prefix.rpartition("/")[0], prefix)

    def start_upload(self, key: str, size_bytes: int, part_bytes: int, seconds: int) -> DirectUpload:
        self._place(key)  # refused now, not after the client has sent it all
        return self._uploads.start(key, size_bytes, part_bytes, seconds, self._link)

    def take_part(self, permit: links.PartPermit, blocks: Iterator[bytes]) -> None:
        """Keep a part that came through the signed door; see FolderUploads.take."""
        self._uploads.take(permit, blocks)

    def complete_upload(self, state: UploadState) -> StoredFile:
        return self._uploads.complete(state, self)

    def abort_upload(self, state: UploadState) -> None:
        self._uploads.end(state["id"])

    def purge_unfinished(self, before: datetime) -> int:
        removed = 0
        for name in (UNFINISHED, UPLOADS):
            for left in self._left_alone_since(before, self._own_folder(name)):
                with disk_errors(f"remove {left}"), suppress(FileNotFoundError):
                    if left.is_dir():
                        shutil.rmtree(left)
                    else:
                        left.unlink()
                    removed += 1
        return removed

    def reachable(self) -> None:
        # A write, not a look: a disk that is full or read-only can still be looked at.
        probe = FolderSink(self._own_folder(UNFINISHED), self._root, root=self._root)
        try:
            probe.write(b"\0" * 4096)
            probe.sync()
        finally:
            probe.discard()

    # Inside

    @property
    def _uploads(self) -> FolderUploads:
        return FolderUploads(self._own_folder(UPLOADS), self._own_folder(UNFINISHED))

    def _place(self, key: str) -> Path:
        """Where a key's file is; raises UnsafeKey for what would be outside the folder."""
        place = self._root.joinpath(*check_key(key).split("/"))
        # We make no symbolic links, so one on the way was put there to lead elsewhere.
        if place.resolve() != place:
            raise UnsafeKey(key, "a symbolic link stands in its way")
        return place

    def _link(self, permit: links.PartPermit) -> str:
        return self._link_base + reverse("storage:part", args=[links.sign(permit)])

    def _own_folder(self, name: str) -> Path:
        folder = self._root / name
        with disk_errors(f"make the folder {folder}"):
            self._root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            make_private_folder(folder, below=self._root)
        return folder

    def _left_alone_since(self, before: datetime, folder: Path) -> Iterator[Path]:
        with disk_errors(f"look into {folder}"):
            entries = list(folder.iterdir())
        for entry in entries:
            with suppress(FileNotFoundError):  # finished meanwhile
                # A write to the file, or a part that comes into the folder, moves this time.
                if entry.lstat().st_mtime < before.timestamp():
                    yield entry

    def _walk(self, folder: str, prefix: str) -> Iterator[StoredKey]:
        """The files below ``folder``, a key's beginning or "", whose key begins with ``prefix``."""
        try:
            with disk_errors("list files", folder), os.scandir(self._root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except MissingFile:
            return
        for entry in entries:
            key = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith(".") or not key.startswith(prefix):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(key, prefix)
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    facts = entry.stat(follow_symlinks=False)
                    yield StoredKey(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
