"""The rows of an upload again, each with what became of it.

The upload is streamed as it was when it was read, and the stored plan beside it, row by row. A big plan
does not keep its unchanged rows: what it has no row for is unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from psycopg.sql import SQL, Composable

from edu_csv.tabular import Chunk, write_rows
from imports import erasure
from imports.formats.base import Format
from imports.formats.columns import CREATE
from imports.models import Import, Outcome
from imports.problems import FileRejected, Problem
from imports.reach import allowed
from imports.steps import plan, read, stage
from imports.steps.record import tables
from imports.steps.workspace import Workspace, called, raw_connection

ADDED = ("_row", "_outcome", "_object_id", "_problems")

PLANNED = SQL("""
    SELECT r.row, r.outcome, r.object_id, r.problems
      FROM {plan_row} AS r WHERE r.import_id = %(job)s AND {wanted} ORDER BY r.row
""")
# Beside them the objects that unchanged rows are about, in ``found``.
PLANNED_AND_FOUND = SQL("""
    SELECT coalesce(r.row, f.row), coalesce(r.outcome, {unchanged}),
           CASE WHEN r.row IS NULL THEN f.object_id ELSE r.object_id END, r.problems
      FROM (SELECT * FROM {plan_row} WHERE import_id = %(job)s) AS r
      FULL JOIN found AS f ON f.row = r.row ORDER BY 1
""")
FOUND_BY_ID = (
    "CREATE TEMP TABLE found ON COMMIT DROP AS SELECT w._row AS row, w._id AS object_id FROM work AS w"
)
FOUND_BY_KEY = """
    CREATE TEMP TABLE found ON COMMIT DROP AS
    SELECT DISTINCT ON (t.row) t.row, t.object_id FROM twin AS t ORDER BY t.row, t.object_id
"""
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """What the plan says of one row. problems: as stored."""

    row: int
    outcome: Outcome
    object_id: UUID | None
    problems: Sequence[dict[str, Any]]


def write(
    upload: Import, out: BinaryIO, *, only_failed: bool, progress: Callable[[int], None] = lambda rows: None
) -> int:
    """Write results.csv or failed.csv; returns the number of rows below the header.

    Inside a transaction. progress: told the number of rows read so far, now and then. Raises
    FileRejected when the upload is no longer stored.
    """
    looks_up = not only_failed and upload.has_own_tables and upload.counts.get("unchanged", 0) > 0
    if looks_up:
        looks_up = _find_unchanged(upload, progress)
    with read.open_upload(upload) as opened, closing(_told(upload, only_failed, looks_up)) as told:
        table = opened.table
        kept = [place for place, name in enumerate(table.header) if name not in ADDED]
        repeated = _repeated(opened.fmt, upload.action)
        without_erased = erasure.emptied(upload)

        def rows() -> Iterator[Sequence[str]]:
            yield [*(table.header[place] for place in kept), *ADDED]
            for number, cells, said in _merged(table.chunks(), told, progress):
                if only_failed and (said is None or said.outcome != Outcome.FAILED):
                    continue
                if without_erased is not None:
                    cells = without_erased(cells)
                own = [cells[place] if place < len(cells) else "" for place in kept]
                # Cells that no column is left for stand behind ours: nothing is lost, and the row is
                # still refused for them when it is sent back as it is.
                yield [*own, *_added(number, said, repeated), *cells[len(table.header) :]]

        return write_rows(out, rows(), delimiter=table.delimiter) - 1


def _added(number: int, said: Told | None, repeated: str) -> list[str]:
    if said is None:
        return [str(number), Outcome.UNCHANGED.name.lower(), "", repeated]
    words = " ".join(str(_problem(each)) for each in said.problems)
    if not words and said.outcome == Outcome.UNCHANGED:
        words = repeated
    return [str(number), said.outcome.name.lower(), str(said.object_id or ""), words]


def _problem(stored: dict[str, Any]) -> Problem:
    return Problem(
        stored["code"], stored["column"], stored["value"], stored["severity"], stored["params"] or {}
    )


def _repeated(fmt: type[Format], action: str) -> str:
    """What an unchanged row is told, where a big plan does not keep it."""
    if action != CREATE:
        return ""
    return str(Problem("already_exists", severity="warning", params={"object": called(fmt.target.name)}))


def _merged(
    chunks: Iterator[Chunk], told: Iterator[Told], progress: Callable[[int], None]
) -> Iterator[tuple[int, Sequence[str], Told | None]]:
    """(row number, its cells, what the plan says), in the order of the file."""
    said = next(told, None)
    rows = 0
    for chunk in chunks:
        for number, cells in _in_order(chunk):
            while said is not None and said.row < number:
                said = next(told, None)
            yield number, cells, said if said is not None and said.row == number else None
        rows += len(chunk.rows) + len(chunk.faults)
        progress(rows)


def _in_order(chunk: Chunk) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a chunk, good and faulty; cells of a faulty one as far as they could be read."""
    good = zip(chunk.numbers, chunk.rows, strict=True)
    if not chunk.faults:
        yield from good
        return
    faulty = [(fault.row, fault.cells) for fault in chunk.faults]
    yield from sorted([*good, *faulty], key=lambda numbered: numbered[0])


def _told(upload: Import, only_failed: bool, looks_up: bool) -> Generator[Told]:
    """The stored plan in the order of the file, streamed from the server."""
    plan_row, _ = tables(upload.pk, own=upload.has_own_tables)
    unchanged = SQL(str(int(Outcome.UNCHANGED)))
    statement: Composable
    if looks_up:
        statement = PLANNED_AND_FOUND.format(plan_row=plan_row, unchanged=unchanged)
    else:
        wanted = SQL("r.outcome = {}").format(SQL(str(int(Outcome.FAILED)))) if only_failed else SQL("TRUE")
        statement = PLANNED.format(plan_row=plan_row, wanted=wanted)
    with raw_connection().cursor(name=f"results_{upload.pk.hex}") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(statement, {"job": upload.pk})
        for row, outcome, object_id, problems in cursor:
            yield Told(row, Outcome(outcome), object_id, json.loads(problems) if problems else ())


def _find_unchanged(upload: Import, progress: Callable[[int], None]) -> bool:
    """Fill ``found``: which objects the rows are about by now; False when nobody may look any more.

    The import's own steps plan the upload again, on temporary tables, and write nothing. An object that
    was deleted or got another key since is not found again, and its row has no id.
    """
    with read.open_upload(upload) as opened:
        try:
            may = allowed(upload, opened.fmt)
        except FileRejected:
            return False
        space = Workspace(
            institution=upload.institution_id,
            job=upload.pk,
            fmt=opened.fmt,
            action=upload.action,
            match=opened.match,
            keep_absent=upload.keep_absent,
            reach=may.reach,
            must_publish=may.must_publish,
            free=may.free,
        )
        plan.configure(space)
        stage.copy_rows(space, opened.table.chunks(), progress)
    plan.make(space)
    space.run(FOUND_BY_KEY if upload.action == CREATE else FOUND_BY_ID)
    space.run("ANALYZE found")
    return True
