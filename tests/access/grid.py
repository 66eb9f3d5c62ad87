"""Tables as they are written down: a row for each format, a column for each role."""

from __future__ import annotations

LETTERS = {"C": "create", "U": "update", "D": "delete"}


def read_grid(text: str) -> dict[tuple[str, str], str]:
    """(row, column) -> cell. The first line names the columns; no cell is blank."""
    head, *body = [line.split() for line in text.strip().splitlines()]
    cells: dict[tuple[str, str], str] = {}
    for name, *row in body:
        assert len(row) == len(head), f"{name}: {len(row)} cells for {len(head)} columns"
        for column, cell in zip(head, row, strict=True):
            assert (name, column) not in cells, f"{name} stands in the table twice"
            cells[name, column] = cell
    return cells


def actions(cell: str) -> set[str]:
    """ "CU" is {"create", "update"}, "-" is none."""
    return {LETTERS[letter] for letter in cell if letter != "-"}
