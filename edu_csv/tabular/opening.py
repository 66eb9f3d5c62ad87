"""From some bytes to a table: unpacked, recognised, its header taken."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import BinaryIO

from isal import igzip

from edu_csv.tabular.archive import Archive, only_member
from edu_csv.tabular.dialect import recognise_dialect
from edu_csv.tabular.encodings import recognise_encoding, refuse_other_encoding, text_pieces
from edu_csv.tabular.header import clean_header, take_header
from edu_csv.tabular.limits import HEAD_BYTES, Limits
from edu_csv.tabular.recognise import SAVE_AS_CSV, Packing, packing_of, refuse_foreign, refuse_nested
from edu_csv.tabular.records import RecordReader
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch, Note
from edu_csv.tabular.spreadsheet.opening import first_filled_sheet
from edu_csv.tabular.spreadsheet.workbook import Workbook, is_workbook
from edu_csv.tabular.streams import CountedFile, GuardedStream, HeadedStream
from edu_csv.tabular.strict import StrictReader, take_first_row
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
    strict: bool = False,
) -> Table:
    """Open the one table that the stream holds, reading no more of it than its beginning.

    stream: need not be seekable (a zip or spreadsheet is then copied to a temporary file). It stays
        the caller's, and must stay open until the last row was read.
    name: the file's name. It decides nothing; it only tells what is inside a ``.gz``.
    encoding: one of ``ENCODINGS``; recognised when None. delimiter: recognised when None.
    fewer_cells: ``blank`` fills up rows that are shorter than the header and drops blank cells
        beyond it; ``fill`` fills them up alone; with ``fault`` every other width is the row's fault.
    bad_bytes: what undecodable bytes cost: their ``row``, or the ``file``.
    strict: UTF-8 with commas, no spreadsheet, to the letter: the header is row 1 as it stands (without the
        byte-order mark), every row has as many cells, blank rows and line breaks in cells are faults, bad
        bytes and carriage returns that stand alone cost the file. Then nothing else may be asked for.
    Raises TableRefused; ValueError for an encoding or delimiter that cannot be one.
    """
    if strict and (encoding or delimiter):
        raise ValueError("what is read strictly is UTF-8 with commas")
    opener = _Opener(name, encoding, delimiter, limits, fewer_cells, bad_bytes, strict=strict)
    try:
        return opener.open(stream)
    except BaseException:
        opener.cleanup.close()
        raise


def open_archive(stream: BinaryIO, limits: Limits = _DEFAULT_LIMITS) -> Archive | None:
    """The archive that a seekable stream holds, or None when it is no zip, or is a spreadsheet.

    Raises TableRefused for a zip that is not to be opened.
    """
    head = stream.read(4)
    stream.seek(0)
    if packing_of(head) != "zip":
        return None
    archive = Archive(CountedFile(stream), limits)
    return None if is_workbook(archive) else archive


def open_member(
    archive: Archive, member: str | zipfile.ZipInfo, *, limits: Limits = _DEFAULT_LIMITS
) -> Table:
    """Open one CSV of an archive strictly (see ``open_table``). Raises TableRefused.

    The archive must stay open until the last row was read; another member may be opened meanwhile.
    """
    name = member if isinstance(member, str) else member.filename
    return _Opener(name, None, None, limits, "fault", "file", strict=True).open_member(archive, member)


class _Opener:
    def __init__(
        self,
        name: str,
        encoding: str | None,
        delimiter: str | None,
        limits: Limits,
        fewer_cells: FewerCells,
        bad_bytes: BadBytes,
        *,
        strict: bool,
    ) -> None:
        self._name = name
        self._encoding = encoding
        self._delimiter = delimiter
        self._limits = limits
        self._fewer_cells: FewerCells = "fault" if strict else fewer_cells
        self._bad_bytes: BadBytes = "file" if strict else bad_bytes
        self._strict = strict
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
            if self._strict:
                looks_like = "a spreadsheet"
                raise TableRefused(
                    "not_a_table", "The file is a spreadsheet, and a CSV is expected.", SAVE_AS_CSV,
                    {"looks_like": looks_like},
                )  # fmt: skip
            return self._open_workbook(archive, lambda: file.position)
        member = only_member(archive)
        return self._open_text(HeadedStream(archive.open(member)), "zip", member, lambda: file.position)

    def open_member(self, archive: Archive, member: str | zipfile.ZipInfo) -> Table:
        stream = archive.open(member)
        return self._open_text(HeadedStream(stream), "zip", self._name, lambda: stream.unpacked)

    def _open_text(
        self, text: HeadedStream, packing: Packing | None, member: str | None, position: Callable[[], int]
    ) -> Table:
        head = text.look(HEAD_BYTES)
        if packing is not None:
            refuse_nested(head, packing)
        refuse_foreign(head)
        encoding, notes = recognise_encoding(head, self._encoding)
        begins = head[encoding.mark_bytes :].decode(encoding.codec, "replace")
        if self._strict:
            refuse_other_encoding(encoding)
        dialect = recognise_dialect(
            begins, "," if self._strict else self._delimiter, whole=len(head) < HEAD_BYTES
        )
        header: list[str]
        batches: Iterator[Batch]
        if self._strict:
            reader = StrictReader(text_pieces(text.read, encoding), ",", self._limits)
            header, batches = take_first_row(reader, self._limits)
            header_row, header_notes = 1, list[Note]()
        else:
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
            blank_rows="fault" if self._strict else "skip",
        )
