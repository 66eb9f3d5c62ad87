"""Stage: the rows of a feed's files as they are, each cell parsed where it can be.

Whether a cell that cannot be parsed is a fault depends on what its row is about (a D2L semester's dates are
read past), so such cells are noted apart and told of later, kind by kind.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import repeat
from struct import Struct
from typing import IO, Any

from django.db import transaction
from psycopg.sql import SQL, Identifier

from edu_csv.tabular import Chunk
from imports.formats.columns import Column
from imports.formats.feed import Layout
from imports.formats.wire import HEADER, NULL, TRAILER, array, text
from imports.problems import FileRejected
from imports.steps.feed.space import TABLES, FeedSpace
from imports.steps.memos import MEMOS_BYTES, Memo, Room
from imports.steps.packages import Member
from imports.steps.read import row_fault
from imports.steps.stage import Faults, collector_off, storable
from imports.steps.workspace import fragment, names, raw_connection, typed

CREATE = SQL("CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
COPY_STAGE = SQL("COPY {table} ({columns}) FROM STDIN (FORMAT binary)")
SPOKEN = SQL("SELECT {kinds} FROM {table} AS s")
COPY_BAD_CELLS = SQL("COPY bad_cell (layout, col, text, code, params) FROM STDIN")
COPY_PROBLEMS = SQL("COPY problem (row, severity, col, code, value, params) FROM STDIN")
COPY_BAD_ROWS = SQL("COPY bad_row (row, file, cells) FROM STDIN")

OWN = (("row", "integer"), ("file", "integer"), ("version", "text"), ("lacks", "text[]"), ("cells", "text[]"))

_row_start = Struct(">hiiii").pack
_length = Struct(">i").pack
_array_start = Struct(">iiIii").pack
_TEXT_OID = 25


def staged(layout: type[Layout]) -> list[tuple[str, str]]:
    """The columns of a layout's staging table."""
    return [*OWN, *(each for column in layout.columns for each in column.staged)]


def create(space: FeedSpace) -> None:
    """Make a staging table for each layout of the upload, and where faults are noted."""
    raw_connection().execute(TABLES)
    for layout in space.layouts:
        space.run(CREATE.format(table=Identifier(f"stage_{layout.slug()}"), columns=typed(staged(layout))))


class BadCells:
    """Cells that could not be parsed, each distinct text about once, kept in a file until the stream has ended."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def add(self, layout: str, column: Column, cell: str, code: str, params: object) -> None:
        self._file.write(json.dumps([layout, column.name, cell, code, params]) + "\n")

    def stored(self) -> Iterator[list[str]]:
        self._file.flush()
        self._file.seek(0)
        yield from map(json.loads, self._file)


class Reader:
    """Turns the rows of one file into the wire form of its staging table."""

    def __init__(self, space: FeedSpace, member: Member, bad: BadCells, base: int) -> None:
        layout = member.layout
        assert layout is not None  # noqa: S101  # a member without one is refused before
        self._space, self._layout, self._bad, self._base = space, layout, bad, base
        # In a file without an optional column every cell of it is blank.
        self._places = [member.places.get(column) for column in layout.columns]
        room = Room(MEMOS_BYTES)
        self._memos = [Memo(self._encoder(column), room) for column in layout.columns]
        self._secret = [place for place, c in enumerate(layout.columns) if c.name in layout.secret]
        self._number = member.number
        lacks = [c.name for c, place in zip(layout.columns, self._places, strict=True) if place is None]
        space.lacks.update((layout.slug(), name) for name in lacks)
        # The same for every row of the file.
        self._of_file = text(member.version or None) + array(map(text, lacks), "text")
        self._fields = len(staged(layout))
        self.last = 0

    def _encoder(self, column: Column) -> Callable[[str], bytes]:
        # What a blank cell means where a kind reads it; a bad one means nothing.
        blank, nothing = column.wire(""), NULL * len(column.staged)
        slug, refuses_blanks = self._layout.slug(), self._layout.blanks == "refuse"

        def wire(cell: str) -> bytes:
            if not cell or (cell.isspace() and not refuses_blanks):
                return blank
            fault: tuple[str, dict[str, Any]] | None = ("only_blanks", {}) if cell.isspace() else None
            if fault is None:
                try:
                    return column.wire(cell)
                except ValueError:
                    fault = column.fault(cell)
            code, params = fault or (column.code, {})
            self._bad.add(slug, column, cell, code, params)
            return nothing

        return wire

    def read(self, chunk: Chunk, faults: Faults) -> bytes:
        """The chunk's rows as COPY takes them; rows that the reader found faulty go to ``faults``."""
        for fault in chunk.faults:
            header = None
            if fault.column is not None:
                header = next(
                    (
                        c.header
                        for c, at in zip(self._layout.columns, self._places, strict=True)
                        if at == fault.column
                    ),
                    None,
                )
            code, words = row_fault(fault)
            faults.add(
                self._base + fault.row,
                self._own_cells(fault.cells),
                [(code, header, fault.excerpt or None, words)],
            )
            self.last = max(self.last, fault.row)
        if not chunk.rows:
            return b""
        self.last = max(self.last, chunk.numbers[-1])
        columns = list(zip(*chunk.rows, strict=True))
        blanks, none = ("",) * len(chunk.rows), (None,) * len(chunk.rows)
        texts = [blanks if place is None else columns[place] for place in self._places]
        wires = [map(memo.__getitem__, own) for memo, own in zip(self._memos, texts, strict=True)]
        cells: list[Sequence[str | None]] = [
            none if place is None else columns[place] for place in self._places
        ]
        for place in self._secret:
            self._space.secrets += sum(map(bool, texts[place]))
            cells[place] = none
        numbers = (self._base + number for number in chunk.numbers)
        starts = map(_row_start, repeat(self._fields), repeat(4), numbers, repeat(4), repeat(self._number))
        kept = map(_cells_wire, zip(*cells, strict=True))
        return b"".join(map(b"".join, zip(starts, repeat(self._of_file), kept, *wires, strict=False)))

    def _own_cells(self, cells: Sequence[str]) -> list[str]:
        own = [cells[at] if at is not None and at < len(cells) else "" for at in self._places]
        for place in self._secret:
            own[place] = ""
        return own


def _cells_wire(cells: Sequence[str | None]) -> bytes:
    """A row's cells as an array of texts; NULL for a cell that the file lacks, or that nobody may see."""
    parts = [_array_start(1, 1, _TEXT_OID, len(cells), 1)]
    for cell in cells:
        if cell is None:
            parts.append(NULL)
            continue
        data = cell.encode()
        parts.append(_length(len(data)))
        parts.append(data)
    body = b"".join(parts)
    return _length(len(body)) + body


def copy_member(space: FeedSpace, member: Member, progress: Callable[[int], None]) -> None:
    """Stage one file; ``progress`` is told the number of rows of the upload so far.

    A file that turns out unreadable in its middle is refused: none of its rows stay, and the others go on.
    """
    base = max((file["last"] for file in space.files), default=0)
    file: dict[str, Any] = {
        "number": member.number,
        "name": member.name,
        "format": member.layout.key if member.layout else "",
        "version": member.version,
        "base": base,
        "last": base,
        "rows": 0,
    }
    space.files.append(file)
    refusal, before = member.problem, space.rows
    if refusal is None:
        try:
            with transaction.atomic():
                last = _copy_rows(space, member, base, progress)
        except FileRejected as rejection:
            refusal, space.rows = rejection, before
        else:
            file.update(last=base + last, rows=space.rows - before)
    # Some are known only when all rows were read.
    file["notes"] = [note.as_json() for note in member.notes]
    if refusal is not None:
        file["problem"] = refusal.as_json()
        space.refusals.append(refusal)


def _copy_rows(space: FeedSpace, member: Member, base: int, progress: Callable[[int], None]) -> int:
    """Copy a file's rows; returns the last row number of the spreadsheet."""
    layout = member.layout
    assert layout is not None  # noqa: S101  # a file without one has a problem
    with ExitStack() as stack:
        bad = BadCells(stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")))
        faults = Faults(stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")))
        reader = Reader(space, member, bad, base)
        stack.enter_context(collector_off())
        cursor = stack.enter_context(raw_connection().cursor())
        into = COPY_STAGE.format(
            table=Identifier(f"stage_{layout.slug()}"), columns=names([name for name, _ in staged(layout)])
        )
        with cursor.copy(into) as copy:
            copy.write(HEADER)
            for chunk in member.chunks():
                if data := reader.read(chunk, faults):
                    copy.write(data)
                space.rows += len(chunk.rows) + len(chunk.faults)
                progress(space.rows)
            copy.write(TRAILER)
        _copy_notes(bad, faults, member.number)
    return reader.last


def _copy_notes(bad: BadCells, faults: Faults, file: int) -> None:
    with raw_connection().cursor() as cursor, cursor.copy(COPY_BAD_CELLS) as copy:
        for layout, column, cell, code, params in bad.stored():
            copy.write_row((layout, column, storable(cell), code, json.dumps(params)))
    with raw_connection().cursor() as cursor, cursor.copy(COPY_PROBLEMS) as copy:
        for row, _, problems in faults.stored():
            for code, column, value, params in problems:
                copy.write_row((row, "error", column, code, storable(value), json.dumps(params)))
    with raw_connection().cursor() as cursor, cursor.copy(COPY_BAD_ROWS) as copy:
        for row, cells, _ in faults.stored():
            copy.write_row((row, file, [storable(cell) for cell in cells]))


def finish(space: FeedSpace) -> None:
    """Once all files are staged: what is in the tables is told to the planner."""
    space.analyze(*(f"stage_{layout.slug()}" for layout in space.layouts), "bad_cell", "problem")
    for layout in space.layouts:
        if layout.kinds:
            # What depends on the roster as the upload leaves it is not known yet.
            asked = SQL(", ").join(
                SQL("TRUE") if "as_left_" in kind.rows else SQL("bool_or({})").format(fragment(kind.rows))
                for kind in layout.kinds
            )
            [spoken] = space.fetch(SPOKEN.format(kinds=asked, table=Identifier(f"stage_{layout.slug()}")))
            space.silent |= {kind.name for kind, is_so in zip(layout.kinds, spoken, strict=True) if not is_so}
