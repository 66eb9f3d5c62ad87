"""``multipart/form-data``, read as it comes: the bytes of a part exactly, however large, and none of them held.

Django's own parser would do for forms; here the sender says how many bytes the file has (csv data import 4.2), so a
part is its bytes and nothing else, and an envelope whose lines end in LF alone is told so (RFC 2046 5.1.1, RFC 7578).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from edu_csv.errors import EduCsvError

READ_BYTES = 256 * 1024
LONGEST_BOUNDARY = 200  # RFC 2046 says 70
MOST_HEADER_BYTES = 16 * 1024  # of one part
MOST_PARTS = 100
# What may stand before the first boundary; nobody reads it.
MOST_PREAMBLE_BYTES = 64 * 1024
MOST_PADDING = 64  # blanks between a boundary and the end of its line
LONGEST_NAME = 255

PARAMETER = re.compile(r';\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)')
ENCODINGS_WITHOUT_EFFECT = ("", "7bit", "8bit", "binary")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

PREAMBLE = "preamble"

Read = Callable[[int], bytes]


class MultipartFault(EduCsvError):
    """The body is no multipart as its headers announce it; the message says where and how to mend it."""


BARE_LF = (
    "Line {where} of the multipart envelope ends in a bare LF. Boundaries and headers end in CRLF (\\r\\n);"
    " the file itself may have any line ends."
)


@dataclass(frozen=True, slots=True)
class PartHead:
    """What a part says of itself. name: of the form's field; filename: as sent, base name only; None: it has none."""

    name: str
    filename: str | None


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type announces. Raises MultipartFault."""
    boundary = parameters(content_type).get("boundary", "")
    if not boundary or len(boundary) > LONGEST_BOUNDARY or not boundary.isascii() or CONTROL.search(boundary):
        raise MultipartFault(
            "Expected a boundary of 1 to 70 characters in Content-Type, as in `multipart/form-data; boundary=x7Qk2`;"
            f" got `{content_type[:120]}`."
        )
    return boundary.encode()


def parameters(header: str) -> dict[str, str]:
    """The parameters behind a header's value, by name in small letters; of a name given twice the first."""
    found: dict[str, str] = {}
    for name, value in PARAMETER.findall(header):
        text = value
        if len(value) > 1 and value.startswith('"'):
            # A backslash hides quotes and itself; before all else it is one of a path of Windows.
            text = re.sub(r'\\(["\\])', r"\1", value[1:-1])
        found.setdefault(name.lower(), text)
    return found


class Multipart:
    """A body, part by part. The content of a part is read before the next part is asked for."""

    def __init__(self, read: Read, boundary: bytes) -> None:
        """read: as of a file; fewer bytes than asked for are no end, none are."""
        self._read = read
        self._mark = b"\n--" + boundary
        # As if a line had ended before the body, so that its first boundary is like all others.
        self._held = bytearray(b"\r\n")
        self._is_over = False

    def parts(self) -> Iterator[tuple[PartHead, Iterator[bytes]]]:
        """Each part's head and content; a content that was not wanted is passed over.

        Raises MultipartFault, also while a content is read.
        """
        _pass_over(self._content(what=PREAMBLE))
        count = 0
        while not self._is_over:
            count += 1
            if count > MOST_PARTS:
                raise MultipartFault(
                    f"Expected at most {MOST_PARTS} parts; send the file and the parameters alone."
                )
            head = self._head()
            content = self._content(what=f"part `{head.name[:40]}`")
            yield head, content
            _pass_over(content)

    def _content(self, *, what: str) -> Iterator[bytes]:
        """Bytes up to the next boundary, which is taken along with the end of its line."""
        sought = passed = 0
        # What may be the beginning of CR LF, the boundary, and how its line ends.
        keep = len(self._mark) + 1
        while True:
            at = self._held.find(self._mark, sought)
            if at < 0:
                free = len(self._held) - keep
                if free > 0:
                    block = bytes(self._held[:free])
                    del self._held[:free]
                    passed += len(block)
                    if what == PREAMBLE and passed > MOST_PREAMBLE_BYTES:
                        raise self._ended(what)
                    yield block
                sought = 0
                if not self._fill():
                    raise self._ended(what)
                continue
            while len(self._held) < at + len(self._mark) + MOST_PADDING + 4 and self._fill():
                continue
            end = self._line_end(at)
            if end is None:
                # It only begins like the boundary: it belongs to the content.
                sought = at + 1
                continue
            if at == 0 or self._held[at - 1] != 0x0D:
                raise MultipartFault(BARE_LF.format(where=f"before a boundary, behind {what},"))
            if at > 1:
                yield bytes(self._held[: at - 1])
            del self._held[:end]
            return

    def _line_end(self, at: int) -> int | None:
        """Where the boundary line at ``at`` ends; None when it is none. Notes whether it is the closing one."""
        place = at + len(self._mark)
        closes = self._held[place : place + 2] == b"--"
        place += 2 if closes else 0
        most = place + MOST_PADDING
        while place < min(most, len(self._held)) and self._held[place] in b" \t":
            place += 1
        line = bytes(self._held[place : place + 2])
        if line.startswith(b"\n"):
            raise MultipartFault(BARE_LF.format(where="with a boundary"))
        if line != b"\r\n" and not (closes and not line):
            return None
        self._is_over = closes
        return place + len(line)

    def _head(self) -> PartHead:
        told: dict[str, str] = {}
        name = ""
        for line in self._header_lines():
            if line[:1] in (" ", "\t") and name:
                told[name] += f" {line.strip()}"
                continue
            if line.isascii() and line.isdigit() and told:
                # The published page prints the size of a preview like this, without the blank line before it.
                self._held[:0] = f"{line}\r\n".encode()
                break
            name, colon, value = line.partition(":")
            name = name.strip().lower()
            if not colon or not name:
                raise MultipartFault(
                    f"Expected a header such as `Content-Type: text/csv`, or the blank line that ends the headers of a"
                    f" part; got `{line[:80]}`."
                )
            told.setdefault(name, value.strip())
        return _head_of(told)

    def _header_lines(self) -> Iterator[str]:
        taken = 0
        while True:
            at = self._held.find(b"\n")
            if at < 0 or taken + at > MOST_HEADER_BYTES:
                if max(at, len(self._held)) + taken > MOST_HEADER_BYTES:
                    raise MultipartFault(
                        f"The headers of a part have more than {MOST_HEADER_BYTES:,} bytes, or no blank line ends them."
                    )
                if not self._fill():
                    raise self._ended("the headers of a part")
                continue
            line = bytes(self._held[: at + 1])
            del self._held[: at + 1]
            taken += len(line)
            if not line.endswith(b"\r\n"):
                raise MultipartFault(BARE_LF.format(where=f"`{_text(line).strip()[:60]}`"))
            if line == b"\r\n":
                return
            yield _text(line[:-2])

    def _fill(self) -> bool:
        """Read on; False at the end of the body."""
        block = self._read(READ_BYTES)
        self._held += block
        return bool(block)

    def _ended(self, what: str) -> MultipartFault:
        if what == PREAMBLE:
            return MultipartFault(
                "The body does not begin with the boundary that Content-Type names,"
                f" `{self._mark[1:].decode()[:80]}`."
            )
        return MultipartFault(
            f"The body ends within {what}: the closing boundary, `{self._mark[1:].decode()[:80]}--`, is missing. Send"
            " the whole body, with the Content-Length that it has."
        )


def _pass_over(content: Iterator[bytes]) -> None:
    for _ in content:
        continue


def _head_of(told: dict[str, str]) -> PartHead:
    disposition = told.get("content-disposition", "")
    given = parameters(disposition)
    if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in given:
        raise MultipartFault(
            'Expected `Content-Disposition: form-data; name="file"; filename="name.csv"` in each part; got'
            f" `{disposition[:120]}`."
        )
    encoding = told.get("content-transfer-encoding", "").lower()
    if encoding not in ENCODINGS_WITHOUT_EFFECT:
        raise MultipartFault(
            f"Content-Transfer-Encoding `{encoding[:40]}` is not read. Send the bytes of the part as they are."
        )
    filename = given.get("filename")
    if extended := given.get("filename*"):
        filename = _extended(extended) or filename
    return PartHead(given["name"], None if filename is None else base_name(filename))


def _extended(value: str) -> str:
    """``UTF-8''views%C3%A9.csv`` (RFC 8187); blank for other sets of characters."""
    charset, _, rest = value.partition("'")
    return unquote(rest.partition("'")[2]) if charset.lower() == "utf-8" else ""


def base_name(filename: str) -> str:
    """The last part of a path of either kind, without characters that no name has; blank when nothing is left."""
    name = CONTROL.sub("", filename.replace("\\", "/").rpartition("/")[2]).strip()
    return "" if name in (".", "..") else name[-LONGEST_NAME:]


def _text(line: bytes) -> str:
    """Names are UTF-8 by now; what is not is what older browsers sent."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
