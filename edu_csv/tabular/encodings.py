"""Which encoding a file is in, and its bytes turned into text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edu_csv.tabular.limits import HEAD_BYTES
from edu_csv.tabular.recognise import unmarked_utf16
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Note

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1252")
"""Those a caller may ask for; recognised files are in one of them too."""

PIECE_BYTES = 2**17
SURROGATE = re.compile("[\ud800-\udfff]")
"""What an undecodable byte, or half of a UTF-16 pair, becomes."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_Decode = Callable[[bytes, str, bool], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Encoding:
    """name: as in ``ENCODINGS``. codec: the exact one. mark_bytes: what to leave out at the start."""

    name: str
    codec: str
    mark_bytes: int = 0


def recognise_encoding(head: bytes, asked: str | None) -> tuple[Encoding, list[Note]]:
    """The encoding of a file that begins with ``head``; a mark at its start outdoes what was asked.

    Raises ValueError for an encoding nobody may ask for, TableRefused for UTF-16 or UTF-32 that
    does not say so by its mark.
    """
    if asked is not None and asked not in ENCODINGS:
        raise ValueError(f"expected one of {', '.join(ENCODINGS)}, got {asked!r}")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _wrong_encoding("The file is in UTF-32.", "utf-32")
    for mark, name, codec in _MARKS:
        if head.startswith(mark):
            outdone = asked is not None and asked.partition("-sig")[0] != name.partition("-sig")[0]
            notes = [Note("encoding_mark_wins", {"asked": asked, "found": name})] if outdone else []
            return Encoding(name, codec, len(mark)), notes
    unmarked = unmarked_utf16(head)
    if asked == "utf-16":
        return Encoding("utf-16", unmarked or "utf-16-le"), []
    if unmarked is not None:
        raise _wrong_encoding("The file looks like UTF-16, but lacks the mark that says so.", unmarked)
    if asked == "windows-1252":
        return Encoding("windows-1252", "windows-1252"), []
    return Encoding("utf-8", "utf-8"), _windows_1252_notes(head)


def refuse_other_encoding(encoding: Encoding) -> None:
    """Raise TableRefused for a file that says it is in something other than UTF-8."""
    if encoding.codec != "utf-8":
        raise _wrong_encoding(
            f"The file is in {encoding.name.upper()}, and UTF-8 is expected.", encoding.name
        )


def _wrong_encoding(detail: str, found: str) -> TableRefused:
    return TableRefused("bad_encoding", detail, 'Save it as "CSV UTF-8" and send that.', {"found": found})


def _windows_1252_notes(head: bytes) -> list[Note]:
    """Say so when a file that should be UTF-8 reads better as Windows-1252.

    ``looks_like_windows_1252``: most rows hold bytes that only Windows-1252 explains.
    ``may_be_windows_1252``: not most rows, but most of those beyond ASCII, and three or more.
    """
    if head.isascii():
        return []
    lines = head.splitlines()
    if len(head) >= HEAD_BYTES:
        lines.pop()  # cut in its middle, perhaps inside a character
    beyond_ascii = [line for line in lines if not line.isascii()]
    explained = [text for line in beyond_ascii if (text := _only_windows_1252(line))]
    params = {"rows": len(lines), "beyond_ascii": len(beyond_ascii), "bad": len(explained), "sample": ""}
    if explained:
        params["sample"] = explained[0][:80]
    if len(explained) > len(lines) / 2:
        return [Note("looks_like_windows_1252", params)]
    if len(explained) >= 3 and len(explained) > len(beyond_ascii) / 2:
        return [Note("may_be_windows_1252", params)]
    return []


def _only_windows_1252(line: bytes) -> str | None:
    try:
        line.decode()
    except UnicodeDecodeError:
        try:
            text = line.decode("windows-1252")
        except UnicodeDecodeError:
            return None
        return text.strip()
    return None


@dataclass(slots=True)
class Piece:
    """Some decoded text; suspect when it holds a NUL or something that could not be decoded."""

    text: str
    suspect: bool


def text_pieces(read: Callable[[int], bytes], encoding: Encoding, skip_chars: int = 0) -> Iterator[Piece]:
    """The bytes that ``read`` gives, without the mark, as text in pieces of some 128 KiB.

    skip_chars: how many characters to leave out at the start, fewer than a piece has.
    """
    read(encoding.mark_bytes)
    decode = _decoder(encoding.codec)
    lenient = "surrogatepass" if encoding.name == "utf-16" else "surrogateescape"
    rest = b""
    while True:
        data = read(PIECE_BYTES)
        ends = not data
        data = rest + data
        if ends and not data:
            return
        try:
            text, used = decode(data, "strict", ends)
            bad = False
        except UnicodeDecodeError:
            text, used = _decode_leniently(decode, data, lenient, ends)
            bad = True
        rest = data[used:]
        if skip_chars and text:
            text, skip_chars = text[skip_chars:], 0
        if text:
            yield Piece(text, bad or "\0" in text)
        if ends:
            return


def _decode_leniently(decode: _Decode, data: bytes, errors: str, ends: bool) -> tuple[str, int]:
    if ends and errors == "surrogatepass" and len(data) % 2:
        # Half a character at the very end, which "surrogatepass" refuses.
        text, _ = decode(data[:-1], errors, True)
        return text + chr(0xDC00 + data[-1]), len(data)
    return decode(data, errors, ends)


def _decoder(codec: str) -> _Decode:
    """The stateless function of a codec: it tells how far it came, so that we keep the rest."""
    if codec == "utf-8":
        return codecs.utf_8_decode
    if codec == "utf-16-le":
        return codecs.utf_16_le_decode
    if codec == "utf-16-be":
        return codecs.utf_16_be_decode
    return lambda data, errors, _ends: (data.decode(codec, errors), len(data))


def readable_bytes(text: str) -> str:
    """Text with what could not be decoded written as ``\\xe9``, or ``\\ud83d`` for half a pair."""

    def written(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"

    return SURROGATE.sub(written, text)
