"""Secret cells, such as passwords: nobody below sees them, and nothing of ours keeps them (design section 11).

People in the roster are no log-ins. So the cells of secret columns are emptied as rows are read; and of a row that
cannot be read as one, all that may be part of such a cell is taken out: where it stands is anybody's guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from edu_csv.tabular import Chunk, RowFault
from imports.formats.columns import Column
from imports.formats.feed import Layout

# What stands for something that could not be kept, here as in the reader.
LOST = "\ufffd"
CUT = "…"


def secret_places(layout: type[Layout], places: Mapping[Column, int]) -> list[int]:
    """Where the cells of a layout's secret columns stand in a file."""
    found = [places.get(layout.column(name)) for name in layout.secret]
    return sorted(place for place in found if place is not None)


class Hider:
    """Empties secret cells. filled: how many it has met; those of rows that cannot be read count as one each.

    places: of the secret cells, ascending, at least one. width: cells of the header.
    """

    def __init__(self, places: Sequence[int], width: int) -> None:
        self._places = places
        self._width = width
        self.filled = 0

    def chunks(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The same chunks, rows changed in their place."""
        for chunk in chunks:
            for row in chunk.rows:
                for place in self._places:
                    if row[place]:
                        self.filled += 1
                        row[place] = ""
            hidden = replace(chunk, faults=[self._hidden(fault) for fault in chunk.faults])
            yield hidden if all(map(any, chunk.rows)) else _without_empty(hidden)

    def _hidden(self, fault: RowFault) -> RowFault:
        """The fault without anything that may belong to a secret cell."""
        cells = self._without_secrets(fault)
        is_same = cells == fault.cells
        if not is_same:
            self.filled += 1
        if fault.code in ("ragged_row", "empty_row"):
            return replace(fault, cells=cells)
        at = fault.column
        # What is shown of the fault is a piece of its cell, or of the whole line.
        is_told = (
            at is not None and at < len(cells) and cells[at] == fault.cells[at] and at not in self._places
        )
        return replace(fault, cells=cells, excerpt=fault.excerpt if is_told else CUT)

    def _without_secrets(self, fault: RowFault) -> list[str]:
        cells = list(fault.cells)
        first = self._first_unsure(fault)
        for place, cell in enumerate(cells):
            if place >= first and cell:
                cells[place] = LOST
        if first >= len(cells) == self._width:
            for place in self._places:
                cells[place] = ""
        return cells

    def _first_unsure(self, fault: RowFault) -> int:
        """From which cell on a secret may stand. More than there are: cells stand where they should."""
        if fault.code == "empty_row":
            return len(fault.cells) + 1
        if fault.code in ("stray_quote", "bare_quote", "row_too_long"):
            # Nobody knows which commas part cells.
            return 0
        if fault.code == "line_break":
            # It may have swallowed rows, and these have secrets of their own.
            broken = next((at for at, cell in enumerate(fault.cells) if "\n" in cell or "\r" in cell), 0)
            return min(self._places[0], broken) if len(fault.cells) == self._width else 0
        # Cells that lack have all others move to the left; those too many, to the right.
        first = max(0, self._places[0] - max(0, self._width - len(fault.cells)))
        return len(fault.cells) + 1 if len(fault.cells) == self._width else first


def _without_empty(chunk: Chunk) -> Chunk:
    """The chunk with rows that held nothing but secrets as what they are now: blank ones."""
    numbered = list(zip(chunk.numbers, chunk.rows, strict=True))
    good = [(number, row) for number, row in numbered if any(row)]
    blank = [RowFault(number, "empty_row", row) for number, row in numbered if not any(row)]
    faults = sorted([*chunk.faults, *blank], key=lambda fault: fault.row)
    return Chunk([number for number, _ in good], [row for _, row in good], faults, chunk.blanks)
