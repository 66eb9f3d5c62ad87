"""A report's file written by hand: what reporting-api.md 4.2 says of cells, lines and order, in plain Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID


class Json(str):
    """Text that holds JSON."""


Cell = UUID | str | datetime | date | int | Decimal | bool | None


def file_of(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], *, delimiter: str = ",", safe: bool = False
) -> bytes:
    lines = [delimiter.join('"' + name + '"' for name in header)]
    lines += [delimiter.join(cell_of(cell, safe=safe) for cell in row) for row in rows]
    return "".join(line + "\r\n" for line in lines).encode("utf-8")


def cell_of(cell: Cell, *, safe: bool) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case int():
            return str(cell)
        case Decimal():
            return number(cell)
        case datetime():
            at = cell.astimezone(UTC)
            return f'"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"'
        case date():
            return f'"{cell:%Y-%m-%d}"'
        case UUID():
            return f'"{cell}"'
        case str():
            text = "\n".join(re.split("\r\n|\r|\n", cell))
            if safe and cell and cell[0] in "=+-@\t\r":
                text = "'" + text
            return '"' + text.replace('"', '""') + '"'


def number(value: Decimal) -> str:
    """At most two places, no zeros at the end, no exponent."""
    text = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")
