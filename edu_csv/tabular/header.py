"""The header: the first row with any text in it, freed of letters nobody can see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edu_csv.tabular.faults import excerpt, presentable, unreadable_cell
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch, Note

# Zero-width spaces and joiners, direction marks, soft hyphen, byte-order mark.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_WRITTEN_BYTE = re.compile(r"\\x([0-9a-f]{2})")
# Blanks of other widths, the no-break space among them: a header written with one means a blank.
_ODD_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

# A header stands within the first rows; looking further lets a packed file of line breaks keep us for minutes.
FARTHEST_HEADER = 1_000


def take_header(batches: Iterator[Batch], limits: Limits) -> tuple[list[str], int, Iterator[Batch]]:
    """The first record with text, its row number, and the batches of what follows it.

    Raises TableRefused when there is none, or none that can be one.
    """
    for batch in batches:
        for index, record in enumerate(batch.records):
            row = batch.first + index
            if row > FARTHEST_HEADER:
                raise TableRefused(
                    "no_header",
                    f"The first {FARTHEST_HEADER:,} rows hold no text.",
                    "Send a file that begins with a header.",
                    {"row": row},
                )
            if index in batch.broken:
                fault = presentable(batch.broken[index], limits)
                raise TableRefused(
                    "no_header",
                    f"Row {row} should be the header, but cannot be read: found {fault.finding}.",
                    fault.hint,
                    {"row": row, "fault": fault.code},
                )
            if any(map(str.strip, record)):
                refuse_unfit(row, record, limits)
                return record, row, _chained(batch.without(index + 1), batches)
    raise TableRefused(
        "no_header", "The file has no row with text in it.", "Send a file with a header and rows."
    )


def _chained(first: Batch, others: Iterator[Batch]) -> Iterator[Batch]:
    if first.records:
        yield first
    yield from others


def refuse_unfit(row: int, record: list[str], limits: Limits) -> None:
    """Raise TableRefused when the record has too many columns, or text that cannot be read, to be a header."""
    if len(record) > limits.columns:
        raise TableRefused(
            "too_many_columns",
            f"The header has {len(record)} columns; at most {limits.columns} are read.",
            "Leave out columns that are not needed, or check the delimiter.",
            {"found": len(record), "limit": limits.columns},
        )
    if fault := unreadable_cell(row, record):
        told = _readable(fault.excerpt) if fault.code == "bad_bytes" else ""
        holds = f"bytes that are not UTF-8: {told}, if read as Windows-1252" if told else fault.finding
        code = "bad_encoding" if fault.code == "bad_bytes" else "no_header"
        raise TableRefused(
            code,
            f"Row {row}, column {(fault.column or 0) + 1}: the header holds {holds}.",
            fault.hint,
            {"row": row, "column": fault.column, "excerpt": fault.excerpt},
        )
    for column, cell in enumerate(record):
        if len(cell) > limits.cell_chars:
            raise TableRefused(
                "no_header",
                f"Row {row}, column {column + 1}: a column name of {len(cell)} characters.",
                "Send a file whose first row names the columns.",
                {"row": row, "column": column, "excerpt": excerpt(cell)},
            )


def _readable(excerpt: str) -> str:
    """Bytes written as ``\\xe9`` as the letters they mostly are; blank where that makes no letters, or is how
    the file was read."""
    try:
        return _WRITTEN_BYTE.sub(lambda found: bytes.fromhex(found[1]).decode("windows-1252"), excerpt)
    except UnicodeDecodeError:
        return ""


def clean_header(record: list[str]) -> tuple[list[str], list[Note]]:
    """The names without surrounding blanks and invisible letters, and a note on each such letter."""
    header = []
    repaired = []
    for column, cell in enumerate(record):
        seen = _ODD_BLANK.sub(" ", _INVISIBLE.sub("", cell))
        if seen != cell:
            repaired.append({"column": column, "was": _written_out(cell), "now": seen.strip()})
        header.append(seen.strip())
    notes = [Note("header_repaired", {"cells": repaired})] if repaired else []
    return header, notes


def _written_out(cell: str) -> str:
    """The cell with what cannot be seen as ``U+200B``."""

    def written(match: re.Match[str]) -> str:
        return f"<U+{ord(match[0]):04X}>"

    for pattern in (_INVISIBLE, _ODD_BLANK):
        cell = pattern.sub(written, cell)
    return cell
