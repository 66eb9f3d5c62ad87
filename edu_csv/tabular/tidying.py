"""Records compared with the header: good rows of its width, faults, blank rows.

Most parts of most files are in order, and for them no Python code runs per row: the widths go
through ``set(map(len, ...))``, blank rows are excluded by their first cell, and nobody looks for
undecodable bytes where none were met. Everything else takes the careful way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Literal

from edu_csv.tabular.faults import (
    empty_row,
    overlong_cell,
    overlong_row,
    presentable,
    ragged_row,
    unclosed_quote,
    undecodable,
    unreadable_cell,
)
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch, Chunk, RowFault

FewerCells = Literal["blank", "fill", "fault"]
BadBytes = Literal["row", "file"]
BlankRows = Literal["skip", "fault"]

CHUNK_CHARS = 2**21
"""A chunk of wide rows ends earlier, or its size in memory would be anyone's choice."""


class Tidier:
    """Turns batches of records into chunks for one header.

    width: cells of the header. header_row: its number.
    fewer_cells: ``blank`` fills rows up and drops blank cells beyond the header; ``fill`` fills them up and drops
    nothing; with ``fault`` the number of cells must be the header's.
    blank_rows: ``fault`` makes one of each row without a cell that holds anything, be it a blank.
    """

    def __init__(
        self,
        *,
        width: int,
        header_row: int,
        encoding: str,
        limits: Limits,
        fewer_cells: FewerCells,
        bad_bytes: BadBytes,
        blank_rows: BlankRows = "skip",
    ) -> None:
        self._width = width
        self._header_row = header_row
        self._encoding = encoding
        self._limits = limits
        self._fills = fewer_cells != "fault"
        self._drops = fewer_cells == "blank"
        self._refuse_bad_bytes = bad_bytes == "file"
        self._blanks_are_faults = blank_rows == "fault"
        self._blank_rows = 0

    def chunks(self, batches: Iterable[Batch], size: int) -> Iterator[Chunk]:
        """All rows of the batches, in chunks of at most ``size``; the last may be any smaller."""
        waiting = _Waiting()
        try:
            for batch in batches:
                self._refuse_too_many(batch)
                at, total = 0, len(batch.records)
                while at < total:
                    end = min(total, at + size - waiting.seen)
                    blanks = waiting.blank_rows
                    self._tidy(batch, at, end, waiting)
                    self._refuse_many_blanks(batch.first + at, end - at, waiting.blank_rows - blanks)
                    waiting.seen += end - at
                    waiting.chars += batch.chars * (end - at) // total
                    if waiting.seen >= size or waiting.chars >= CHUNK_CHARS:
                        yield waiting.chunk()
                        waiting = _Waiting()
                    at = end
        except TableRefused:
            # What came before is still of use to whoever shows the file.
            if waiting.seen:
                yield waiting.chunk()
            raise
        if waiting.seen:
            yield waiting.chunk()

    def _refuse_too_many(self, batch: Batch) -> None:
        last = batch.first + len(batch.records) - 1
        if last - self._header_row > self._limits.rows:
            raise TableRefused(
                "too_many_rows",
                f"The file has more than {self._limits.rows} rows.",
                "Split it into several files.",
                {"limit": self._limits.rows},
            )

    def _refuse_many_blanks(self, first: int, rows: int, blanks: int) -> None:
        """Refuse line breaks without end: packed, a million of them are a few kilobytes to send."""
        if blanks < rows:
            self._blank_rows = 0
            return
        self._blank_rows += rows
        if self._blank_rows > self._limits.blank_rows:
            begun = first + rows - self._blank_rows
            raise TableRefused(
                "too_many_blank_rows",
                f"From row {begun:,} on, more than {self._limits.blank_rows:,} rows hold no text.",
                "Delete the blank rows, and send the file again.",
                {"row": begun, "limit": self._limits.blank_rows},
            )

    def _tidy(self, batch: Batch, start: int, end: int, waiting: _Waiting) -> None:
        whole = start == 0 and end == len(batch.records)
        records = batch.records if whole else batch.records[start:end]
        first = batch.first + start
        if batch.suspect or batch.long or batch.broken or set(map(len, records)) != {self._width}:
            self._tidy_carefully(batch, records, start, waiting)
        elif self._blanks_are_faults:
            if all(map(any, records)):
                waiting.add(range(first, first + len(records)), records)
            else:
                self._tidy_carefully(batch, records, start, waiting)
        elif all(map(str.strip, map(itemgetter(0), records))):
            waiting.add(range(first, first + len(records)), records)
        else:
            blank = {row for row, record in enumerate(records, first) if not any(map(str.strip, record))}
            if blank:
                waiting.blanks.extend(sorted(blank))
                numbers = [row for row in range(first, first + len(records)) if row not in blank]
                records = [records[row - first] for row in numbers]
                waiting.add(numbers, records)
            else:
                waiting.add(range(first, first + len(records)), records)

    def _tidy_carefully(self, batch: Batch, records: list[list[str]], start: int, waiting: _Waiting) -> None:
        numbers: list[int] = []
        good: list[list[str]] = []
        for index, record in enumerate(records, start):
            row = batch.first + index
            fault = batch.broken.get(index)
            if fault is None and self._is_blank(record):
                if not self._blanks_are_faults:
                    waiting.blanks.append(row)
                    continue
                waiting.empty += 1
                fault = empty_row(row, record)
            if batch.suspect:
                fault = self._unreadable(row, record if fault is None else fault.cells) or fault
            if fault is None and batch.long:
                fault = self._overlong(row, record)
            if fault is None:
                fault = self._fit(row, record)
            if fault is None:
                numbers.append(row)
                good.append(record)
            else:
                waiting.faults.append(presentable(fault, self._limits))
        waiting.add(numbers, good)

    def _is_blank(self, record: list[str]) -> bool:
        # Where nothing is trimmed, a blank in a cell is a value.
        return not any(record if self._blanks_are_faults else map(str.strip, record))

    def _unreadable(self, row: int, cells: list[str]) -> RowFault | None:
        fault = unreadable_cell(row, cells)
        if fault and fault.code == "bad_bytes" and self._refuse_bad_bytes:
            raise undecodable(fault, self._encoding)
        return fault

    def _overlong(self, row: int, record: list[str]) -> RowFault | None:
        for column, cell in enumerate(record):
            if len(cell) > self._limits.cell_chars:
                if "\n" in cell or "\r" in cell:
                    # As if it had not been closed: whether it was must not depend on what follows.
                    raise unclosed_quote(row, column, cell)
                return overlong_cell(row, record, column, self._limits)
        if sum(map(len, record)) + len(record) > self._limits.record_chars:
            return overlong_row(row, record, self._limits)
        return None

    def _fit(self, row: int, record: list[str]) -> RowFault | None:
        """Make the record as wide as the header, if it may be."""
        found = len(record)
        if found < self._width and self._fills:
            record.extend([""] * (self._width - found))
        elif found > self._width and self._drops and not any(map(str.strip, record[self._width :])):
            del record[self._width :]
        elif found != self._width:
            return ragged_row(row, record, found, self._width)
        return None


class _Waiting:
    """The chunk being filled.

    seen: rows of any kind in it. chars: text they were made of. empty: blank ones that are faults.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.chars = 0
        self.empty = 0
        self.faults: list[RowFault] = []
        self.blanks: list[int] = []
        self._rows: list[list[str]] = []
        self._numbers: list[Sequence[int]] = []

    @property
    def blank_rows(self) -> int:
        return len(self.blanks) + self.empty

    def add(self, numbers: Sequence[int], rows: list[list[str]]) -> None:
        self._numbers.append(numbers)
        if self._rows:
            self._rows.extend(rows)
        else:
            self._rows = rows

    def chunk(self) -> Chunk:
        return Chunk(_joined(self._numbers), self._rows, self.faults, self.blanks)


def _joined(parts: list[Sequence[int]]) -> Sequence[int]:
    """Row numbers one after the other; a range when they follow without a gap."""
    parts = [part for part in parts if part]
    if not parts:
        return range(0)
    first, last = parts[0][0], parts[-1][-1]
    if last - first + 1 == sum(map(len, parts)):
        return range(first, last + 1)
    return list(chain.from_iterable(parts))
