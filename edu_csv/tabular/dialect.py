"""How the cells of a text are kept apart: delimiter, quoting, line ends."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal

DELIMITERS = (",", ";", "\t", "|")
LineEnds = Literal["crlf", "lf", "cr", "mixed", "none"]

_SAMPLE_CHARS = 2**16
_SAMPLE_RECORDS = 200
# Excel's own: it takes the line away and reads the rest with this delimiter.
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?(\r\n|\n|\r|$)', re.I)


@dataclass(frozen=True, slots=True)
class Dialect:
    """delimiter: one character. quoted: whether cells in double quotes occur near the beginning.

    skip_chars: length of a line ``sep=;`` at the start, which is no row.
    """

    delimiter: str
    quoted: bool
    line_ends: LineEnds
    skip_chars: int = 0


def recognise_dialect(head: str, delimiter: str | None, *, whole: bool) -> Dialect:
    """The dialect of a text that begins with ``head``, and is no longer than it when ``whole``.

    delimiter: taken as it is when given; else recognised from the header and the first rows.
    Raises ValueError for a delimiter that cannot be one.
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise ValueError(f"expected one character other than a quote or a line end, got {delimiter!r}")
    skip_chars = 0
    if separator := _SEPARATOR_LINE.match(head):
        skip_chars = separator.end()
        delimiter = delimiter or separator[1]
        head = head[skip_chars:]
    if len(head) > _SAMPLE_CHARS:
        head, whole = head[:_SAMPLE_CHARS], False
    delimiter = delimiter or _recognise_delimiter(head, whole=whole)
    quoted = re.search(rf'(^|[{re.escape(delimiter)}\r\n])"', head) is not None
    return Dialect(delimiter, quoted, _line_ends(head), skip_chars)


def _recognise_delimiter(sample: str, *, whole: bool) -> str:
    """The candidate that divides the header, and the rows into as many cells; a comma if none does."""
    best, best_score = ",", (0.0, 0)
    for candidate in DELIMITERS:
        records = _sample_records(sample, candidate, whole=whole)
        width = len(records[0]) if records else 0
        if width < 2:
            continue
        agreeing = sum(len(record) == width for record in records) / len(records)
        # In tenths, so that a few ragged rows do not outweigh a header of many columns.
        score = (round(agreeing, 1), width)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _sample_records(sample: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records = list(islice(reader, _SAMPLE_RECORDS))
    if not whole and len(records) < _SAMPLE_RECORDS and len(records) > 1:
        records.pop()  # cut in its middle
    return [record for record in records if any(map(str.strip, record))]


def _line_ends(head: str) -> LineEnds:
    """Of the first lines; those inside quotes are not told apart."""
    pairs = head.count("\r\n")
    feeds = head.count("\n") - pairs
    # A carriage return at the very end of the sample may be half of a pair.
    returns = head.count("\r", 0, max(len(head) - 1, 0)) - pairs
    counts: dict[LineEnds, int] = {"crlf": pairs, "lf": feeds, "cr": returns}
    kinds = [kind for kind, count in counts.items() if count > 0]
    if not kinds:
        return "cr" if head.endswith("\r") else "none"
    return kinds[0] if len(kinds) == 1 else "mixed"
