"""Write: the header of an export, and what its statement gives (``edu_csv.copy_out``)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from edu_csv.copy_out import Out, copy_rows, packed
from edu_csv.tabular import BYTE_ORDER_MARK

__all__ = ["Out", "begin", "copy_rows", "header_line", "packed"]


def header_line(names: Sequence[str], delimiter: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(names)
    return line.getvalue().encode()


def begin(out: Out, names: Sequence[str], *, delimiter: str, byte_order_mark: bool) -> None:
    if byte_order_mark:
        out.write(BYTE_ORDER_MARK)
    out.write(header_line(names, delimiter))
