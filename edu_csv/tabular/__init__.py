"""Delimited bytes to rows and back; nothing here knows a model, a format or Django.

``open_table`` recognises what a file is (encoding, delimiter, gzip, zip, spreadsheet) and refuses
what it is not; ``Table.chunks`` streams its rows with their spreadsheet row numbers, in memory that
does not grow with the file. A fault costs its row where it can, else the file.
"""

from __future__ import annotations

from edu_csv.tabular.archive import Archive
from edu_csv.tabular.dialect import DELIMITERS
from edu_csv.tabular.encodings import ENCODINGS
from edu_csv.tabular.faults import CUT_CHARS
from edu_csv.tabular.limits import HEAD_BYTES, Limits
from edu_csv.tabular.opening import open_archive, open_member, open_table
from edu_csv.tabular.refusals import REFUSAL_CODES, TableRefused
from edu_csv.tabular.rows import FAULT_CODES, NOTE_CODES, Chunk, Note, RowFault
from edu_csv.tabular.sniffing import Head, sniff_head
from edu_csv.tabular.table import Table
from edu_csv.tabular.writing import BYTE_ORDER_MARK, protect_cell, unprotect_cell, write_rows

__all__ = [
    "BYTE_ORDER_MARK",
    "CUT_CHARS",
    "DELIMITERS",
    "ENCODINGS",
    "FAULT_CODES",
    "HEAD_BYTES",
    "NOTE_CODES",
    "REFUSAL_CODES",
    "Archive",
    "Chunk",
    "Head",
    "Limits",
    "Note",
    "RowFault",
    "Table",
    "TableRefused",
    "open_archive",
    "open_member",
    "open_table",
    "protect_cell",
    "sniff_head",
    "unprotect_cell",
    "write_rows",
]
