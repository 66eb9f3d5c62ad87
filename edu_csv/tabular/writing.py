"""Rows written as delimited text, and cells kept from being run as formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# With one of these at its start a spreadsheet takes a cell for a formula.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_APOSTROPHES_AND_FORMULA = re.compile(r"'+[=+\-@\t\r]")


def protect_cell(text: str, *, spreadsheet_safe: bool) -> str:
    """The cell as it is exported; ``unprotect_cell`` gives ``text`` back, whatever it was.

    spreadsheet_safe: an apostrophe is put before a formula sign at the start. In any case a cell
    that begins with apostrophes and then a formula sign gets one more, for one is taken away.
    """
    if _APOSTROPHES_AND_FORMULA.match(text) or (spreadsheet_safe and _FORMULA.match(text)):
        return "'" + text
    return text


def unprotect_cell(text: str) -> str:
    """The cell without one apostrophe, if it begins with apostrophes and then a formula sign."""
    return text[1:] if _APOSTROPHES_AND_FORMULA.match(text) else text


def write_rows(
    file: BinaryIO,
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    byte_order_mark: bool = False,
) -> int:
    """Write rows as UTF-8 text after RFC 4180, quoted where needed, every row ended by CRLF.

    rows: the header is one of them. byte_order_mark: for Excel, which else takes UTF-8 for
    Windows-1252. The file stays open. Returns how many rows were written.
    """
    if byte_order_mark:
        file.write(BYTE_ORDER_MARK)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    try:
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        return count
    finally:
        text.detach()  # it would close the file with itself
