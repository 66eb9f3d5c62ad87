"""Redaction: an upload with secret cells is replaced by a copy in which they are empty (design section 11).

The copy is read as the original was: each row keeps its number, each row that could not be read still cannot, for
the same reason, and a file that was refused in its middle is refused there again. The hash stays the original's.
What nobody can look into, and may hold such cells, is emptied: whoever sent it has it.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, BinaryIO, cast

from django.db import transaction
from isal import igzip

from edu_csv import storage
from edu_csv.errors import MissingFile
from edu_csv.ids import uuid7
from edu_csv.tabular import Archive, Table, TableRefused, open_archive, open_member, open_table
from imports.formats.feed import Layout, Package
from imports.formats.fitting import fits, nearest_layout
from imports.formats.registry import find as find_format
from imports.formats.registry import formats
from imports.formats.text import fold
from imports.models import Door, Import, InboxFile
from imports.problems import Problem
from imports.steps.limits import package_limits
from imports.steps.rewriting import EMPTIED, poison, rewrite, write_header
from imports.steps.secrets import Hider

HEAD_BYTES = 1 << 16
BLOCK_BYTES = 1 << 20
PACKED = (b"PK", b"\x1f\x8b")
# Nothing of ours opens these: 7z, rar, xz, bzip2, zstd.
SEALED = (b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")


@dataclass(slots=True)
class Cleaned:
    """One file without its secrets. columns: their headers. count: cells that were filled. file: what to keep."""

    columns: list[str]
    count: int
    file: IO[bytes]


@dataclass(slots=True)
class Found:
    """What changes of an upload: its files, by their place in it. told: {name: {"columns", "count"}}.

    is_packed_anew: a zip holds what no name reaches, and nobody looks at; the copy does not.
    """

    files: dict[int, Cleaned] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_packed_anew: bool = False

    def add(self, place: int, name: str, cleaned: Cleaned | None) -> None:
        if cleaned is None:
            return
        self.files[place] = cleaned
        told = self.told.setdefault(name, {"columns": [], "count": 0})
        told["columns"] = list(dict.fromkeys([*told["columns"], *cleaned.columns]))
        told["count"] += cleaned.count

    def __bool__(self) -> bool:
        return bool(self.files) or self.is_packed_anew


def redact(upload: Import) -> dict[str, Problem]:
    """Replace the stored upload by one without secrets, if it has any; what to tell, by name of the file.

    Call it once reading has ended, however it ended, and after ``upload.seen`` was set. Safe to repeat: what an
    earlier attempt took out is told again. The original is deleted when the transaction is committed.
    """
    family = _families(is_feed=_is_feed(upload.format_key))
    # As it is stored: what an attempt did whose transaction was rolled back was not done.
    upload.file_key, seen = Import.objects.values_list("file_key", "seen").get(pk=upload.pk)
    told: dict[str, dict[str, Any]] = dict(seen.get("secrets", {}))
    if told:
        upload.seen = {**upload.seen, "secrets": told}
        return _problems(told)
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(storage.open_file(upload.file_key))
        except MissingFile:
            return _problems(told)
        found = _clean(upload.file_name, stream, family, stack)
        # That it was looked at.
        upload.seen = {**upload.seen, "secrets": told}
        if not found:
            return _problems(told)
        former = upload.file_key
        upload.file_key = storage.file_key(
            "uploads", upload.institution_id, upload.pk, uuid7(), name=upload.file_name or "upload.csv"
        )
        _store(upload.file_key, stream, found)
    told = found.told
    upload.seen = {**upload.seen, "secrets": told}
    upload.save(update_fields=["file_key", "seen"])
    # What lies in an inbox is this copy; who lists it is told how long it is. Nothing names the original any more:
    # were it not deleted now, the night would take it for a stray.
    InboxFile.objects.filter(upload=upload).exclude(door=Door.ANSWER).update(
        key=upload.file_key, bytes=storage.size(upload.file_key)
    )
    _delete_on_commit(former)
    return _problems(told)


def redact_file(file: InboxFile, *, is_feed: bool) -> list[str]:
    """Do the same for a file of an inbox that never becomes an import; what to tell of it, in sentences.

    is_feed: its source sends files of a feed; then nothing is kept of what cannot be read. Replaces ``file.key`` and
    ``file.bytes``, inside a transaction; its name and hash stay. Raises StorageUnavailable.
    """
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(storage.open_file(file.key))
        except MissingFile:
            return []
        found = _clean(file.name, stream, _families(is_feed=is_feed, keeps_unread=not is_feed), stack)
        if not found:
            return []
        former = file.key
        file.key = storage.file_key("inbox", file.institution_id, file.source_id, uuid7(), name=file.name)
        _store(file.key, stream, found)
    file.bytes = storage.size(file.key)
    InboxFile.objects.filter(pk=file.pk).update(key=file.key, bytes=file.bytes)
    _delete_on_commit(former)
    return [str(problem) for problem in _problems(found.told).values()]


def _delete_on_commit(key: str) -> None:
    def delete() -> None:
        storage.delete(key)

    # No ``partial``: Django logs what fails by its ``__qualname__``.
    transaction.on_commit(delete, robust=True)


def _problems(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Problem]:
    problems = {}
    for name, each in told.items():
        columns = ", ".join(f"`{column}`" for column in each["columns"])
        params = {"columns": columns, "count": each["count"], "file": name}
        if not each["count"]:
            params["variant"] = "unread"
        problems[name] = Problem("secret_dropped", severity="warning", params=params)
    return problems


@dataclass(frozen=True, slots=True)
class Families:
    """What is asked of headers: all families together, since what is said of a file may be wrong.

    secrets: headers of secret columns, folded. is_feed: it should be a file of a feed. keeps_unread: what cannot be
    read is kept as long as nothing in it hints at a secret.
    """

    layouts: list[type[Layout]]
    secrets: set[str]
    is_feed: bool
    keeps_unread: bool

    def has(self, header: list[str]) -> bool:
        """Whether it is one of its headers, of whichever version."""
        return any(fits(layout, header) for layout in self.layouts)

    def is_strange(self, header: list[str]) -> bool:
        """Whether a first row is no header at all: it may be a row, of a file whose header was left out."""
        return self.is_feed and nearest_layout(self.layouts, header) is None

    def mentions(self, header: list[str]) -> bool:
        """Whether a secret column is among them, or all are in one cell: parted by something else than commas."""
        return any(secret in fold(cell) for cell in header for secret in self.secrets)


def _is_feed(key: str) -> bool:
    fmt = find_format(key)
    return fmt is not None and issubclass(fmt, Layout | Package)


def _families(*, is_feed: bool, keeps_unread: bool = True) -> Families:
    layouts = [each for each in formats().values() if issubclass(each, Layout)]
    secrets = {fold(layout.column(name).header) for layout in layouts for name in layout.secret}
    return Families(layouts, secrets, is_feed, keeps_unread)


def _clean(name: str, stream: BinaryIO, family: Families, stack: ExitStack) -> Found:
    """What changes of an upload."""
    found = Found()
    try:
        archive = open_archive(stream, package_limits())
    except TableRefused as refused:
        found.add(0, name, _emptied(sorted(family.secrets), stack, refused))
        return found
    if archive is None:
        read = partial(_whole, stream)
        if not family.is_feed and read().read(2) == PACKED[0]:
            found.add(0, name, _clean_workbook(name, stream, family, stack))
        else:
            found.add(0, name, _clean_file(partial(_open_alone, stream, name), read, family, stack))
        return found
    for place, member in enumerate(archive.members):
        # By its entry: names may repeat.
        open_strictly = partial(open_member, archive, member, limits=package_limits())
        cleaned = _clean_file(open_strictly, partial(archive.open, member), family, stack)
        found.add(place, member.filename, cleaned)
    found.is_packed_anew = archive.has_more
    return found


def _clean_workbook(name: str, stream: BinaryIO, family: Families, stack: ExitStack) -> Cleaned | None:
    """Only what is no feed comes as one; with secrets it belongs to a feed, and was refused for it."""
    refused = None
    try:
        with open_table(_whole(stream), name=name, limits=package_limits()) as table:
            if not family.mentions(table.header):
                return None
    except TableRefused as refusal:
        refused = refusal
    return _emptied(sorted(family.secrets), stack, refused)


def _whole(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


def _open_alone(stream: BinaryIO, name: str) -> Table:
    stream.seek(0)
    return open_table(stream, name=name, strict=True, limits=package_limits())


def _clean_file(
    open_strictly: Callable[[], AbstractContextManager[Table]],
    read: Callable[[], Any],
    family: Families,
    stack: ExitStack,
) -> Cleaned | None:
    """A file without its secrets; None when it has none."""
    secrets = sorted(family.secrets)
    try:
        with open_strictly() as table:
            places = [at for at, cell in enumerate(table.header) if fold(cell.strip()) in family.secrets]
            columns = [table.header[at] for at in places]
            if not places:
                may_have = family.mentions(table.header) or family.is_strange(table.header)
                return _emptied(secrets, stack) if may_have else None
            file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the stack
            if not family.has(table.header):
                # Refused for it; who knows what its cells are.
                write_header(table, file)
                return Cleaned(columns, 0, file)
            hider = Hider(places, len(table.header))
            was_cut = rewrite(table, hider, file, package_limits())
    except TableRefused as refused:
        may_have = not family.keeps_unread or _may_hold(read, secrets)
        return _emptied(secrets, stack, refused) if may_have else None
    if not hider.filled and not was_cut:
        return None
    return Cleaned(columns, hider.filled, file)


def _may_hold(read: Callable[[], Any], secrets: list[str]) -> bool:
    """Whether a file that cannot be opened may have secret columns: it is packed, or speaks of them."""
    try:
        head = read().read(HEAD_BYTES) or b""
    except TableRefused:
        return True
    # As UTF-16 every other byte is NUL.
    text = head.replace(b"\0", b"").lower()
    return head.startswith(PACKED + SEALED) or any(secret.encode() in text for secret in secrets)


def _emptied(columns: list[str], stack: ExitStack, refused: TableRefused | None = None) -> Cleaned:
    """A file of which nothing is kept, refused as it was where that can be done."""
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the stack
    file.write(poison(refused) if refused else EMPTIED)
    return Cleaned(columns, 0, file)


def _store(key: str, stream: BinaryIO, found: Found) -> None:
    """Put the copy beside the original, packed as that is."""
    for cleaned in found.files.values():
        cleaned.file.seek(0)
    try:
        archive = open_archive(_whole(stream), package_limits())
    except TableRefused:
        archive = None
    begins = _whole(stream).read(2)
    with storage.writer(key) as into:
        if archive is not None:
            _copy_archive(archive, found.files, cast("BinaryIO", into))
            return
        (cleaned,) = found.files.values()
        if begins == PACKED[1]:
            with igzip.IGzipFile(fileobj=into, mode="wb") as packed:  # type: ignore[no-untyped-call]  # isal has no types
                shutil.copyfileobj(cleaned.file, packed, BLOCK_BYTES)
        else:
            shutil.copyfileobj(cleaned.file, into, BLOCK_BYTES)


def _copy_archive(archive: Archive, found: Mapping[int, Cleaned], into: BinaryIO) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as copy:
        # Names that repeat do so in the copy: it is refused for them as the original was.
        warnings.filterwarnings("ignore", "Duplicate name", UserWarning)
        for place, entry in enumerate(archive.members):
            cleaned = found.get(place)
            with copy.open(entry.filename, "w", force_zip64=True) as member:
                if cleaned:
                    shutil.copyfileobj(cleaned.file, member, BLOCK_BYTES)
                    continue
                # Of a damaged file there is what comes before the damage.
                with suppress(TableRefused):
                    shutil.copyfileobj(archive.open(entry), member, BLOCK_BYTES)
