"""A strictly read file written again without its secrets, so that it is read as before."""

from __future__ import annotations

import csv
import io
from heapq import merge
from typing import IO, Any

from edu_csv.tabular import BYTE_ORDER_MARK, Chunk, Limits, RowFault, Table, TableRefused
from imports.steps.secrets import LOST, Hider

# What makes a file be refused again where it was, by the reader's word for it; bad bytes will do for others.
POISON = {"bad_encoding": b"\xff\n", "unclosed_quote": b'"\n', "lone_return": b"\r.\n"}
EMPTIED = POISON["bad_encoding"]


def rewrite(table: Table, hider: Hider, into: IO[bytes], limits: Limits) -> bool:
    """Write what can be read of the table without its secrets; whether it was cut, being refused in its middle."""
    ending = write_header(table, into)
    text = io.TextIOWrapper(into, encoding="utf-8", newline="", write_through=False)
    rows = _Rows(text, ending, limits)
    written = 1
    refused = None
    try:
        for chunk in hider.chunks(table.chunks()):
            written = rows.write(chunk) or written
    except TableRefused as refusal:
        refused = refusal
    finally:
        text.flush()
        text.detach()
    if refused is None:
        return False
    into.write(poison(refused, ending.encode(), written))
    return True


def write_header(table: Table, into: IO[bytes]) -> str:
    """Write the header as it stood; the end of lines to use from there on."""
    ending = "\n" if table.line_ends == "lf" else "\r\n"
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator=ending).writerow(table.header)
    into.write((BYTE_ORDER_MARK if table.encoding == "utf-8-sig" else b"") + line.getvalue().encode())
    return ending


def poison(refused: TableRefused, ending: bytes = b"\n", written: int = 0) -> bytes:
    """What makes a file of so many rows be refused again, in the same row, so that the words are the same."""
    blank = max(0, int(refused.params.get("row") or 0) - written - 1)
    return ending * blank + POISON.get(refused.code, EMPTIED)


class _Rows:
    """Writes rows and faults in the order of their numbers."""

    def __init__(self, text: io.TextIOWrapper, ending: str, limits: Limits) -> None:
        self._text, self._ending, self._limits = text, ending, limits
        self.writer = csv.writer(text, lineterminator=ending)

    def write(self, chunk: Chunk) -> int:
        """The last row number of the chunk; 0 when it has no rows."""
        if not chunk.faults:
            self.writer.writerows(chunk.rows)
            return chunk.numbers[-1] if chunk.numbers else 0
        good: list[tuple[int, Any]] = list(zip(chunk.numbers, chunk.rows, strict=True))
        bad: list[tuple[int, Any]] = [(fault.row, fault) for fault in chunk.faults]
        last = 0
        for last, row in merge(good, bad, key=lambda each: each[0]):  # noqa: B007  # the last one is wanted
            if isinstance(row, RowFault):
                self._write_fault(row)
            else:
                self.writer.writerow(row)
        return last

    def _write_fault(self, fault: RowFault) -> None:
        """A row that cannot be read for the same reason."""
        if fault.code == "stray_quote":
            self._text.write(f'""{LOST}{self._ending}')
        elif fault.code == "bare_quote":
            self._text.write(f'{LOST}"{LOST}{self._ending}')
        elif fault.code == "empty_row":
            self._text.write("," * (len(fault.cells) - 1) + self._ending)
        elif fault.code == "row_too_long":
            cell = "x" * self._limits.cell_chars
            count = self._limits.record_chars // len(cell) + 1
            self.writer.writerow([cell] * count)
        else:
            self.writer.writerow(self._faulty(fault))

    def _faulty(self, fault: RowFault) -> list[str]:
        cells = list(fault.cells)
        at = fault.column
        if at is not None and fault.code == "line_break":
            cells[at] = "\n"
        elif at is not None and fault.code == "nul_byte":
            # Among letters: a file full of NUL is taken for none.
            cells[at] = f"{LOST * 20}\0"
        elif at is not None and fault.code == "cell_too_long":
            cells[at] = "x" * (self._limits.cell_chars + 1)
        return cells
