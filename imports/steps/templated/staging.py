"""Staging: every row made once, its statements streamed to the server while the next rows are made.

A connection takes one COPY at a time. Statements, which are most of what a file becomes, go straight; cells, faults and
other objects wait in files until the stream has ended.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from struct import Struct
from typing import IO, Any

from edu_csv.activity import store
from edu_csv.tabular import Chunk
from imports.formats.wire import HEADER, TRAILER
from imports.steps.read import row_fault
from imports.steps.stage import Faults, collector_off, storable
from imports.steps.templated import groups
from imports.steps.templated.reading import Opened
from imports.steps.templated.rows import Fault, Objects, RowMaker
from imports.steps.templated.space import TABLES, WORTH_ANALYZING, TemplateSpace
from imports.steps.workspace import raw_connection

COPY_STAGE = "COPY stage (row, made, cells) FROM STDIN (FORMAT binary)"
COPY_PROBLEMS = "COPY problem (row, severity, col, code, value, params, place) FROM STDIN"
BLOCK_BYTES = 1 << 18

_TEXT_OID = 25
# Fields, then row and made with their lengths, then the array: its length, dimensions, flags, type, elements, lower bound.
_row_start = Struct(">hiiiiiiiIii").pack
_length = Struct(">i").pack
_ARRAY_BYTES = 20

# What is told of each good row, and what it makes: of a preview, which shows it.
Keep = Callable[[int, Objects], None]


class Cells:
    """The rows as they were read, in the wire form of ``stage``, kept in a file until the stream has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.write(HEADER)

    def add(self, row: int, made: int, cells: Sequence[str]) -> None:
        # An array has an element, or no dimension.
        cells = cells or ("",)
        parts = []
        size = _ARRAY_BYTES
        for cell in cells:
            data = cell.encode()
            parts.append(_length(len(data)))
            parts.append(data)
            size += 4 + len(data)
        head = _row_start(3, 4, row, 4, made, size, 1, 0, _TEXT_OID, len(cells), 1)
        self._file.write(head + b"".join(parts))

    def blocks(self) -> Iterator[bytes]:
        self._file.write(TRAILER)
        self._file.seek(0)
        while block := self._file.read(BLOCK_BYTES):
            yield block


def copy_rows(
    space: TemplateSpace,
    opened: Opened,
    chunks: Iterable[Chunk],
    progress: Callable[[int], None],
    keep: Keep | None = None,
) -> None:
    """Make and stage the rows of a stream; ``progress`` is told the number of rows after each chunk.

    keep: is given what each row without a fault of its own makes.
    """
    raw_connection().execute(TABLES)
    maker = RowMaker(opened.renderer, opened.table.header, space.received)
    with ExitStack() as stack:
        cells = Cells(stack.enter_context(tempfile.TemporaryFile()))
        faults = Faults(stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")))
        stager = groups.Stager(stack) if space.has_objects else None
        stack.enter_context(collector_off())
        cursor = stack.enter_context(raw_connection().cursor())
        store.create_staging(cursor)
        with store.copy(cursor, space.institution) as statements:
            for chunk in chunks:
                _make_chunk(space, maker, stager, chunk, statements, cells, faults, keep)
                space.rows += len(chunk.rows) + len(chunk.faults)
                progress(space.rows)
        with cursor.copy(COPY_STAGE) as copy:
            for block in cells.blocks():
                copy.write(block)
        if stager is not None:
            stager.copy()
        _copy_faults(faults)
    if space.rows >= WORTH_ANALYZING:
        raw_connection().execute("ANALYZE stage; ANALYZE problem")


def _make_chunk(
    space: TemplateSpace,
    maker: RowMaker,
    stager: groups.Stager | None,
    chunk: Chunk,
    statements: Any,
    cells: Cells,
    faults: Faults,
    keep: Keep | None,
) -> None:
    make, write, add = maker.make, statements.write, cells.add
    for unread in chunk.faults:
        code, words = row_fault(unread)
        if code == "record_length":
            words["variant"] = "of_template"
        faults.add(unread.row, (), [(code, None, unread.excerpt or None, words)])
        add(unread.row, 0, [storable(cell) or "" for cell in unread.cells])
    for number, row in zip(chunk.numbers, chunk.rows, strict=True):
        prepared, objects, told = make(number, row)
        if stager is not None:
            # Of a row that is at fault it must be known whom it is about: nobody loses a group by it (2.4).
            told = [*told, *stager.add(number, objects)]
        if told:
            faults.add(number, (), told)
        else:
            if keep is not None:
                keep(number, objects)
            for place, statement in enumerate(prepared):
                write(number, place, statement)
            space.made += len(prepared)
        add(number, 0 if told else len(prepared), row)


def _copy_faults(faults: Faults) -> None:
    with raw_connection().cursor() as cursor, cursor.copy(COPY_PROBLEMS) as copy:
        for row, _, problems in faults.stored():
            for place, (code, column, value, params) in enumerate(problems):
                copy.write_row((row, "error", column, code, storable(value), _json(params), place))


def _json(params: dict[str, Any]) -> str:
    """Words as the database can hold them: JSON of its kind has no NUL."""
    return json.dumps({name: storable(v) if isinstance(v, str) else v for name, v in params.items()})


__all__ = ["Fault", "copy_rows"]
