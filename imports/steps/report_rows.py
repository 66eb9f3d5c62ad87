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

from psycopg.sql import SQL, Composable, Identifier

from edu_csv.tabular import Chunk, Table, write_rows
from imports import erasure
from imports.formats.base import Format
from imports.formats.columns import CREATE
from imports.models import Import, Outcome
from imports.problems import FileRejected, Problem
from imports.steps import plan, read, stage, ways
from imports.steps.record import tables
from imports.steps.workspace import called, raw_connection

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
      FULL JOIN {found} AS f ON f.row = r.row ORDER BY 1
""")
FOUND = "found"
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
    found = FOUND if looks_up(upload, only_failed) and _find_unchanged(upload, progress) else ""
    with read.open_upload(upload) as opened, closing(told_rows(upload, only_failed, found)) as told:
        repeated = _repeated(opened.fmt, upload.action)

        def added(number: int, said: Told | None, cells: Sequence[str]) -> list[str]:
            return _added(number, said, repeated)

        return write_table(upload, opened.table, told, out, added, only_failed=only_failed, progress=progress)


# What stands in ``ADDED`` of a row: its number, what the plan says of it, its cells.
Adding = Callable[[int, "Told | None", Sequence[str]], list[str]]


def write_table(
    upload: Import, table: Table, told: Iterator[Told], out: BinaryIO, added: Adding, *, only_failed: bool,
    progress: Callable[[int], None],
) -> int:  # fmt: skip
    """The rows of an open upload again, with what is added; returns the number of rows below the header."""
    kept = kept_places(table.header)
    plan_rows = PlanRows(told)
    without_erased = erasure.emptied(upload)

    def rows() -> Iterator[Sequence[str]]:
        yield [*(table.header[place] for place in kept), *ADDED]
        read_so_far = 0
        for chunk in table.chunks():
            for number, cells in in_order(chunk):
                said = plan_rows.at(number)
                if only_failed and (said is None or said.outcome != Outcome.FAILED):
                    continue
                if without_erased is not None:
                    cells = without_erased(cells)
                yield written_row(cells, kept, len(table.header), added(number, said, cells))
            read_so_far += len(chunk.rows) + len(chunk.faults)
            progress(read_so_far)

    return write_rows(out, rows(), delimiter=table.delimiter) - 1


def looks_up(upload: Import, only_failed: bool) -> bool:
    """Whether unchanged rows are asked for that the plan does not keep."""
    return not only_failed and upload.has_own_tables and upload.counts.get("unchanged", 0) > 0


def kept_places(header: Sequence[str]) -> list[int]:
    """The places of the uploaded columns: ours, of a file that is sent back, are written anew."""
    return [place for place, name in enumerate(header) if name not in ADDED]


def written_row(cells: Sequence[str], kept: Sequence[int], width: int, added: Sequence[str]) -> list[str]:
    """A row of the file again, with what became of it. width: cells of the header."""
    own = [cells[place] if place < len(cells) else "" for place in kept]
    # Cells that no column is left for stand behind ours: nothing is lost, and the row is still refused for
    # them when it is sent back as it is.
    return [*own, *added, *cells[width:]]


def _added(number: int, said: Told | None, repeated: str) -> list[str]:
    if said is None:
        return [str(number), Outcome.UNCHANGED.name.lower(), "", repeated]
    words = " ".join(str(stored_problem(each)) for each in said.problems)
    if not words and said.outcome == Outcome.UNCHANGED:
        words = repeated
    return [str(number), said.outcome.name.lower(), str(said.object_id or ""), words]


def stored_problem(stored: dict[str, Any]) -> Problem:
    return Problem(
        stored["code"], stored["column"], stored["value"], stored["severity"], stored["params"] or {}
    )


def _repeated(fmt: type[Format], action: str) -> str:
    """What an unchanged row is told, where a big plan does not keep it."""
    if action != CREATE:
        return ""
    return str(Problem("already_exists", severity="warning", params={"object": called(fmt.target.name)}))


class PlanRows:
    """The stored plan beside the rows of the upload; both come in the same order."""

    def __init__(self, told: Iterator[Told]) -> None:
        self._told = told
        self._next = next(told, None)

    def at(self, number: int) -> Told | None:
        """What the plan says of this row, asked of ascending rows; None when it does not keep it."""
        while self._next is not None and self._next.row < number:
            self._next = next(self._told, None)
        return self._next if self._next is not None and self._next.row == number else None


def in_order(chunk: Chunk) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a chunk, good and faulty; cells of a faulty one as far as they could be read."""
    good = zip(chunk.numbers, chunk.rows, strict=True)
    if not chunk.faults:
        yield from good
        return
    faulty = [(fault.row, fault.cells) for fault in chunk.faults]
    yield from sorted([*good, *faulty], key=lambda numbered: numbered[0])


def told_rows(upload: Import, only_failed: bool, found: str) -> Generator[Told]:
    """The stored plan in the order of the file, streamed from the server.

    found: a table (row, object_id) of what unchanged rows are about, where the plan does not keep them.
    """
    plan_row, _ = tables(upload.pk, own=upload.has_own_tables)
    unchanged = SQL(str(int(Outcome.UNCHANGED)))
    statement: Composable
    if found:
        statement = PLANNED_AND_FOUND.format(plan_row=plan_row, unchanged=unchanged, found=Identifier(found))
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
            space = ways.workspace_for(upload, opened)
        except FileRejected:
            return False
        stage.copy_rows(space, opened.table.chunks(), progress)
    plan.make(space)
    space.run(FOUND_BY_KEY if upload.action == CREATE else FOUND_BY_ID)
    space.run("ANALYZE found")
    return True
