"""Slices: a statement that writes very many rows is several, each for a range of rows.

A foreign key queues 24 bytes for each row that a statement writes, in the server's memory and until the
statement ends: the one thing that would grow with the file (design section 4).
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.steps.workspace import Session

# Of the file, and so at most as many that are written: a row changes one object of a kind with foreign keys.
MOST_ROWS = 1_000_000

LAST_ROW = SQL("SELECT max({row}) FROM {table}")
# Each slice reads its own part, and not the whole table again. Rows lie there about as in the file.
IN_ORDER = SQL("CREATE INDEX ON {table} USING brin ({row})")


def by_rows(space: Session, rows: int, row: Composable, *, table: str, column: str) -> Iterator[Composable]:
    """Conditions over ``row`` that together hold once for each row: TRUE alone when there are few.

    rows: how many there are at most. row: SQL of a row's number. table, column: where it stands.
    """
    if rows <= MOST_ROWS:
        yield SQL("TRUE")
        return
    where = {"table": Identifier(table), "row": Identifier(column)}
    space.run(IN_ORDER.format(**where))
    [(last,)] = space.fetch(LAST_ROW.format(**where))
    for first in range(0, (last or 0) + 1, MOST_ROWS):
        yield SQL("{row} >= {first} AND {row} < {next}").format(
            row=row, first=Literal(first), next=Literal(first + MOST_ROWS)
        )
