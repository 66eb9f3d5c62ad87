"""Reading and writing one file of the folder, with the disk's faults in words."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from edu_csv.errors import MissingFile, StorageUnavailable
from edu_csv.storage.contract import BLOCK_BYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PRIVATE_FOLDER = 0o700  # rosters are personal data
PUBLISH_TRIES = 10

ADVICE = {
    errno.ENOSPC: "The disk under FILES_DIR is full: free some space.",
    errno.EDQUOT: "The disk quota under FILES_DIR is used up: raise it or free some space.",
    errno.EACCES: "Let the user that the server runs as write to FILES_DIR.",
    errno.EPERM: "Let the user that the server runs as write to FILES_DIR.",
    errno.EROFS: "FILES_DIR is read-only: mount it for writing.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
}


@contextmanager
def disk_errors(doing: str, key: str | None = None) -> Iterator[None]:
    """Turn an OSError into StorageUnavailable with advice.

    key: told where its absence is the caller's business; that becomes MissingFile.
    """
    try:
        yield
    except OSError as error:
        if key is not None and isinstance(error, (FileNotFoundError, NotADirectoryError, IsADirectoryError)):
            raise MissingFile(key) from error
        advice = ADVICE.get(error.errno or 0, "Look at the disk that FILES_DIR is on.")
        raise StorageUnavailable(f"Could not {doing}: {error.strerror or error}. {advice}") from error


class FolderReader(io.FileIO):
    """A file to read whose faults are storage's, not the caller's."""

    @classmethod
    def open(cls, path: Path, key: str) -> BinaryIO:
        with disk_errors(f"read {key!r}", key):
            return io.BufferedReader(cls(path, "rb"), BLOCK_BYTES)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with disk_errors("read a stored file"):
            return super().readinto(buffer)

    def readall(self) -> bytes:
        with disk_errors("read a stored file"):
            return super().readall()


class FolderSink:
    """Writes beside the folder's files and renames into place; see contract.Sink."""

    def __init__(self, work_folder: Path, target: Path, *, root: Path) -> None:
        """work_folder: on the same disk as ``target``. root: the deepest folder that surely exists."""
        self._target = target
        self._root = root
        with disk_errors("begin a file"):
            descriptor, path = tempfile.mkstemp(dir=work_folder)
            self._path = Path(path)
            self._file = os.fdopen(descriptor, "wb", buffering=BLOCK_BYTES)

    def write(self, data: bytes | memoryview) -> None:
        with disk_errors("write a file"):
            self._file.write(data)

    def sync(self) -> None:
        """Have the disk itself keep what was written."""
        with disk_errors("write a file"):
            self._file.flush()
            os.fsync(self._file.fileno())

    def publish(self) -> None:
        self.sync()
        with disk_errors("put a file in its place"):
            self._file.close()
            self._rename()
            # The name has to survive a power cut too, and so do the names of new folders above it.
            folder = self._target
            while folder != self._root:
                folder = folder.parent
                _sync_folder(folder)

    def discard(self) -> None:
        with suppress(OSError):  # closing writes what is buffered, and the disk may be full
            self._file.close()
        with suppress(OSError):
            self._path.unlink()

    def _rename(self) -> None:
        for tries_left in reversed(range(PUBLISH_TRIES)):
            try:
                make_private_folder(self._target.parent, below=self._root)
                self._path.replace(self._target)
            except FileNotFoundError:
                # A delete beside us removed the folder while it was still empty.
                if not tries_left:
                    raise
            else:
                return


def make_private_folder(folder: Path, *, below: Path) -> None:
    """Make ``folder`` and what is missing of the folders between it and ``below``, which exists.

    Path.mkdir(parents=True) would leave the ones between open to everyone.
    """
    if folder == below:
        return
    make_private_folder(folder.parent, below=below)
    with suppress(FileExistsError):
        folder.mkdir(mode=PRIVATE_FOLDER)


def _sync_folder(folder: Path) -> None:
    with suppress(FileNotFoundError):  # what was published is deleted again already
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
