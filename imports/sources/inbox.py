"""The inbox of a source: what comes in by whatever door, and what its sender may do with it.

Three folders, one level: ``incoming`` takes files, ``processed`` and ``failed`` show what became of them.
The bytes lie in storage from the moment a file is complete, so any host can take it. Every change locks the
source's row, so that two doors never disagree about a name or the quota.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Collate
from django.utils import timezone

from edu_csv import storage
from edu_csv.errors import MissingFile, StorageUnavailable
from edu_csv.ids import uuid7
from imports.models import Door, FileState, Folder, InboxFile, Source
from imports.sources import names, waking
from imports.sources.errors import InboxRefused, NoSuchFile, QuotaReached
from imports.steps import report

log = logging.getLogger(__name__)

# A file that no import has taken: its sender may still rename or remove it.
OWN = (FileState.ARRIVING, FileState.COMPLETE)


def receive(
    source: Source, name: str, stream: BinaryIO | Iterable[bytes], *, door: Door, id_: UUID | None = None
) -> InboxFile:
    """Store a file that came for a source. Returns it as it lies in ``incoming``.

    id_: where the sender may send it again after a fault; of one id there is one file. Raises InboxRefused
    (switched off, name), QuotaReached, StorageUnavailable; what the stream raises goes through, and nothing is left
    of the file.
    """
    name = may_come(source, name)
    key = new_key(source, name)
    room = room_for(source)
    with storage.writer(key) as file:
        for block in storage.blocks_of(stream):
            if file.size_bytes + len(block) > room:
                raise too_much(source, room)
            file.write(block)
    return enter(source, name, file.stored, door=door, id_=id_)


def may_come(source: Source, name: str) -> str:
    """The name as it will be kept. Raises InboxRefused when nothing of this name may come now."""
    if not source.is_enabled:
        raise InboxRefused(
            "source_disabled",
            f"The source {source.name} is switched off and takes no files. An administrator can switch it on.",
        )
    return names.checked(name)


def new_key(source: Source, name: str) -> str:
    """Where the bytes of one file go: ``inbox/7/0190…/0191…/courses.zip``."""
    return storage.file_key("inbox", source.institution_id, source.pk, uuid7(), name=name)


def enter(
    source: Source, name: str, kept: storage.StoredFile, *, door: Door, id_: UUID | None = None
) -> InboxFile:
    """Take a file that is in storage already into ``incoming``; it is removed when it is refused.

    One of the same name that still waits is never overwritten: with the same bytes it is the same file, sent
    once more; else it moves aside (``courses~1.csv``) and is taken first.
    """
    with transaction.atomic():
        try:
            return _entered(source, name, kept, door, id_)
        except BaseException:
            # Here and no later: what fails once it is committed, or while it is, must not cost a file its bytes.
            _remove_bytes(kept.key)
            raise


def _entered(source: Source, name: str, kept: storage.StoredFile, door: Door, id_: UUID | None) -> InboxFile:
    source = locked(source)
    if id_ is not None and (known := InboxFile.objects.filter(pk=id_, source=source).first()):
        _forget_bytes(kept.key)
        return known
    name = may_come(source, name)
    if kept.size_bytes > (room := room_for(source)):
        raise too_much(source, room)
    found, is_new = _make_room(source, name, kept)
    if is_new:
        found = InboxFile.objects.create(
            id=id_ or uuid7(),
            institution_id=source.institution_id,
            source=source,
            name=name,
            shown=name,
            key=kept.key,
            bytes=kept.size_bytes,
            sha256=kept.sha256,
            state=FileState.ARRIVING if names.is_unfinished(name) else FileState.COMPLETE,
            door=door,
        )
    else:
        _forget_bytes(kept.key)
    assert found is not None  # noqa: S101  # either it was there, or it was just made
    source.last_file_at, source.last_problem = timezone.now(), ""
    source.save(update_fields=["last_file_at", "last_problem"])
    if found.state == FileState.COMPLETE:
        waking.wake_on_commit(source)
    return found


def note_refused(source: Source, name: str, refused: InboxRefused) -> None:
    """Remember why something was not taken; the page shows it, since many clients do not show their user."""
    Source.objects.filter(pk=source.pk).update(
        last_problem=f"{name[:80]}: {refused.detail}", last_problem_at=timezone.now()
    )


def listing(source: Source, folder: str) -> QuerySet[InboxFile]:
    """What a folder shows, by name; an arriving file too."""
    return (
        InboxFile.objects.filter(institution_id=source.institution_id, source=source, folder=folder)
        .select_related("upload__job")
        .order_by(Collate(F("shown"), "C"))
    )


def find(source: Source, folder: str, shown: str) -> InboxFile:
    """Raises NoSuchFile."""
    found = listing(source, folder).filter(shown=shown).first()
    if found is None:
        raise NoSuchFile("not_found", f"There is no {shown[:80]} in {folder}.")
    return found


def open_file(file: InboxFile) -> BinaryIO:
    """The bytes of a file of any folder. Close it. Raises MissingFile, StorageUnavailable."""
    try:
        return storage.open_file(file.stored_key)
    except MissingFile:
        if not file.is_answer or file.upload is None:
            raise
        # Failed rows are deleted when a person is erased, and made again when somebody asks.
        try:
            again = report.results_file(file.upload, only_failed=True)
        except report.NoResults:
            again = None
        if again is None:
            raise
        InboxFile.objects.filter(pk=file.pk).update(key=again.key, bytes=again.size_bytes)
        return storage.open_file(again.key)


def rename(source: Source, old: str, new: str) -> InboxFile:
    """Rename a waiting file; one that gets a finished name is complete with that. Raises InboxRefused."""
    with transaction.atomic():
        source = locked(source)
        new = may_come(source, new)
        file = _own(source, old)
        if new == file.shown:
            return file
        other, is_new = _make_room(source, new, storage.StoredFile(file.key, file.bytes, file.sha256))
        if not is_new and other is not None:
            # The same file was sent under its final name already.
            file.delete()
            _forget_bytes(file.key)
            return other
        file.name = file.shown = new
        file.state = FileState.ARRIVING if names.is_unfinished(new) else FileState.COMPLETE
        file.save(update_fields=["name", "shown", "state"])
        if file.state == FileState.COMPLETE:
            source.last_file_at = timezone.now()
            source.save(update_fields=["last_file_at"])
            waking.wake_on_commit(source)
        return file


def remove(source: Source, shown: str) -> None:
    """Take back a file that still waits. Raises InboxRefused when an import has it, NoSuchFile."""
    with transaction.atomic():
        source = locked(source)
        file = _own(source, shown)
        file.delete()
        _forget_bytes(file.key)


def used_bytes(source: Source) -> int:
    """Of all three folders."""
    files = InboxFile.objects.filter(institution_id=source.institution_id, source=source)
    return int(files.aggregate(total=Sum("bytes"))["total"] or 0)


def room_for(source: Source) -> int:
    """How many bytes the next file may have. Raises QuotaReached when none is left."""
    limits = source.limited
    left = limits.quota_bytes - used_bytes(source)
    if left <= 0:
        raise too_much(source, left)
    return min(left, limits.max_file_bytes)


def too_much(source: Source, room: int) -> QuotaReached:
    """What is said of a file that goes beyond the room there is."""
    limits = source.limited
    if room >= limits.max_file_bytes:
        return QuotaReached(
            "too_large",
            f"The file has more than {limits.max_file_bytes:,} bytes, the most that one file of the source"
            f" {source.name} may have. Send it packed (.csv.gz or .zip), or in several files.",
        )
    return QuotaReached(
        "quota",
        f"The folders of the source {source.name} may hold {limits.quota_bytes:,} bytes, and {max(room, 0):,} are"
        " free. Remove files that wait in incoming, wait until answered files are past their retention, or ask an"
        " administrator for more.",
    )


def locked(source: Source) -> Source:
    """The source as it is now, locked until the transaction ends."""
    return Source.objects.select_for_update().get(pk=source.pk)


def _own(source: Source, shown: str) -> InboxFile:
    file = find(source, Folder.INCOMING, shown)
    if file.state not in OWN:
        raise InboxRefused("taken", f"{shown} is being imported just now; it moves to processed or failed.")
    return file


def _make_room(source: Source, name: str, kept: storage.StoredFile) -> tuple[InboxFile | None, bool]:
    """See to it that ``name`` is free in ``incoming``: (None, True), or (the same file, False)."""
    there = listing(source, Folder.INCOMING)
    older = there.filter(shown=name).first()
    if older is None:
        return None, True
    is_same = older.state == FileState.COMPLETE and older.sha256 == kept.sha256
    if is_same and storage.exists(older.stored_key):
        return older, False
    if is_same or older.state == FileState.ARRIVING:
        # Sent anew from its beginning: what was there is of no use to anybody, or its bytes are lost.
        older.delete()
        _forget_bytes(older.key)
        return None, True
    older.shown = names.aside(name, lambda free: there.filter(shown=free).exists())
    older.save(update_fields=["shown"])
    return None, True


def _forget_bytes(key: str) -> None:
    # After the commit: were it undone, the file would be in the list and have no bytes.
    transaction.on_commit(lambda: _remove_bytes(key))


def _remove_bytes(key: str) -> None:
    """Now, or when storage answers again: the sweep over it removes what no file has."""
    try:
        storage.delete(key)
    except StorageUnavailable as away:
        log.warning("%s is removed by the sweep: %s", key, away)
