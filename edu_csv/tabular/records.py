"""Text taken apart into records by Python's csv module, in bounded memory.

The csv module reads lines and joins those inside quotes. Two things it cannot do are done here: it
would gather a whole file behind a quote that is never closed, and it tells neither where a record
began nor what to do after one it could not read. So it gets the text in parts that end at a line
end, strictly read: when it complains, the part is gone through again record by record, and what is
left of a record that goes on in the next part is put in front of that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from edu_csv.tabular.encodings import Piece
from edu_csv.tabular.faults import overlong_row, stray_quote, unclosed_quote
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch, RowFault


class RecordReader:
    """Iterates over the records of some text, in batches.

    Raises TableRefused for a quote that is not closed before the cell's limit or the file's end.
    """

    def __init__(self, pieces: Iterator[Piece], delimiter: str, limits: Limits) -> None:
        self._pieces = pieces
        self._delimiter = delimiter
        self._limits = limits
        self._number = 1
        self._rest = ""
        self._suspect = False
        # No text given to the csv module is longer than this, so its own limit, which is the whole
        # process's and 128 Ki characters at first, must only be out of the way.
        longest = 2 * (limits.record_chars + limits.cell_chars) + 2**20
        if csv.field_size_limit() < longest:
            csv.field_size_limit(longest)

    def __iter__(self) -> Iterator[Batch]:
        gathered: list[str] = []
        gathered_chars = 0
        for piece in self._pieces:
            gathered.append(piece.text)
            gathered_chars += len(piece.text)
            self._suspect |= piece.suspect
            # A long rest is gone through again only when as much has come: not in squared time.
            if gathered_chars >= min(len(self._rest), self._limits.record_chars):
                yield from self._take("".join([self._rest, *gathered]))
                gathered, gathered_chars = [], 0
        text = "".join([self._rest, *gathered])
        batch, used = self._parse(text)
        yield from self._hand_out(batch)
        if used < len(text):
            raise self._unclosed_quote(text[used:])

    def _take(self, text: str) -> Iterator[Batch]:
        """Hand out the whole records of ``text``; keep the rest."""
        end = self._last_line_end(text)
        if end == 0:
            self._rest = text
        else:
            batch, used = self._parse(text[:end])
            yield from self._hand_out(batch)
            if end - used > self._limits.cell_chars:
                self._refuse_open_cell(text[used:end])
            self._rest = text[used:]
            end -= used
        if len(self._rest) - end > self._limits.record_chars:
            yield self._skip_line(end)
        if not self._rest:
            self._suspect = False

    def _last_line_end(self, text: str) -> int:
        # A return at the very end may be followed by its line feed.
        return max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1

    def _hand_out(self, batch: Batch) -> Iterator[Batch]:
        self._number += len(batch.records)
        if batch.records:
            yield batch

    def _parse(self, text: str) -> tuple[Batch, int]:
        """The records of ``text``, and how many characters they took: fewer than all when its last
        record's quote is still open."""
        batch = self._batch(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True)
        try:
            batch.records.extend(reader)
        except csv.Error:
            batch.records.clear()
            return batch, self._parse_carefully(text, batch)
        return batch, len(text)

    def _batch(self, text: str) -> Batch:
        return Batch(self._number, [], len(text), {}, self._suspect, len(text) > self._limits.cell_chars)

    def _parse_carefully(self, text: str, batch: Batch) -> int:
        """As ``_parse``, record by record, so that a fault costs its first line only.

        A fault is text after a closing quote. Often the quote was opened by mistake lines before,
        so reading goes on at the second line of the record, not behind the fault.
        """
        lines = self._lines(text)
        feed = _LineFeed(lines)
        reader = csv.reader(feed, delimiter=self._delimiter, strict=True)
        used = begun = 0
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return len(text)
            except csv.Error:
                if feed.exhausted:
                    return used
                fault: RowFault | None = self._stray_quote(batch.following, lines[begun : feed.next_line])
                feed.next_line = begun + 1
                record = []
            else:
                fault = self._fault(batch.following, lines[begun : feed.next_line], record)
                if fault and fault.code == "bare_quote":
                    feed.next_line = begun + 1
            if fault:
                batch.broken[len(batch.records)] = fault
            batch.records.append(record)
            used += sum(map(len, lines[begun : feed.next_line]))
            begun = feed.next_line

    def _lines(self, text: str) -> list[str]:
        return list(io.StringIO(text, newline=""))

    def _stray_quote(self, row: int, lines: list[str]) -> RowFault:
        """The fault of a record that begins with these lines, and whose quotes nobody can follow."""
        return stray_quote(row, self._leniently(lines[0]), lines[0])

    def _fault(self, row: int, lines: list[str], record: list[str]) -> RowFault | None:  # others do
        """What is wrong with a record that can be read."""
        return None

    def _leniently(self, text: str) -> list[str]:
        """The cells of one record, read as well as it can be."""
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), [])

    def _refuse_open_cell(self, text: str) -> None:
        """Raise TableRefused when the record that is still open is longer than may be."""
        cell = self._leniently(text)[-1]
        if len(cell) > self._limits.cell_chars or len(text) > self._limits.record_chars:
            raise self._unclosed_quote(text)

    def _unclosed_quote(self, text: str) -> TableRefused:
        cells = self._leniently(text)
        return unclosed_quote(self._number, len(cells) - 1, cells[-1])

    def _skip_line(self, begins: int) -> Batch:
        """Give up a line longer than any row may be, and go on behind its end.

        begins: where it does in the rest; what stands before is the open record it belongs to.
        """
        head, self._rest = self._rest, ""
        quotes = head.count('"')
        row, self._number = self._number, self._number + 1
        for piece in self._pieces:
            self._suspect |= piece.suspect
            end = self._first_line_end(piece.text)
            quotes += piece.text.count('"', 0, end)
            if end < len(piece.text):
                self._rest = self._without_line_end(piece.text[end:])
                break
        cells = self._leniently(head)
        if begins or quotes % 2:
            raise unclosed_quote(row, len(cells) - 1, cells[-1])
        return Batch(row, [[]], len(head), {0: overlong_row(row, cells, self._limits)})

    def _first_line_end(self, text: str) -> int:
        """Where the first line of ``text`` ends; its length when it goes on."""
        ends = [end for end in (text.find("\n"), text.find("\r")) if end >= 0]
        return min(ends, default=len(text))

    def _without_line_end(self, text: str) -> str:
        if text == "\r" and (piece := next(self._pieces, None)):
            self._suspect |= piece.suspect
            text += piece.text
        return text[2:] if text.startswith("\r\n") else text[1:]


class _LineFeed:
    """Hands lines to a csv reader and may be set back; ``exhausted`` once the reader wanted more."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.next_line = 0
        self.exhausted = False

    def __iter__(self) -> _LineFeed:
        return self

    def __next__(self) -> str:
        if self.next_line >= len(self._lines):
            self.exhausted = True
            raise StopIteration
        self.next_line += 1
        return self._lines[self.next_line - 1]
