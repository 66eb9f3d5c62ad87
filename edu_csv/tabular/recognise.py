"""What some bytes are, told by the bytes themselves and never by a file's name."""

from __future__ import annotations

import re
from typing import Literal

from edu_csv.tabular.refusals import TableRefused

Packing = Literal["gzip", "zip"]

SAVE_AS_CSV = 'Send a delimited text: in a spreadsheet program, save the sheet as "CSV UTF-8".'

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"RIFF", "a sound, film or picture"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old kind (.xls), or one with a password"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "a rich-text document"),
)
_TEXT_FOREIGN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<(!doctype\s+html|html|head|body|table)\b", re.I), "a web page"),
    (re.compile(rb"<\?xml\b|<svg\b|<!--", re.I), "an XML document"),
    (re.compile(rb'\{\s*("|\})|\[\s*(\{|\[|\]|"|-?\d)'), "a JSON document"),
)
_TEXT_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*")
# Tab, line feed, vertical tab, form feed, carriage return and escape do occur in texts.
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})


def packing_of(head: bytes) -> Packing | None:
    """How the bytes are packed: by gzip, as a zip (a spreadsheet is one too), or not at all."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    return None


def refuse_nested(head: bytes, inside: Packing) -> None:
    """Raise TableRefused for a packed file inside a packed one."""
    if packing_of(head) is not None:
        raise TableRefused(
            "nested_zip",
            f"The {inside} file holds another packed file or a spreadsheet.",
            "Send the inner file as it is.",
            {"packing": inside},
        )


def refuse_foreign(head: bytes) -> None:
    """Raise TableRefused when the file begins like something that is no table."""
    if not head:
        raise TableRefused("empty_file", "The file is empty.", "Send a file with a header and rows.")
    looks_like = _foreign_kind(head)
    if looks_like:
        raise TableRefused(
            "not_a_table",
            f"The file is {looks_like}, not a delimited text.",
            SAVE_AS_CSV,
            {"looks_like": looks_like},
        )


def _foreign_kind(head: bytes) -> str | None:
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return "a tar archive"
    text = head[_TEXT_START.match(head).end() :]  # type: ignore[union-attr] # it also matches nothing
    for pattern, kind in _TEXT_FOREIGN:
        if pattern.match(text):
            return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or unmarked_utf16(head) is not None:
        return None  # full of NULs, but text
    start = head[:4096]
    # Strange letters in rows are the rows' affair; no table's header is made of them.
    first_line = start.splitlines()[0]
    controls = len(first_line) - len(first_line.translate(None, _CONTROLS))
    if controls > len(first_line) / 10 or start.count(0) > len(start) / 10:
        return "binary data"
    return None


def unmarked_utf16(head: bytes) -> Literal["utf-16-le", "utf-16-be"] | None:
    """Whether the bytes read like UTF-16 without its mark: every other one of the first KiB is NUL."""
    start = head[:1024]
    even, odd = start[::2].count(0), start[1::2].count(0)
    enough = len(start) * 0.35
    if odd > enough and even < odd / 4:
        return "utf-16-le"
    if even > enough and odd < even / 4:
        return "utf-16-be"
    return None
