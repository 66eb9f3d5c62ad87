"""A column as a table of cells: what each means, and what is said of those that mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from psycopg.sql import SQL

from imports.formats.columns import Column
from imports.formats.wire import HEADER, TRAILER, row_start
from imports.problems import Problem
from imports.steps.workspace import fragment, names, raw_connection, typed

# ui.md section 8: never said.
UNSAID = ("invalid", "illegal", "please", "sorry", "oops", "error", "successfully", "!")


def sentence(column: Column, cell: str) -> str:
    """What a person reads about a cell that cannot be read."""
    fault = column.fault(cell)
    assert fault is not None, f"{cell!r} was read"
    code, params = fault
    return str(Problem(code, column.header, cell, params=params))


class ColumnContract:
    """column: under test. good: cells and their values. bad: cells and what is said of them.

    written: cells that exports write otherwise than they were; all others come out as they went in.
    """

    column: ClassVar[Column]
    good: ClassVar[Mapping[str, Any]]
    bad: ClassVar[Mapping[str, str]]
    written: ClassVar[Mapping[str, str]] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        for name, cells in (("good_cell", self.good), ("bad_cell", self.bad)):
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, cells, ids=[repr(cell)[:40] for cell in cells])

    def test_a_good_cell_means_its_value(self, good_cell: str) -> None:
        assert self.column.fault(good_cell) is None
        assert self.column.parse(good_cell) == self.good[good_cell]

    def test_of_a_bad_cell_is_said_how_to_mend_it(self, bad_cell: str) -> None:
        said = sentence(self.column, bad_cell)
        assert said == self.bad[bad_cell]
        assert said.endswith(".")
        assert not any(word in said.lower() for word in UNSAID)

    def test_what_is_read_is_what_is_stored_and_written(self, committed: None) -> None:
        self.column.__set_name__(type(self), "cell")
        stored, written = [], []
        with transaction.atomic():
            copy_cells(self.column, list(self.good))
            for value, text in _stored(self.column):
                stored.append(value)
                written.append(text)
        assert stored == list(self.good.values())
        assert written == [self.written.get(cell, cell) for cell in self.good]

    def test_a_blank_cell_is_stored_as_nothing(self, committed: None) -> None:
        self.column.__set_name__(type(self), "cell")
        with transaction.atomic():
            copy_cells(self.column, [""])
            [(value, written)] = _stored(self.column)
        assert value == ([] if self.column.is_list else self.column.default)
        assert written in (None, "")


def copy_cells(column: Column, cells: list[str]) -> None:
    """Cells by the way that an import stages them."""
    staged = [("place", "integer"), *column.staged]
    connection.ensure_connection()
    raw = raw_connection()
    raw.execute(SQL("CREATE TEMP TABLE cells ({}) ON COMMIT DROP").format(typed(staged)))
    columns = names([name for name, _ in staged])
    with (
        raw.cursor() as cursor,
        cursor.copy(SQL("COPY cells ({}) FROM STDIN (FORMAT binary)").format(columns)) as copy,
    ):
        copy.write(HEADER)
        for place, cell in enumerate(cells):
            number = (4).to_bytes(4) + place.to_bytes(4)
            copy.write(row_start(len(staged)) + number + column.wire(cell))
        copy.write(TRAILER)


def _stored(column: Column) -> list[tuple[Any, str | None]]:
    """(value, as exports write it) of each cell, in order."""
    source = f"v_{column.name}"
    query = SQL("SELECT {}, {} FROM cells ORDER BY place")
    return (
        raw_connection().execute(query.format(fragment(source), fragment(column.export(source)))).fetchall()
    )
