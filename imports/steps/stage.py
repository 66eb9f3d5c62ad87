"""Stage: check the rows of a stream and copy the good ones into ``stage``.

Checking and staging are one pass, column by column over a chunk: a memo per column knows the wire
form of each distinct cell, so a cell costs one look-up, and a row is the concatenation of its cells.
"""

from __future__ import annotations

import gc
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from struct import Struct
from typing import IO, Any
from unicodedata import normalize
from uuid import UUID

from psycopg.sql import SQL

from edu_csv.tabular import CUT_CHARS, Chunk, RowFault, unprotect_cell
from imports.formats.columns import Column
from imports.formats.references import EMAIL, NAME, PARTS, Reference
from imports.formats.text import fold
from imports.formats.wire import HEADER, NULL, TRAILER, array, integer, row_start, text, uuid
from imports.problems import FileRejected
from imports.steps.memos import MEMOS_BYTES, Memo, Room
from imports.steps.read import row_fault
from imports.steps.workspace import Workspace, names, raw_connection, typed

CREATE_STAGE = SQL("CREATE TEMP TABLE stage ({columns}) ON COMMIT DROP")
CREATE_OTHERS = """
    CREATE TEMP TABLE texts (col text, ordinal integer, text text, uuid uuid, folded text) ON COMMIT DROP;
    CREATE TEMP TABLE bad_row (row integer, cells text[]) ON COMMIT DROP;
    CREATE TEMP TABLE problem (
        row integer, severity text, col text, code text, value text, params jsonb) ON COMMIT DROP
"""
COPY_STAGE = SQL("COPY stage ({columns}) FROM STDIN (FORMAT binary)")
COPY_TEXTS = SQL("COPY texts (col, ordinal, text, uuid, folded) FROM STDIN (FORMAT binary)")
COPY_PROBLEMS = SQL("COPY problem (row, severity, col, code, value, params) FROM STDIN")
COPY_BAD_ROWS = SQL("COPY bad_row (row, cells) FROM STDIN")

# Between cells that are read together: the reader lets no NUL into a cell.
CELLS = "\0"

_row_and_number = Struct(">hii").pack


# Code, header, cell, words.
Fault = tuple[str, str | None, str | None, dict[str, Any]]


class Texts:
    """The distinct texts of reference columns, numbered, kept in a file until the stream has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._last = 0
        file.write(HEADER)

    def numbering(self, column: Reference, action: str) -> Callable[[str], bytes]:
        """What numbers the texts of a column; the number comes in wire form."""
        start = row_start(5) + text(column.name)
        by_name, by_email = NAME in column.by, EMAIL in column.by
        write = self._file.write
        is_combined = bool(column.beside(action))

        def number(value: str) -> bytes:
            self._last += 1
            ordinal = integer(self._last)
            folded = fold(value) if by_name or (by_email and "@" in value) else None
            write(b"".join((start, ordinal, text(value), uuid(_as_uuid(value)), text(folded))))
            return ordinal

        def number_combined(value: str) -> bytes:
            self._last += 1
            ordinal = integer(self._last)
            # Names are held against each other letter for letter, however an accent was typed.
            key = normalize("NFC", value) if by_name else None
            own = value.rpartition(PARTS)[2]
            write(b"".join((start, ordinal, text(value), uuid(_as_uuid(own)), text(key))))
            return ordinal

        return number_combined if is_combined else number


def _as_uuid(value: str) -> UUID | None:
    # UUID() alone would also take braces, "urn:uuid:" and 32 digits without hyphens.
    if len(value) != 36 or value[8] != "-":
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


class Faults:
    """Problems and cells of bad rows, kept in a file until the stream has ended."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.rows = 0

    def add(
        self,
        row: int,
        cells: Sequence[str],
        problems: Iterable[Fault],
    ) -> None:
        self.rows += 1
        self._file.write(json.dumps([row, cells, list(problems)]) + "\n")

    def stored(self) -> Iterator[tuple[int, list[str], list[list[Any]]]]:
        self._file.flush()
        self._file.seek(0)
        for line in self._file:
            row, cells, problems = json.loads(line)
            yield row, cells, problems


class Checker:
    """What one file's cells are held against."""

    def __init__(self, space: Workspace, texts: Texts) -> None:
        self.space = space
        self._clean = _unprotected if space.fmt.unprotects_formulas else str.strip
        places = space.match.places
        # Where a column's own cell stands (None: the file lacks it), and the cells that it is read with.
        self.places = [(column, places.get(column)) for column in space.columns]
        self.beside = {
            column: [places.get(each) for each in beside]
            for column in space.columns
            if (beside := space.fmt.beside(column, space.action))
        }
        room = Room(MEMOS_BYTES)
        self.reading: list[Callable[[str], bytes | None]] = [
            Memo(encoder, room).__getitem__ if column.recurs else encoder
            for column, encoder in ((column, self._encoder(column, texts)) for column, _ in self.places)
        ]

    def _encoder(self, column: Column, texts: Texts) -> Callable[[str], bytes | None]:
        required = self.space.action in column.required
        clean = self._clean
        if isinstance(column, Reference):
            number = texts.numbering(column, self.space.action)
            if column in self.beside:
                return self._combining(column, number)
            encode = _list_encoder(column, number) if column.is_list else _single_encoder(column, number)
        else:
            encode = column.wire

        def wire(cell: str) -> bytes | None:
            value = clean(cell)
            if (required and column.is_blank(value)) or self._is_lost(value):
                return None
            try:
                return encode(value)
            except ValueError:
                return None

        return wire

    def _combining(self, column: Reference, number: Callable[[str], bytes]) -> Callable[[str], bytes | None]:
        """The same for cells that are read together, joined by CELLS, the column's own last."""
        is_list = column.is_list

        def wire(joined: str) -> bytes | None:
            cells = joined.split(CELLS)
            if self._own_faults(column, cells):
                return None
            parts = list(map(self._clean, cells))
            try:
                wires = list(map(number, column.combined(parts)))
            except ValueError:
                # A cell beside it that cannot be read: its own column tells.
                return NULL
            return array(wires, "integer") if is_list else (wires or [NULL])[0]

        return wire

    def _is_lost(self, value: str) -> bool:
        """Whether a file of ours came back with what we put in place of something that could not be read."""
        if not self.space.match.is_result:
            return False
        return "\ufffd" in value or (len(value) == CUT_CHARS + 1 and value.endswith("…"))

    def fault(self, column: Column, cell: str) -> Fault:
        """Why a cell could not be read."""
        value = self._clean(cell)
        if self._is_lost(value):
            return "lost_text", column.header, cell, {}
        code, params = column.fault(value) or ("required_blank", {})
        return code, column.header, cell, {**params, "object": self.space.params["object"]}

    def _own_faults(self, column: Reference, cells: list[str]) -> list[Fault]:
        """What is wrong with the last of cells that are read together, or between them."""
        own = self._clean(cells[-1])
        is_missing = self.space.action in column.required and column.is_blank(own)
        if is_missing or self._is_lost(own) or column.fault(own):
            return [self.fault(column, cells[-1])]
        group = [*self.space.fmt.beside(column, self.space.action), column]
        told = column.misfits(list(map(self._clean, cells)), [each.header for each in group])
        words = {"object": self.space.params["object"]}
        return [(code, group[at].header, cells[at], {**params, **words}) for at, code, params in told]

    def _faults(self, column: Column, at: int | None, cells: Sequence[str]) -> list[Fault]:
        if isinstance(column, Reference) and column in self.beside:
            return self._own_faults(column, [_cell(cells, place) for place in (*self.beside[column], at)])
        return [self.fault(column, _cell(cells, at))]

    def check(self, chunk: Chunk, faults: Faults) -> bytes:
        """The chunk's good rows as COPY takes them; bad rows go to ``faults``."""
        for fault in chunk.faults:
            header = next(
                (column.header for column, at in self.places if at is not None and at == fault.column), None
            )
            faults.add(fault.row, self._own_cells(fault.cells), [row_problem(fault, header)])
        rows, numbers = chunk.rows, chunk.numbers
        if not rows:
            return b""
        columns = list(zip(*rows, strict=True))
        self._refuse_own_ids(columns, numbers)
        wires: list[list[bytes | None]] = [
            list(map(read, self._cells(columns, column, place)))
            for read, (column, place) in zip(self.reading, self.places, strict=True)
        ]
        if any(None in wire for wire in wires):
            wires, numbers = self._without_bad_rows(rows, numbers, wires, faults)
        starts = map(_row_and_number, repeat(self.fields), repeat(4), numbers)
        return b"".join(map(b"".join, zip(starts, *wires, strict=True)))  # no None left

    def _cells(self, columns: list[tuple[str, ...]], column: Column, place: int | None) -> Iterable[str]:
        """What a column's memo knows: its own cells, or all that are read together."""
        if column in self.beside:
            places = (*self.beside[column], place)
            return map(
                CELLS.join, zip(*(repeat("") if p is None else columns[p] for p in places), strict=False)
            )
        assert place is not None  # noqa: S101  # else it has no cells, and is not looked at
        return columns[place]

    def _refuse_own_ids(self, columns: list[tuple[str, ...]], numbers: Sequence[int]) -> None:
        """Refuse a file of new objects that gives them ids, where the format says so (echovideo.md 2.12)."""
        at = self.space.match.own_id_at
        if at is None:
            return
        own = self.space.fmt.own_id()
        for number, cell in zip(numbers, columns[at], strict=True):
            if own and cell.strip():
                raise FileRejected("own_id_filled", column=own.header, row=number, value=cell.strip()[:80])

    @property
    def fields(self) -> int:
        return 1 + sum(len(column.staged) for column, _ in self.places)

    def _without_bad_rows(
        self, rows: list[list[str]], numbers: Sequence[int], wires: list[list[bytes | None]], faults: Faults
    ) -> tuple[list[list[bytes | None]], Sequence[int]]:
        bad = {place for wire in wires for place, cell in enumerate(wire) if cell is None}
        for place in sorted(bad):
            problems = [
                fault
                for wire, (column, at) in zip(wires, self.places, strict=True)
                if wire[place] is None
                for fault in self._faults(column, at, rows[place])
            ]
            faults.add(numbers[place], self._own_cells(rows[place]), problems)
        good = [place for place in range(len(rows)) if place not in bad]
        return [[wire[place] for place in good] for wire in wires], [numbers[place] for place in good]

    def _own_cells(self, cells: Sequence[str]) -> list[str]:
        return [_cell(cells, at) for _, at in self.places]


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _unprotected(cell: str) -> str:
    return unprotect_cell(cell.strip()).strip()


def _single_encoder(column: Reference, number: Callable[[str], bytes]) -> Callable[[str], bytes]:
    def encode(value: str) -> bytes:
        for part in column.texts(value):
            return number(part)
        return NULL

    return encode


def _list_encoder(column: Reference, number: Callable[[str], bytes]) -> Callable[[str], bytes]:
    def encode(value: str) -> bytes:
        return array([number(part) for part in column.texts(value)], "integer")

    return encode


def row_problem(fault: RowFault, header: str | None) -> Fault:
    code, params = row_fault(fault)
    return code, header, fault.excerpt or None, params


def copy_rows(space: Workspace, chunks: Iterable[Chunk], progress: Callable[[int], None]) -> None:
    """Check and stage a stream of chunks; ``progress`` is told the number of rows after each."""
    space.run(CREATE_STAGE.format(columns=typed([("row", "integer"), *_staged(space)])))
    raw_connection().execute(CREATE_OTHERS)
    with tempfile.TemporaryFile() as text_file, tempfile.TemporaryFile("w+", encoding="utf-8") as fault_file:
        texts, faults = Texts(text_file), Faults(fault_file)
        checker = Checker(space, texts)
        with collector_off(), raw_connection().cursor() as cursor:
            into = COPY_STAGE.format(columns=names(["row", *(name for name, _ in _staged(space))]))
            with cursor.copy(into) as copy:
                copy.write(HEADER)
                staged = 0
                for chunk in chunks:
                    if data := checker.check(chunk, faults):
                        copy.write(data)
                    staged += len(chunk.rows) + len(chunk.faults)
                    progress(staged)
                copy.write(TRAILER)
        space.rows = staged
        _copy_texts(text_file)
        _copy_faults(faults)
    raw_connection().execute("ANALYZE stage; ANALYZE texts; ANALYZE problem")


def _staged(space: Workspace) -> list[tuple[str, str]]:
    return [staged for column in space.columns for staged in column.staged]


def _copy_texts(file: IO[bytes]) -> None:
    file.write(TRAILER)
    file.seek(0)
    with raw_connection().cursor() as cursor, cursor.copy(COPY_TEXTS) as copy:
        while block := file.read(1 << 18):
            copy.write(block)


def _copy_faults(faults: Faults) -> None:
    with raw_connection().cursor() as cursor, cursor.copy(COPY_PROBLEMS) as copy:
        for row, _, problems in faults.stored():
            for code, column, value, params in problems:
                copy.write_row((row, "error", column, code, storable(value), json.dumps(params)))
    with raw_connection().cursor() as cursor, cursor.copy(COPY_BAD_ROWS) as copy:
        for row, cells, _ in faults.stored():
            copy.write_row((row, [storable(cell) for cell in cells]))


def storable(value: str | None) -> str | None:
    """A text as PostgreSQL can hold it: without NUL, and without halves of characters."""
    if value is None:
        return None
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


@contextmanager
def collector_off() -> Iterator[None]:
    """Millions of short-lived tuples and no cycle among them: the collector would only search."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
