"""One sheet as a stream of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edu_csv.tabular.faults import overlong_cell, overlong_row
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.rows import Batch, RowFault
from edu_csv.tabular.spreadsheet.markup import Attributes, LocalNames, corrupt_spreadsheet, parse
from edu_csv.tabular.spreadsheet.strings import SharedStrings
from edu_csv.tabular.spreadsheet.values import (
    GENERAL,
    NumberFormat,
    iso_text,
    number_text,
    unescaped,
)
from edu_csv.tabular.streams import GuardedStream

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_FORMULA_CHARS = 80
_NO_ATTRIBUTES: Attributes = {}


class SheetReader:
    """Iterates over a sheet's rows in batches; rows that the sheet leaves out come as blank ones.

    Blank rows behind the last one with text are left out: a sheet may be formatted to its end.
    """

    def __init__(
        self,
        part: GuardedStream,
        name: str,
        *,
        strings: SharedStrings,
        formats: Mapping[int, NumberFormat],
        since_1904: bool,
        limits: Limits,
    ) -> None:
        self._part = part
        self._name = name
        self._strings = strings
        self._formats = formats
        self._since_1904 = since_1904
        self._limits = limits
        self._names = LocalNames()
        self._columns = _ColumnNumbers()
        # What is being read: the row, its cells so far, its last cell.
        self._row = 0
        self._cells: list[str] = []
        self._fault: RowFault | None = None
        self._chars = 0
        self._column = -1
        self._attributes = _NO_ATTRIBUTES
        self._value = ""
        self._formula = ""
        self._inside = ""
        self._reading = False
        # What is ready to be handed out, and the number of the row that comes next in it.
        self._batch = Batch(1, [], 0)
        self._next = 1

    def __iter__(self) -> Iterator[Batch]:
        for _ in parse(self._part, self._name, start=self._start, end=self._end, text=self._text):
            if self._batch.records:
                batch, self._batch = self._batch, Batch(self._next, [], 0)
                yield batch

    # What expat calls, element by element: some five times per cell, hence few calls further down.

    def _start(self, tag: str, attributes: Attributes) -> None:
        tag = self._names[tag]
        if tag == "c":
            self._attributes = attributes
            self._value = self._formula = ""
        elif tag == "v" or (tag == "t" and not self._reading):
            self._inside = "v"
        elif tag == "f":
            self._inside = "f"
            self._formula = "="
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._reading = True

    def _text(self, text: str) -> None:
        if self._inside == "v":
            # One character past the limit is kept, for that is what makes the cell a fault.
            self._value += text[: self._limits.cell_chars + 1 - len(self._value)]
        elif self._inside == "f":
            self._formula += text[: _FORMULA_CHARS - len(self._formula)]

    def _end(self, tag: str) -> None:
        self._inside = ""
        tag = self._names[tag]
        if tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self._reading = False

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        row = self._row + 1
        if number is not None:
            row = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
        if not self._row < row <= LAST_ROW:
            raise corrupt_spreadsheet(self._name, f"row {str(number)[:20]!r} after row {self._row}")
        self._row = row
        self._cells = []
        self._fault = None
        self._chars = 0
        self._column = -1

    def _end_cell(self) -> None:
        reference = self._attributes.get("r")
        column = self._column + 1 if reference is None else self._columns[reference.rstrip("0123456789")]
        if not 0 <= column < LAST_COLUMN:
            raise corrupt_spreadsheet(self._name, f"a cell {str(reference)[:20]!r} in row {self._row}")
        self._column = column
        if self._value:
            text = self._shown(self._value, self._attributes.get("t", "n"))
            if text:
                self._put(column, text)
        elif self._formula and self._attributes.get("t") != "str":
            self._fault = self._fault or RowFault(
                self._row, "formula_without_value", self._cells, column, excerpt=self._formula
            )

    def _shown(self, raw: str, kind: str) -> str:
        if kind == "s":
            return self._strings.text(raw)
        if kind == "n":
            style = self._style()
            if style is GENERAL and raw.isdigit():
                return raw
            return number_text(raw.strip(), style, since_1904=self._since_1904)
        if kind == "b":
            return "TRUE" if raw.strip() in ("1", "true") else "FALSE"
        if kind == "d":
            return iso_text(raw.strip())
        if kind == "e":
            return raw
        text = unescaped(raw)
        self._batch.suspect |= text is not raw
        return text

    def _style(self) -> NumberFormat:
        number = self._attributes.get("s")
        if number is None or not (number.isascii() and number.isdigit() and len(number) < 8):
            return GENERAL
        return self._formats.get(int(number), GENERAL)

    def _put(self, column: int, text: str) -> None:
        cells = self._cells
        # A cell beyond what a header may have only counts: padding up to it would take memory.
        column = min(column, self._limits.columns)
        self._chars += len(text)
        if self._chars > self._limits.record_chars:
            self._fault = self._fault or overlong_row(self._row, cells, self._limits)
            return
        if column >= len(cells):
            cells.extend([""] * (column - len(cells)))
            cells.append(text)
        else:
            cells[column] = text
        if len(text) > self._limits.cell_chars:
            self._fault = self._fault or overlong_cell(self._row, cells, column, self._limits)

    def _end_row(self) -> None:
        if not self._cells and self._fault is None:
            return
        batch = self._batch
        # The rows that were left out; one blank record stands for all of them.
        batch.records.extend([[]] * (self._row - self._next))
        if self._fault is not None:
            batch.broken[len(batch.records)] = self._fault
        batch.records.append(self._cells)
        batch.chars += self._chars + len(self._cells)
        batch.suspect |= self._strings.suspect
        self._next = self._row + 1


class _ColumnNumbers(dict[str, int]):
    """The index of a column from its letters; -1 for none."""

    def __missing__(self, letters: str) -> int:
        index = 0
        for letter in letters:
            if not "A" <= letter <= "Z" or index > LAST_COLUMN:
                return -1
            index = index * 26 + ord(letter) - 64
        if index <= LAST_COLUMN:
            self[letters] = index - 1
        return index - 1
