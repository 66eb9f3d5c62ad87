"""The projector: follows the store of statements, a chunk at a time, and writes the rows that follow from them.

A cursor row per institution says how far it has come, and moves in the transaction that writes the rows: whoever is
killed in between has done nothing. One projector runs per institution; the lock is held by a connection of its own,
so it goes with whoever holds it. No statement is passed that a writer may still commit (``consistent_through``).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from edu_csv.access.models import Institution
from edu_csv.activity.events.months import add_event_months
from edu_csv.activity.projection import moments, progress, rebuilding, resolving, revisions, things, views
from edu_csv.activity.projection.staging import Chunk, read_chunk, read_these
from edu_csv.activity.projection.vocabulary import Kind
from edu_csv.activity.queries import consistent_through
from edu_csv.jobs.lease import direct_connection
from edu_csv.roster.lock import lock_roster, raise_version, version

MOST_STATEMENTS = 20_000
# A statement is safe to read a millisecond after it was stored; others may still be writing.
PATIENCE_SECONDS = 0.02

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('edu_csv.activity.projection:' || %s, 0))"
HOLD = """
    INSERT INTO activity_projection (institution_id) VALUES (%(institution)s) ON CONFLICT (institution_id) DO NOTHING;
    SELECT stored::text, seq FROM activity_projection WHERE institution_id = %(institution)s FOR UPDATE
"""
MOVE = """
    UPDATE activity_projection AS p SET stored = %(stored)s, seq = %(seq)s, moved_at = now()
     WHERE p.institution_id = %(institution)s
"""
COUNT = """
    UPDATE activity_projection AS p
       SET counts = (SELECT coalesce(jsonb_object_agg(key, number), '{}')
                       FROM (SELECT each.key, sum(each.value::bigint) AS number
                               FROM (SELECT * FROM jsonb_each_text(p.counts)
                                      UNION ALL SELECT * FROM jsonb_each_text(%(counts)s)) AS each (key, value)
                              GROUP BY each.key) AS summed)
     WHERE p.institution_id = %(institution)s
"""
HAS_MOVED = "SELECT EXISTS (SELECT FROM activity_unsettled() AS u WHERE u.institution = %(institution)s)"
SETTLED = "UPDATE activity_projection SET roster_version = %(version)s WHERE institution_id = %(institution)s"
SETTINGS = """
    SELECT set_config('edu_csv.projecting', 'on', true), set_config('jit', 'off', true),
           set_config('work_mem', '32MB', true)
"""
# After the first large chunk, the second, the fourth, …: planned as if there were a few rows, each look-up would read
# whole tables. Nobody waits for statistics, and nothing else does them as soon.
ANALYZE = """
    ANALYZE (SKIP_LOCKED) activity_fact, activity_said, activity_video, activity_presentation, activity_slide, activity_poll,
        activity_question, activity_view, activity_presentation_view, activity_poll_answer, activity_answer, activity_note,
        activity_view_event, activity_download, activity_slide_view, activity_confusion, activity_poll_answer_revision,
        activity_answer_revision, activity_note_revision
"""
WORTH_ANALYZING = 10_000


class Busy(Exception):
    """Another projector is at work for this institution, and goes on until nothing is left."""


@dataclass
class Projected:
    """again: statements placed once more, since somebody whom they name is known by now.

    counts: of statements by what became of them: "kind N", "unplaced …", "other", "void", "voiding"."""

    statements: int = 0
    seconds: float = 0.0
    chunks: int = 0
    again: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_done: bool = True


def project(
    institution: int,
    *,
    rebuild: bool = False,
    seconds: float | None = None,
    most: int = MOST_STATEMENTS,
    told: Callable[[Projected], None] | None = None,
) -> Projected:
    """Project what was stored, until nothing is left or the time is up (then not ``is_done``). Raises Busy.

    Of an institution that is entered. rebuild: first take away what was projected. most: statements of a chunk.
    told: of what was done so far, after each.
    """
    begun = time.monotonic()
    done = Projected()
    while True:
        with _alone(institution):
            if rebuild:
                _analyze()
                rebuilding.forget(institution)
                rebuild = False
            while _step(institution, done, most):
                done.seconds = time.monotonic() - begun
                if told is not None:
                    told(done)
                if seconds is not None and time.monotonic() - begun >= seconds:
                    done.is_done = False
                    break
            if done.is_done:
                _settle(institution, done, most)
        # Whoever stored something while the lock was held was sent away: look once more without it.
        if not done.is_done or not _is_more(institution):
            done.seconds = time.monotonic() - begun
            return done


@contextmanager
def _alone(institution: int) -> Iterator[None]:
    """One projector of an institution at a time. Raises Busy."""
    with direct_connection(institution) as holder:
        [got] = holder.execute(TRY_LOCK, [str(institution)]).fetchone() or [False]
        if not got:
            raise Busy(institution)
        yield


def _is_more(institution: int) -> bool:
    """Whether something waits that nobody can still be writing."""
    if (waiting := progress.behind(institution)) is None:
        return False
    if waiting <= consistent_through(institution):
        return True
    time.sleep(PATIENCE_SECONDS)
    return waiting <= consistent_through(institution)


def _step(institution: int, done: Projected, most: int) -> bool:
    """One chunk; whether there was any."""
    base = Institution.objects.get(pk=institution).statements_base
    with transaction.atomic(), connection.cursor() as cursor:
        after = progress.place(cursor, institution)
        through = consistent_through(institution)
        chunk = read_chunk(cursor, institution, after=after, through=through, most=most, base=base)
    if chunk.stored is None:
        return False
    _add_months(chunk)
    with transaction.atomic(), connection.cursor() as cursor:
        if _write(cursor, institution, chunk, after):
            done.statements += chunk.read
            done.chunks += 1
            done.counts += chunk.counts
    if chunk.read >= WORTH_ANALYZING and done.chunks.bit_count() == 1:
        _analyze()
    return True


def _settle(institution: int, done: Projected, most: int) -> None:
    """When the roster has moved: place again what people did who are known by now, and end what nobody holds any more."""
    if not _has_moved(institution):
        return
    moved_to = version(institution)
    base = Institution.objects.get(pk=institution).statements_base
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            ids = resolving.known_now(cursor, institution, most)
            chunk = read_these(cursor, institution, ids, base=base) if ids else None
        if chunk is None:
            break
        _add_months(chunk)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            chunk.put(cursor)
            lock_roster(institution)
            _place(cursor, institution, chunk, again=len(ids))
            _count(cursor, institution, chunk)
        done.again += len(ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        lock_roster(institution)
        if things.settle(cursor, institution):
            raise_version(institution)
        cursor.execute(SETTLED, {"institution": institution, "version": moved_to})


def _has_moved(institution: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(HAS_MOVED, {"institution": institution})
        return bool(cursor.fetchone()[0])


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ANALYZE)


def _add_months(chunk: Chunk) -> None:
    """Have the months of these events ready; one that somebody's reading kept from being made is asked for again."""
    for first, last in chunk.months():
        if first in _months:
            continue
        if add_event_months(first, last):
            _months.add(first)


# Months that this process has seen to.
_months: set[Any] = set()


def _write(cursor: Any, institution: int, chunk: Chunk, after: tuple[str, int]) -> bool:
    """Everything that follows from a chunk; False when another has been here since it was read."""
    cursor.execute(SETTINGS)
    chunk.put(cursor)
    lock_roster(institution)
    cursor.execute(HOLD, {"institution": institution})
    cursor.nextset()
    if cursor.fetchone() != after:
        transaction.set_rollback(True)
        return False
    _place(cursor, institution, chunk)
    values = {"institution": institution, "stored": chunk.stored, "seq": chunk.seq}
    cursor.execute(MOVE, values)
    _count(cursor, institution, chunk)
    return True


def _place(cursor: Any, institution: int, chunk: Chunk, *, again: int = 0) -> None:
    if not (chunk.kinds or chunk.voids):
        return
    gone = resolving.resolve(cursor, institution, chunk.counts, again=again)
    is_changed = things.make(cursor, institution)
    _write_kinds(cursor, institution, chunk.kinds | gone)
    is_changed |= things.end(cursor, institution, is_gone=bool(gone))
    if is_changed:
        raise_version(institution)


def _count(cursor: Any, institution: int, chunk: Chunk) -> None:
    counts = {key: number for key, number in chunk.counts.items() if number}
    cursor.execute(COUNT, {"institution": institution, "counts": Jsonb(counts)})


def _write_kinds(cursor: Any, institution: int, kinds: set[Kind]) -> None:
    if kinds & {Kind.WATCHED, Kind.PLAYER}:
        views.write(cursor, institution)
    if kinds & {Kind.DECK_VIEW, Kind.SLIDE_VIEW}:
        moments.write(cursor, institution, moments.DECKS)
    if Kind.CONFUSION in kinds:
        moments.write(cursor, institution, moments.CONFUSION)
    if Kind.DOWNLOAD in kinds:
        moments.write(cursor, institution, moments.DOWNLOADS)
    for kind in revisions.SHAPES:
        if kind in kinds:
            revisions.write(cursor, institution, kind)
