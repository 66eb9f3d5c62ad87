"""Watched folders and prefixes in storage: doors for systems that neither speak SFTP nor call us.

Such a sender says nowhere that a file is whole, so one is taken when two polls saw the same size and time
(d2l-standard-csv.md D-25), and is moved into the inbox: what lies there belongs to its sender no more. One that is
written again meanwhile is left where it lies, until it stands still again.

An institution's folders lie below ``SOURCE_FOLDERS_DIR/<its slug>/`` of the worker's machine, and its prefixes below
``drop/<its slug>/`` in storage: nobody can name another's.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection, transaction

from edu_csv import storage
from edu_csv.errors import MissingFile
from edu_csv.storage.contract import BLOCK_BYTES
from imports.models import Door, InboxFile, Source
from imports.sources import inbox, names
from imports.sources.errors import InboxRefused

log = logging.getLogger(__name__)

PREFIXES = "drop"
# What two polls must have in common: size, and what else tells one file from another of its name.
Facts = list[float]


class WrittenAgain(Exception):
    """A file is another one by now than the polls saw."""


class Place(Protocol):
    """Where files are put for us."""

    door: Door
    address: str

    def seen(self) -> dict[str, Facts]: ...

    def open(self, name: str) -> BinaryIO: ...

    def now(self, name: str, file: BinaryIO) -> Facts | None:
        """What is so of the opened file by now; None: it is not there any more."""
        ...

    def remove(self, name: str, facts: Facts) -> None:
        """Take it away, unless it is another one by now."""
        ...


def look(source: Source) -> int:
    """Poll a source's folder and prefix once; how many files came into its inbox (0 while another process polls)."""
    with _alone(source) as is_alone:
        if not is_alone:
            return 0
        # As it is by now: what another process has just seen is no second poll.
        return _poll(Source.objects.select_related("institution").get(pk=source.pk))


@contextmanager
def _alone(source: Source) -> Iterator[bool]:
    """Whether nobody else polls this source; nobody begins to within the block.

    A lock of the session: a file is read for minutes, and no transaction may stay open so long.
    """
    key = f"edu_csv.watching:{source.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _poll(source: Source) -> int:
    if not source.is_enabled or not (source.watched_folder or source.watched_prefix):
        return 0
    came = 0
    seen: dict[str, Facts] = {}
    for place in places(source):
        try:
            found = place.seen()
        except OSError as error:
            _note(source, place, f"cannot be read: {error.strerror or error}")
            continue
        for name, facts in sorted(found.items()):
            known = f"{place.door}:{name}"
            seen[known] = facts
            if source.last_poll.get(known) == facts:
                came += _bring(source, place, name, facts)
    with transaction.atomic():
        now = inbox.locked(source)
        now.last_poll = seen
        now.save(update_fields=["last_poll"])
    return came


def places(source: Source) -> list[Place]:
    """What is watched for a source. A name was checked when it was set (``manage``)."""
    slug = source.institution.slug
    found: list[Place] = []
    if source.watched_folder:
        found.append(FolderPlace(Path(settings.SOURCE_FOLDERS_DIR) / slug, source.watched_folder))
    if source.watched_prefix:
        found.append(PrefixPlace(f"{PREFIXES}/{slug}/{source.watched_prefix}/"))
    return found


class FolderPlace:
    """A folder of this machine, one level deep; symbolic links and folders in it are passed over."""

    door = Door.FOLDER

    def __init__(self, root: Path, folder: str) -> None:
        self._root, self._folder = root.resolve(), root / folder
        self.address = str(self._folder)

    def seen(self) -> dict[str, Facts]:
        found: dict[str, Facts] = {}
        if not self._folder.resolve().is_relative_to(self._root):
            raise OSError("a symbolic link leads out of it")
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if not names.is_unfinished(entry.name) and entry.is_file(follow_symlinks=False):
                    found[entry.name] = _facts(entry.stat(follow_symlinks=False))
        return found

    def open(self, name: str) -> BinaryIO:
        # Whoever may write there must not have us read another file in its place.
        descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError("it is no plain file any more")
        return os.fdopen(descriptor, "rb")

    def now(self, name: str, file: BinaryIO) -> Facts | None:
        return _facts(os.fstat(file.fileno()))

    def remove(self, name: str, facts: Facts) -> None:
        place = self._folder / name
        with suppress(FileNotFoundError):
            if _facts(place.lstat()) == facts:
                place.unlink()


class PrefixPlace:
    """What lies in storage under a prefix, one level deep."""

    door = Door.BUCKET

    def __init__(self, prefix: str) -> None:
        self.address = prefix

    def seen(self) -> dict[str, Facts]:
        return self._seen(self.address)

    def open(self, name: str) -> BinaryIO:
        return storage.open_file(self.address + name)

    def now(self, name: str, file: BinaryIO) -> Facts | None:
        return self._seen(self.address + name).get(name)

    def remove(self, name: str, facts: Facts) -> None:
        if self._seen(self.address + name).get(name) == facts:
            storage.delete(self.address + name)

    def _seen(self, beginning: str) -> dict[str, Facts]:
        """Of the keys with this beginning, those that are a file's for us."""
        found: dict[str, Facts] = {}
        for stored in storage.list_keys(beginning):
            name = stored.key.removeprefix(self.address)
            if "/" not in name and not names.is_unfinished(name):
                found[name] = [stored.size_bytes, stored.modified.timestamp()]
        return found


def _facts(found: os.stat_result) -> Facts:
    # The inode and its change time: a file put there again with its former date is another file.
    return [found.st_size, found.st_mtime_ns, found.st_ino, found.st_ctime_ns]


def _bring(source: Source, place: Place, name: str, facts: Facts) -> int:
    """Move one file into the inbox: first it is ours and committed, then it is gone from there.

    Cut off in between it is seen once more, and known by its id.
    """
    id_: UUID = uuid5(source.pk, repr((place.door.value, name, facts)))
    try:
        is_new = not InboxFile.objects.filter(pk=id_).exists()
        if is_new:
            with place.open(name) as file:
                inbox.receive(source, name, _as_seen(place, name, file, facts), door=place.door, id_=id_)
        place.remove(name, facts)
    except WrittenAgain:
        # Its sender has not finished: the next polls see another file.
        log.info("source %s: %s%s is written again", source.pk, place.address, name)
        return 0
    except InboxRefused as refused:
        inbox.note_refused(source, name, refused)
        return 0
    except (OSError, MissingFile) as error:
        _note(source, place, f"{name} could not be taken: {error}")
        return 0
    return int(is_new)


def _as_seen(place: Place, name: str, file: BinaryIO, facts: Facts) -> Iterator[bytes]:
    """The file in blocks. Raises WrittenAgain when it is not, or is not any more, what the polls saw.

    Asked after the last block, and before anything of it is ours: whoever writes while we read is found out.
    """
    if place.now(name, file) != facts:
        raise WrittenAgain
    while block := file.read(BLOCK_BYTES):
        yield block
    if place.now(name, file) != facts:
        raise WrittenAgain


def _note(source: Source, place: Place, words: str) -> None:
    log.warning("source %s: %s: %s", source.pk, place.address, words)
    inbox.note_refused(
        source, place.address, InboxRefused("unreadable", f"{words}. Correct it where it lies.")
    )
