"""From some bytes to a table: unpacked, recognised, its header taken."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO

from isal import igzip

from edu_csv.tabular.archive import Archive, only_member
from edu_csv.tabular.dialect import recognise_dialect
from edu_csv.tabular.encodings import recognise_encoding, text_pieces
from edu_csv.tabular.header import clean_header, take_header
from edu_csv.tabular.limits import HEAD_BYTES, Limits
from edu_csv.tabular.recognise import Packing, packing_of, refuse_foreign, refuse_nested
from edu_csv.tabular.records import RecordReader
from edu_csv.tabular.spreadsheet.opening import first_filled_sheet
from edu_csv.tabular.spreadsheet.workbook import Workbook, is_workbook
from edu_csv.tabular.streams import CountedFile, GuardedStream, HeadedStream
from edu_csv.tabular.table import Table
from edu_csv.tabular.tidying import BadBytes, FewerCells, Tidier

_DEFAULT_LIMITS = Limits()


def open_table(
    stream: BinaryIO,
    *,
    name: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
    fewer_cells: FewerCells = "blank",
    bad_bytes: BadBytes = "row",
) -> Table:
    """Open the one table that the stream holds, reading no more of it than its beginning.

    stream: need not be seekable (a zip or spreadsheet is then copied to a temporary file). It stays
        the caller's, and must stay open until the last row was read.
    name: the file's name. It decides nothing; it only tells what is inside a ``.gz``.
    encoding: one of ``ENCODINGS``; recognised when None. delimiter: recognised when None.
    fewer_cells: ``blank`` fills up rows that are shorter than the header and drops blank cells
        beyond it; with ``fault`` every other width is the row's fault.
    bad_bytes: what undecodable bytes cost: their ``row``, or the ``file``.
    Raises TableRefused; ValueError for an encoding or delimiter that cannot be one.
    """
    opener = _Opener(name, encoding, delimiter, limits, fewer_cells, bad_bytes)
    try:
        return opener.open(stream)
    except BaseException:
        opener.cleanup.close()
        raise


class _Opener:
    def __init__(
        self,
        name: str,
        encoding: str | None,
        delimiter: str | None,
        limits: Limits,
        fewer_cells: FewerCells,
        bad_bytes: BadBytes,
    ) -> None:
        self._name = name
        self._encoding = encoding
        self._delimiter = delimiter
        self._limits = limits
        self._fewer_cells: FewerCells = fewer_cells
        self._bad_bytes: BadBytes = bad_bytes
        self.cleanup = ExitStack()

    def open(self, stream: BinaryIO) -> Table:
        packed = HeadedStream(stream)
        packing = packing_of(packed.look(HEAD_BYTES))
        if packing == "zip":
            return self._open_zip(self._seekable(stream, packed))
        member = None
        if packing == "gzip":
            member = self._name.removesuffix(".gz") or None
            unpacker = igzip.IGzipFile(fileobj=packed, mode="rb")  # type: ignore[no-untyped-call]
            unpacked = GuardedStream(unpacker, self._limits, lambda: packed.position)
        else:
            unpacked = GuardedStream(packed, self._limits, None)
        return self._open_text(HeadedStream(unpacked), packing, member, lambda: packed.position)

    def _seekable(self, stream: BinaryIO, packed: HeadedStream) -> CountedFile:
        """The packed bytes as a file one can seek in: the stream itself, or a copy."""
        if stream.seekable():
            return CountedFile(stream)
        spool = self.cleanup.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the table
        shutil.copyfileobj(GuardedStream(packed, self._limits, None), spool, 2**20)
        return CountedFile(spool)

    def _open_zip(self, file: CountedFile) -> Table:
        archive = Archive(file, self._limits)
        if is_workbook(archive):
            return self._open_workbook(archive, lambda: file.position)
        member = only_member(archive)
        return self._open_text(HeadedStream(archive.open(member)), "zip", member, lambda: file.position)

    def _open_text(
        self, text: HeadedStream, packing: Packing | None, member: str | None, position: Callable[[], int]
    ) -> Table:
        head = text.look(HEAD_BYTES)
        if packing is not None:
            refuse_nested(head, packing)
        refuse_foreign(head)
        encoding, notes = recognise_encoding(head, self._encoding)
        begins = head[encoding.mark_bytes :].decode(encoding.codec, "replace")
        dialect = recognise_dialect(begins, self._delimiter, whole=len(head) < HEAD_BYTES)
        pieces = text_pieces(text.read, encoding, dialect.skip_chars)
        records = RecordReader(pieces, dialect.delimiter, self._limits)
        header, header_row, batches = take_header(iter(records), self._limits)
        header, header_notes = clean_header(header)
        return Table(
            kind="csv",
            packing=packing,
            member=member,
            encoding=encoding.name,
            delimiter=dialect.delimiter,
            quoted=dialect.quoted,
            line_ends=dialect.line_ends,
            header=header,
            header_row=header_row,
            notes=notes + header_notes,
            _batches=batches,
            _tidier=self._tidier(len(header), header_row, encoding.name, self._fewer_cells),
            _position=position,
            _close=self.cleanup.close,
        )

    def _open_workbook(self, archive: Archive, position: Callable[[], int]) -> Table:
        workbook = Workbook(archive, self._limits)
        self.cleanup.callback(workbook.close)
        sheet, header, header_row, batches, notes = first_filled_sheet(workbook, self._limits)
        header, header_notes = clean_header(header)
        return Table(
            kind="xlsx",
            packing=None,
            member=sheet.name,
            encoding="utf-8",
            delimiter=",",
            quoted=False,
            line_ends="none",
            header=header,
            header_row=header_row,
            notes=notes + header_notes,
            _batches=batches,
            # A sheet does not store blank cells: a short row is no fault of its sender.
            _tidier=self._tidier(len(header), header_row, "utf-8", "blank"),
            _position=position,
            _close=self.cleanup.close,
        )

    def _tidier(self, width: int, header_row: int, encoding: str, fewer_cells: FewerCells) -> Tidier:
        return Tidier(
            width=width,
            header_row=header_row,
            encoding=encoding,
            limits=self._limits,
            fewer_cells=fewer_cells,
            bad_bytes=self._bad_bytes,
        )
