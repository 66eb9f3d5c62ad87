"""A table that was opened: what is known of it before its rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

from edu_csv.tabular.dialect import LineEnds
from edu_csv.tabular.recognise import Packing
from edu_csv.tabular.rows import Batch, Chunk, Note
from edu_csv.tabular.tidying import Tidier

Kind = Literal["csv", "xlsx"]


@dataclass(slots=True)
class Table:
    """A file recognised as a table, with its rows still to come.

    packing: how the file was packed; None for a plain one and for a spreadsheet.
    member: name of the file inside a zip, or of the sheet that is read.
    encoding, delimiter: of a spreadsheet, those that its rows would be written with.
    header: the first row with text, without byte-order mark, surrounding blanks and invisible
        letters; names may be blank or occur twice.
    header_row: its row number; rows above it are blank. Excel's own ``sep=;`` line is no row.
    notes: ``header_repaired`` (cells), ``encoding_mark_wins`` (asked, found),
        ``looks_like_windows_1252`` and ``may_be_windows_1252`` (rows, beyond_ascii, bad, sample),
        ``other_sheets`` (read, others).
    """

    kind: Kind
    packing: Packing | None
    member: str | None
    encoding: str
    delimiter: str
    quoted: bool
    line_ends: LineEnds
    header: list[str]
    header_row: int
    notes: list[Note]
    _batches: Iterator[Batch] = field(repr=False)
    _tidier: Tidier = field(repr=False)
    _position: Callable[[], int] = field(repr=False)
    _close: Callable[[], None] = field(repr=False)

    @property
    def position(self) -> int:
        """Bytes read of the file as it came, packed or not: for showing progress."""
        return self._position()

    def chunks(self, size: int = 2_000) -> Iterator[Chunk]:
        """All rows below the header, once; at most ``size`` rows of any kind in a chunk.

        A chunk of wide rows may have fewer. Raises TableRefused when something further down in the
        file refuses it as a whole.
        """
        if size < 1:
            raise ValueError(f"expected a chunk size of at least 1, got {size}")
        return self._tidier.chunks(self._batches, size)

    def close(self) -> None:
        """Give back temporary files; the stream stays open, for it is the caller's."""
        self._close()

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
