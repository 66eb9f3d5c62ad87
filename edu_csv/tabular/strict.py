"""Text read to the letter of RFC 4180, for formats that refuse what spreadsheets and people get away with.

What Python's csv module lets pass is found here: a double quote inside a cell without quotes round it, a line
break inside a cell, a carriage return without its line feed. Text without any of these, which is nearly all
text, costs two counts, and one ``split`` where it has quotes.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import chain

from edu_csv.tabular.faults import bare_quote, line_break, lone_return
from edu_csv.tabular.header import refuse_unfit
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.records import RecordReader
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch, RowFault

_LONE_RETURN = re.compile("\r(?!\n)")
_LINE_BREAK = re.compile("[\r\n]")


class StrictReader(RecordReader):
    """As ``RecordReader``, with lines that end by a line feed only, and faults for what it lets pass."""

    def _last_line_end(self, text: str) -> int:
        return text.rfind("\n") + 1

    def _first_line_end(self, text: str) -> int:
        end = text.find("\n")
        return len(text) if end < 0 else end

    def _lines(self, text: str) -> list[str]:
        return list(io.StringIO(text, newline="\n"))

    def _parse(self, text: str) -> tuple[Batch, int]:
        if self._is_plain(text):
            return super()._parse(text)
        batch = self._batch(text)
        return batch, self._parse_carefully(text, batch)

    def _is_plain(self, text: str) -> bool:
        """Whether the csv module reads the text as strictly as we do."""
        if text.count("\r") != text.count("\r\n"):
            return False
        if '"' not in text:
            return True
        # Outside and inside quotes in turn; an odd number of quotes leaves the last cell open.
        parts = text.split('"')
        return len(parts) % 2 == 1 and self._is_quoted_well(parts) and not _is_broken(parts)

    def _is_quoted_well(self, parts: list[str]) -> bool:
        """Whether quotes stand round whole cells. parts: text outside and inside of quotes in turn."""
        if len(parts) == 1:
            return True
        # An empty part between two quotes is a quote written twice.
        between = list(filter(None, parts[2:-1:2]))
        before, after = {self._delimiter, "\n"}, {self._delimiter, "\r", "\n"}
        ends = {part[-1] for part in (parts[0], *between) if part}
        begins = {part[0] for part in (*between, parts[-1]) if part}
        return ends <= before and begins <= after

    def _stray_quote(self, row: int, lines: list[str]) -> RowFault:
        self._refuse_lone_return(row, lines)
        return super()._stray_quote(row, lines)

    def _fault(self, row: int, lines: list[str], record: list[str]) -> RowFault | None:
        self._refuse_lone_return(row, lines)
        parts = "".join(lines).split('"')
        if not self._is_quoted_well(parts):
            cells = self._leniently(lines[0])
            column = next((at for at, cell in enumerate(cells) if '"' in cell), None)
            return bare_quote(row, cells, column, lines[0])
        for column, cell in enumerate(record):
            if _LINE_BREAK.search(cell):
                return line_break(row, record, column)
        return None

    def _skip_line(self, begins: int) -> Batch:
        # A file whose lines end by returns alone is one line to us.
        self._refuse_lone_return(self._number, [self._rest[begins:]])
        return super()._skip_line(begins)

    def _refuse_lone_return(self, row: int, lines: list[str]) -> None:
        text = "".join(lines)
        if "\r" in text and any(map(_LONE_RETURN.search, text.split('"')[::2])):
            raise lone_return(row, lines[0])

    def _leniently(self, text: str) -> list[str]:
        # What the csv module makes of returns is an error to it when lines end by line feeds alone.
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), [])


def _is_broken(parts: list[str]) -> bool:
    """Whether a cell in quotes has a line break."""
    return any(_LINE_BREAK.search(part) for part in parts[1::2])


def take_first_row(batches: RecordReader, limits: Limits) -> tuple[list[str], chain[Batch]]:
    """The header, which is the first row as it stands, and the batches of what follows it.

    Raises TableRefused when it cannot be one.
    """
    rest = iter(batches)
    first = next(rest, None)
    if first is None or (not first.broken.get(0) and not any(first.records[0])):
        raise TableRefused(
            "no_header",
            "Row 1 is blank, and should be the header.",
            "Begin the file with the header.",
            {"row": 1},
        )
    if fault := first.broken.get(0):
        raise TableRefused(
            "no_header",
            f"Row 1 should be the header, but cannot be read: found {fault.finding}.",
            fault.hint,
            {"row": 1, "fault": fault.code},
        )
    refuse_unfit(1, first.records[0], limits)
    return first.records[0], chain([first.without(1)], rest)
