"""Pickup: takes files out of inboxes, one at a time for each source, by name, and sees to the answers.

Safe to run at any moment and as often as one likes, by several processes: a source's row is locked, an import is
made in the transaction that marks its file taken, and an answer is written in the one that moves the file. Whatever
dies in between leaves the file where it was; the next run goes on from there.
"""

from __future__ import annotations

import logging
import os
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Collate
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.access.actors import Actor, system_actor
from edu_csv.errors import MissingFile, TransientFailure
from edu_csv.jobs.models import State
from imports import services
from imports.models import Door, Family, FileState, Folder, InboxFile, Source, SourceMode
from imports.problems import FileRejected
from imports.requests import BadRequest, ImportRequest, NotAllowed
from imports.sources import answers, inbox, names, watching
from imports.steps import from_source

log = logging.getLogger(__name__)

AWAY = "Storage does not answer, so nothing is taken just now; it is tried again every minute."
STUCK = (
    "A fault of this system keeps the next file from being taken; it is tried again every minute. If it stays, tell"
    " whoever runs this system."
)
OURS = (AWAY, STUCK)
# In which OpenSSH writes: its own choice, and with what asyncssh says that it takes.
BLOCKS = (32_768, 261_120)
CUT_OFF = (
    "The upload looks interrupted: the file ends within a line after {bytes:,} bytes, a number of whole blocks. Send it"
    " again; if it is whole, end its last line with a line break. Packed files (.zip, .csv.gz) leave no such doubt."
)


def tick() -> int:
    """All institutions: look into watched folders, answer what has ended, take what waits; how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_id, institution_id FROM imports_sources_at_work()")
        at_work: list[tuple[UUID, int]] = cursor.fetchall()
    taken = 0
    for source_id, institution in at_work:
        try:
            with tenancy.use_institution(institution):
                watching.look(Source.objects.get(pk=source_id))
            taken += pickup(institution, source_id)
            _all_is_well(institution, source_id)
        except TransientFailure as away:
            log.warning("source %s of institution %s is looked after later: %s", source_id, institution, away)
            _note(institution, source_id, AWAY)
        except Exception:
            # Whatever is wrong with one source, the others have their turn.
            log.exception("source %s of institution %s could not be looked after", source_id, institution)
            _note(institution, source_id, STUCK)
    return taken


def _note(institution: int, source_id: UUID, words: str) -> None:
    with tenancy.use_institution(institution):
        Source.objects.filter(pk=source_id).update(last_problem=words, last_problem_at=timezone.now())


def _all_is_well(institution: int, source_id: UUID) -> None:
    """What kept us from taking its files is over; what was wrong with a file stays told until the next comes."""
    with tenancy.use_institution(institution):
        Source.objects.filter(pk=source_id, last_problem__in=OURS).update(last_problem="")


def pickup(institution: int, source_id: UUID) -> int:
    """Answer what has ended in one inbox, and take what comes next; how many files became imports (0 or 1)."""
    with tenancy.use_institution(institution):
        source = Source.objects.filter(pk=source_id, institution_id=institution).first()
        if source is None:
            return 0
        _answer_ended(source)
        taken = _take_next(source)
        # Woken by a file, we have not looked into its folder: whether that goes well the next minute shows.
        if source.last_problem in OURS and not (source.watched_folder or source.watched_prefix):
            _all_is_well(institution, source_id)
        return int(taken)


def source_actor(source: Source) -> Actor:
    """Who submits a source's imports: the source itself, for the whole institution."""
    return system_actor(source.institution_id, f"Source {source.name}")


def _answer_ended(source: Source) -> None:
    for file in _taken(source):
        if file.upload is not None and not _is_over(source, file):
            continue
        # Outside the transaction: nobody who sends a file waits until failed rows are written.
        failed = answers.failed_rows(file.upload) if file.upload is not None else answers.Failed(None)
        if not failed.is_ready:
            continue
        with transaction.atomic():
            now = inbox.locked(source)
            still = _taken(now).filter(pk=file.pk).first()
            if still is None:
                continue
            if still.upload is None:
                answers.refuse(
                    now, still, _problem("import_gone", "The import of this file is not there any more.")
                )
            else:
                answers.answer(now, still, failed.found)


def _take_next(source: Source) -> bool:
    """True when a file became an import; what cannot become one is answered on the way to the first that can."""
    while True:
        with transaction.atomic():
            source = inbox.locked(source)
            if not source.is_enabled or source.is_paused(timezone.now()):
                return False
            if any(not _is_over(source, file) for file in _taken(source)):
                return False
            file = _waiting(source).first()
            if file is None:
                return False
            if _take(source, file):
                return True


def _take(source: Source, file: InboxFile) -> bool:
    """Make an import of a file, or answer why it cannot become one."""
    if not names.is_taken(file.name):
        answers.refuse(source, file, _problem("unexpected_name", names.EXPECTED.format(name=file.name)))
        return False
    try:
        if _is_cut_off(file):
            answers.refuse(source, file, _problem("cut_off", CUT_OFF.format(bytes=file.bytes)))
            return False
    except MissingFile as gone:
        answers.refuse(source, file, _problem("missing_file", str(gone)))
        return False
    kept = storage.StoredFile(file.key, file.bytes, file.sha256)
    request = from_source.in_its_name(source, ImportRequest(reference=file.name))
    try:
        # A savepoint: what was begun of an import that cannot be is undone, and the answer stays.
        with transaction.atomic():
            upload = services.receive_stored(source_actor(source), kept, file.name, request)
    except FileRejected as rejected:
        answers.refuse(source, file, rejected.as_json())
        return False
    except BadRequest as wrong:
        answers.refuse(source, file, _problem(wrong.code, wrong.detail))
        return False
    except NotAllowed as refused:
        answers.refuse(source, file, _problem("not_permitted", str(refused)))
        return False
    file.upload, file.state, file.taken_at = upload, FileState.TAKEN, timezone.now()
    file.save(update_fields=["upload", "state", "taken_at"])
    return True


def _is_cut_off(file: InboxFile) -> bool:
    """Whether an upload over SFTP looks interrupted. Raises MissingFile.

    Whoever presses Ctrl-C in OpenSSH's client has it close the file like one that is whole; what came is then a
    number of whole blocks, and ends within a line. Packed files tell by themselves.
    """
    if file.door != Door.SFTP or not file.name.endswith(".csv") or not file.bytes:
        return False
    if all(file.bytes % block for block in BLOCKS):
        return False
    with inbox.open_file(file) as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) not in (b"\n", b"\r")


def _problem(code: str, detail: str) -> dict[str, str]:
    return {"code": code, "detail": detail}


def _waiting(source: Source) -> QuerySet[InboxFile]:
    """What may be taken, in the order in which it will be: by name, and of one name the oldest first (D-25)."""
    return (
        inbox.listing(source, Folder.INCOMING)
        .filter(state=FileState.COMPLETE)
        .order_by(Collate(F("name"), "C"), "arrived_at", "id")
    )


def _taken(source: Source) -> QuerySet[InboxFile]:
    return inbox.listing(source, Folder.INCOMING).filter(state=FileState.TAKEN).order_by("taken_at", "id")


def _is_over(source: Source, file: InboxFile) -> bool:
    """Whether nothing more comes of the import by itself, so that the next file may have its turn."""
    if file.upload is None:
        return True
    state = file.upload.job.state
    # EchoVideo has no checking alone: the plan waits, and nobody has to approve it.
    is_checked = source.mode == SourceMode.VALIDATE and source.family == Family.ECHOVIDEO
    return state == State.ENDED or (is_checked and state == State.WAITING)
