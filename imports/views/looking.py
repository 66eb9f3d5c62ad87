"""Looking into an upload: its first rows, read as the person says, and what they tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from edu_csv import storage
from edu_csv.tabular import Chunk, Limits, Note, TableRefused, open_table
from imports.formats.base import Format
from imports.formats.headers import Match, match, score
from imports.formats.registry import candidates
from imports.problems import FileRejected

LOOKED_AT_ROWS = 1_000
DIFFERENT_VALUES = 3
LONGEST_VALUE = 40


@dataclass(slots=True)
class Choices:
    """What the person says about the file; blank: what we see. As in the address of the page."""

    format_key: str = ""
    action: str = ""
    encoding: str = ""
    delimiter: str = ""


@dataclass
class Look:
    """The beginning of a file. rows: the first good ones, at most ``LOOKED_AT_ROWS``.

    is_whole: there are no more rows. bad_rows: rows among them that could not be read. refused: why the
    file cannot be read at all, as a sentence; then nothing else is known.
    """

    header: list[str] = field(default_factory=list)
    header_row: int = 1
    rows: list[list[str]] = field(default_factory=list)
    bad_rows: int = 0
    is_whole: bool = False
    kind: str = "csv"
    packing: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    notes: Sequence[Note] = ()
    refused: str = ""

    @cached_property
    def columns(self) -> list[list[str]]:
        """The cells of each column of the file, trimmed; as many lists as the header has names."""
        return [[row[place].strip() for row in self.rows] for place in range(len(self.header))]

    def samples(self, place: int) -> list[str]:
        """Up to three different values of a column, blank ones left out."""
        found = list(dict.fromkeys(cell for cell in self.columns[place] if cell))[:DIFFERENT_VALUES]
        return [shortened(cell) for cell in found]

    def texts(self, place: int) -> list[str]:
        """The different values of a column."""
        return list(dict.fromkeys(cell for cell in self.columns[place] if cell))

    @property
    def row_count(self) -> int:
        return len(self.rows) + self.bad_rows


def shortened(cell: str) -> str:
    """Enough of a cell to recognise it."""
    return cell if len(cell) <= LONGEST_VALUE else f"{cell[: LONGEST_VALUE - 1]}…"


def look_into(key: str, file_name: str, choices: Choices) -> Look:
    """Read the first rows of a stored file. What cannot be read comes as ``refused``, never as an error."""
    try:
        with storage.open_file(key) as stream:
            limits = Limits(unpacked_bytes=settings.MAX_UNPACKED_BYTES, rows=settings.MAX_ROWS)
            table = open_table(
                stream,
                name=file_name,
                encoding=choices.encoding or None,
                delimiter=choices.delimiter or None,
                limits=limits,
            )
            with table:
                look = Look(
                    header=table.header,
                    header_row=table.header_row,
                    kind=table.kind,
                    packing=table.packing,
                    encoding=table.encoding,
                    delimiter=table.delimiter,
                    notes=table.notes,
                )
                _take_rows(look, table.chunks(LOOKED_AT_ROWS))
                return look
    except TableRefused as refused:
        return Look(refused=" ".join(filter(None, [refused.detail, refused.hint])))


def _take_rows(look: Look, chunks: Iterator[Chunk]) -> None:
    for chunk in chunks:
        room = LOOKED_AT_ROWS - look.row_count
        look.rows += chunk.rows[:room]
        look.bad_rows += min(len(chunk.faults), room - min(len(chunk.rows), room))
        if len(chunk.rows) + len(chunk.faults) > room or look.row_count >= LOOKED_AT_ROWS:
            # Whether there is one more row is asked of the next chunk.
            look.is_whole = len(chunk.rows) + len(chunk.faults) <= room and next(chunks, None) is None
            return
    look.is_whole = True


@dataclass(frozen=True, slots=True)
class Fit:
    """How the header fits a format for an action. matched, of: its columns that the file has, of how many."""

    fmt: type[Format]
    action: str
    match: Match | None
    problem: str
    matched: int


def fit(fmt: type[Format], action: str, header: list[str]) -> Fit:
    """Match a header; what stops it comes as ``problem``."""
    matched, _ = score(fmt, header)
    try:
        return Fit(fmt, action, match(fmt, action, header), "", matched)
    except FileRejected as rejected:
        return Fit(fmt, action, None, rejected.detail, matched)


def actions_that_fit(fmt: type[Format], header: list[str]) -> list[str]:
    return [action for action in fmt.actions if fit(fmt, action, header).match is not None]


def recognised(header: list[str], allowed: Sequence[type[Format]]) -> type[Format] | None:
    """The one format of those allowed that the header belongs to; None for none or several."""
    found = [fmt for fmt in candidates(header) if fmt in allowed]
    return found[0] if len(found) == 1 else None


def nearest(header: list[str], allowed: Sequence[type[Format]]) -> list[tuple[type[Format], int]]:
    """Formats by how many columns the header shares with them, most first; without those that share none."""
    ranked = sorted(((fmt, score(fmt, header)[0]) for fmt in allowed), key=lambda one: -one[1])
    return [(fmt, shared) for fmt, shared in ranked if shared]
