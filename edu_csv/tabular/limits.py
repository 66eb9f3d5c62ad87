"""How much a file may ask of the machine that reads it."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one file; whatever goes past one of them is refused with a sentence.

    unpacked_bytes: after gzip or zip; for a spreadsheet all its parts together.
    ratio: unpacked bytes for each packed byte, looked at after the first 64 MiB.
    columns: cells of the header.
    cell_chars: characters of one cell. A longer one costs its row; one with line breaks in it is
        taken for a quote that was never closed.
    record_chars: characters of one row, all cells together; what bounds the reader's memory.
    rows: rows below the header, blank ones included.
    blank_rows: rows without text one after the other; a spreadsheet has no more rows in all.
    """

    unpacked_bytes: int = 20 * 2**30
    ratio: int = 200
    columns: int = 2_000
    cell_chars: int = 1_000_000
    record_chars: int = 4_000_000
    rows: int = 50_000_000
    blank_rows: int = 1_048_576


RATIO_FROM_BYTES = 64 * MEBIBYTE
HEAD_BYTES = MEBIBYTE
"""What encoding, delimiter and header are recognised from."""
