"""Zip archives, opened with suspicion: the directory is judged before anything is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO

from edu_csv.tabular.limits import MEBIBYTE, Limits
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.streams import (
    BROKEN_PACKING,
    CountedFile,
    GuardedStream,
    corrupt_archive,
    refuse_unpacked_size,
)

MAX_MEMBERS = 10_000
MAX_DIRECTORY_BYTES = 16 * MEBIBYTE

_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_BROKEN_ZIP: tuple[type[Exception], ...] = (*BROKEN_PACKING, struct.error, ValueError)
_BROKEN_DIRECTORY: tuple[type[Exception], ...] = (*_BROKEN_ZIP, NotImplementedError)
_ENCRYPTED = 0x1
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


class Archive:
    """A zip whose names are safe, none of whose members is encrypted, and whose size is allowed.

    members: the files in it, without those that operating systems leave behind.
    Raises TableRefused otherwise, from the constructor.
    """

    def __init__(self, file: CountedFile, limits: Limits) -> None:
        self._limits = limits
        self._size = file.seek(0, io.SEEK_END)
        _refuse_huge_directory(file, self._size)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN_DIRECTORY as error:
            raise corrupt_archive("at its directory") from error
        entries = self._zip.infolist()
        _refuse_unsafe_names(entries)
        self.members = [entry for entry in entries if not entry.is_dir() and not _is_litter(entry.filename)]
        _refuse_encrypted(self.members)
        unpacked = sum(entry.file_size for entry in self.members)
        refuse_unpacked_size(unpacked, limits, packed=self._size)

    @property
    def packed_bytes(self) -> int:
        """Size of the zip itself."""
        return self._size

    @property
    def names(self) -> list[str]:
        return [entry.filename for entry in self.members]

    @property
    def has_more(self) -> bool:
        """Whether it holds more than ``names`` can reach: names that repeat, litter, a comment."""
        others = [entry for entry in self._zip.infolist() if entry not in self.members]
        return (
            len(set(self.names)) < len(self.members)
            or any(entry.file_size or entry.compress_size for entry in others)
            or bool(self._zip.comment)
        )

    def open(self, member: str | zipfile.ZipInfo) -> GuardedStream:
        """A member's bytes, refused when they are more than the directory made us expect.

        member: one of ``members``; of a name that repeats, the name is the last of them.
        """
        entry = self._zip.getinfo(member) if isinstance(member, str) else member
        # What the directory says about sizes is the sender's word: the file's own size is not.
        packed = min(entry.compress_size, self._size)
        return GuardedStream(self._open(entry), self._limits, lambda: packed)

    def size_of(self, name: str) -> int:
        """How many bytes a member says that it has."""
        return self._zip.getinfo(name).file_size

    def verify(self) -> None:
        """Unpack all of it once, so that nothing of a damaged or lying archive is used. Raises TableRefused."""
        for name in self.names:
            with self.open(name) as stream:
                while stream.read(MEBIBYTE):
                    pass
                if stream.unpacked != self.size_of(name):
                    raise corrupt_archive(f"at its member {name!r}, which has another size than it says")

    def _open(self, entry: zipfile.ZipInfo) -> IO[bytes]:
        try:
            return self._zip.open(entry)
        except _BROKEN_ZIP as error:
            raise corrupt_archive(f"at its member {entry.filename!r}") from error
        except NotImplementedError as error:
            raise TableRefused(
                "corrupt_archive",
                f"The member {entry.filename!r} is packed by a method that is not read here.",
                "Make an ordinary zip (deflate), or send the file unpacked.",
                {"method": entry.compress_type},
            ) from error


def only_member(archive: Archive) -> str:
    """The name of the one data file in an archive; raises TableRefused when there are more or none."""
    names = archive.names
    if not names:
        raise TableRefused("empty_file", "The zip holds no file.", "Send a zip with one CSV in it.")
    if len(names) > 1:
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        raise TableRefused(
            "zip_many_members",
            f"The zip holds {len(names)} files: {shown}.",
            "Send a zip with exactly one CSV in it, or send the files one by one.",
            {"count": len(names), "members": names[:100]},
        )
    return names[0]


def _refuse_huge_directory(file: CountedFile, size: int) -> None:
    """Raise TableRefused before zipfile reads a directory into memory that is too large for it."""
    tail_bytes = min(size, _END.size + 0xFFFF)
    file.seek(size - tail_bytes)
    tail = _read_fully(file, tail_bytes)
    at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) - at < _END.size:
        raise corrupt_archive("for want of its directory")
    _, _, _, _, count, directory_bytes, _, _ = _END.unpack_from(tail, at)
    # zipfile believes a 64-bit record whenever there is one, so both are judged.
    count64, directory_bytes64 = _end64(file, size - tail_bytes + at - _END64_LOCATOR.size)
    count, directory_bytes = max(count, count64), max(directory_bytes, directory_bytes64)
    if count > MAX_MEMBERS or directory_bytes > MAX_DIRECTORY_BYTES:
        raise TableRefused(
            "zip_many_members",
            f"The zip lists {count} files.",
            "Send a zip with exactly one CSV in it, or send the files one by one.",
            {"count": count},
        )


def _end64(file: CountedFile, locator_at: int) -> tuple[int, int]:
    """Number of members and bytes of the directory as the 64-bit record has them; zeros without one."""
    # zipfile expects the record right before its locator, so that is the one to judge.
    if locator_at < _END64.size:
        return 0, 0
    file.seek(locator_at - _END64.size)
    record = _END64.unpack(_read_fully(file, _END64.size))
    return (record[7], record[8]) if record[0] == b"PK\x06\x06" else (0, 0)


def _read_fully(file: CountedFile, size: int) -> bytes:
    pieces = []
    while size > 0 and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    last = parts[-1]
    # "~$" and ".~lock.…#" are what Excel and LibreOffice put beside a file that is open.
    lock = last.startswith("~$") or (last.startswith(".~lock.") and last.endswith("#"))
    return "__MACOSX" in parts or last.lower() in _LITTER or last.startswith("._") or lock


def _refuse_unsafe_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    for entry in entries:
        # zipfile cuts a name at NUL and turns separators round; the original tells the intent.
        name = entry.orig_filename.replace("\\", "/")
        parts = name.split("/")
        if name.startswith("/") or ".." in parts or "\0" in name or name[1:2] == ":" or not name.strip("/. "):
            raise TableRefused(
                "unsafe_name",
                f"The zip holds a file named {entry.orig_filename[:100]!r}, which points outside of it.",
                "Pack the files anew, without paths.",
                {"name": entry.orig_filename[:100]},
            )


def _refuse_encrypted(members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise TableRefused(
                "encrypted_zip",
                f"The zip is protected by a password ({member.filename!r}).",
                "Pack it without one.",
                {"member": member.filename},
            )
