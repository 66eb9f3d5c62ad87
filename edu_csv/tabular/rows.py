"""What the reader hands out: chunks of good rows, and the faults of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

EXCERPT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the whole file that its sender should know, but that stops nothing."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The note as a sentence."""
        words = dict(self.params)
        if self.code == "header_repaired":
            words["cells"] = ", ".join(f"“{cell['was']}” is now “{cell['now']}”" for cell in words["cells"])
        if self.code == "other_sheets":
            words["others"] = ", ".join(words["others"])
        return _NOTES[self.code].format(**words)


_NOTES = {
    "encoding_mark_wins": "The file says by its mark that it is in {found}, so it was not read as {asked}.",
    "header_repaired": "Invisible letters were removed from the header: {cells}.",
    "looks_like_windows_1252": (
        "{bad} of the first {rows} rows are not UTF-8, but make sense as Windows-1252, such as “{sample}”."
        " Choose that encoding, or save the file as “CSV UTF-8”."
    ),
    "other_sheets": "Only the sheet “{read}” is read; the workbook has others: {others}.",
}
_NOTES["may_be_windows_1252"] = _NOTES["looks_like_windows_1252"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that could not be read as one; it costs this row and no other.

    row: as a spreadsheet numbers it.
    code: ``ragged_row``, ``bad_bytes``, ``nul_byte``, ``cell_too_long``, ``row_too_long``,
        ``stray_quote`` or ``formula_without_value``; of files that are read strictly also ``bare_quote``,
        ``line_break`` and ``empty_row``.
    cells: the row as far as it could be read, fit to be written into a file again: U+FFFD stands
        for bytes and characters that cannot be, and a long cell is cut.
    column: index of the cell at fault, from 0; None when it is the row's.
    found, expected: number of cells of a ragged row; characters of a long cell or row, and the
        limit it passed.
    excerpt: the place of the fault, at most 80 characters, bytes written as ``\\xe9``.
    """

    row: int
    code: str
    cells: list[str]
    column: int | None = None
    found: int | None = None
    expected: int | None = None
    excerpt: str = ""

    @property
    def expectation(self) -> str:
        """Finishes the sentence "expected …"."""
        return _WORDS[self.code][0].format(expected=self.expected, s="" if self.expected == 1 else "s")

    @property
    def finding(self) -> str:
        """Finishes the sentence "found …"."""
        return _WORDS[self.code][1].format(
            found=self.found, excerpt=self.excerpt, s="" if self.found == 1 else "s"
        )

    @property
    def hint(self) -> str:
        """How to mend it, a whole sentence."""
        return _WORDS[self.code][2]

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, for a place that names the row itself."""
        return f"Expected {self.expectation}, found {self.finding}. {self.hint}"

    def __str__(self) -> str:
        where = f"Row {self.row}" if self.column is None else f"Row {self.row}, column {self.column + 1}"
        return f"{where}: expected {self.expectation}, found {self.finding}. {self.hint}"


_WORDS = {
    "ragged_row": (
        "{expected} cell{s}, as many as the header has",
        "{found} cell{s}",
        "Put a cell that contains the delimiter into double quotes, or complete the row.",
    ),
    "bad_bytes": (
        "text in the file's encoding",
        "bytes that are not: {excerpt}",
        'Save the file as "CSV UTF-8", or choose the encoding it was saved in.',
    ),
    "nul_byte": (
        "text",
        "a NUL character: {excerpt}",
        "Remove the character, or write the file again from its source.",
    ),
    "cell_too_long": (
        "at most {expected} characters in a cell",
        "{found}: {excerpt}",
        "Shorten the cell; if it has swallowed other cells, close its double quotes.",
    ),
    "row_too_long": (
        "at most {expected} characters in a row",
        "more: {excerpt}",
        "Shorten the row; if it has swallowed other rows, check the line ends.",
    ),
    "stray_quote": (
        "a delimiter or the end of the row after a closing double quote",
        "other text: {excerpt}",
        "Write a double quote that belongs to the text twice, and close every quoted cell.",
    ),
    "bare_quote": (
        "double quotes round the whole of a cell that holds one",
        "one inside a cell without them: {excerpt}",
        "Put the cell into double quotes and write each double quote in it twice.",
    ),
    "line_break": (
        "a cell on one line",
        "a line break: {excerpt}",
        "Take the line break out of the cell; if it has swallowed other rows, close its double quotes.",
    ),
    "empty_row": (
        "a row with text in it",
        "a blank one",
        "Delete the line; nothing but the end of the last row may stand at the end of the file.",
    ),
    "formula_without_value": (
        "a value",
        "a formula whose result is not stored: {excerpt}",
        "Open the file in a spreadsheet program, let it calculate, and save it; or send values.",
    ),
}

FAULT_CODES = frozenset(_WORDS)
NOTE_CODES = frozenset(_NOTES)


@dataclass(slots=True)
class Chunk:
    """Some rows of the file, in its order.

    rows: the good ones, each exactly as wide as the header. ``numbers[i]`` is the row number of
    ``rows[i]``: the first row of the file is 1, blank rows count, and a quoted line break does not
    begin a new row. faults: rows that could not be read. blanks: numbers of rows without any text.
    """

    numbers: Sequence[int]
    rows: list[list[str]]
    faults: list[RowFault]
    blanks: list[int]


@dataclass(slots=True)
class Batch:
    """Records just taken apart, before anyone compared them with the header.

    first: row number of ``records[0]``; the others follow without a gap.
    chars: text they were made of, a measure of their memory.
    broken: faults already known, by index; the record at that index is to be ignored.
    suspect: a record may hold undecodable bytes or NUL. long: a cell may be past its limit.
    """

    first: int
    records: list[list[str]]
    chars: int
    broken: dict[int, RowFault] = field(default_factory=dict)
    suspect: bool = False
    long: bool = False

    @property
    def following(self) -> int:
        """The row number of the next record to come in."""
        return self.first + len(self.records)

    def without(self, gone: int) -> Batch:
        """What follows the first records."""
        broken = {at - gone: fault for at, fault in self.broken.items() if at >= gone}
        return replace(self, first=self.first + gone, records=self.records[gone:], broken=broken)
