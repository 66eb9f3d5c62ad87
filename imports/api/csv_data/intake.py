"""Taking the one file of a request, byte for byte, and what the form says beside it (csv data import 4.2, 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.http import HttpRequest

from imports.api.csv_data import asked
from imports.api.csv_data.asked import Parameters
from imports.api.csv_data.errors import Refused
from imports.api.csv_data.multipart import Multipart, boundary_of

FILE = "file"
DEFAULT_NAME = "upload.csv"
# "10 MB" of the published page (csv data import 4.2): from here on the size has to be said.
SIZE_NEEDED_FROM = 10_485_760
# What the envelope and the other parts may take beside the file.
ROOM_FOR_FORM = 1 << 20


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


SinkT = TypeVar("SinkT", bound=Sink)


@dataclass(slots=True)
class Taken:
    """The file of a request. line_ends: how many of its last bytes are CR or LF."""

    name: str
    size_bytes: int = 0
    line_ends: int = 0

    def count(self, block: bytes) -> None:
        self.size_bytes += len(block)
        ending = len(block) - len(block.rstrip(b"\r\n"))
        self.line_ends = self.line_ends + ending if ending == len(block) else ending


def take(
    request: HttpRequest,
    parameters: Parameters,
    open_sink: Callable[[str], AbstractContextManager[SinkT]],
    *,
    most_bytes: int,
    advice: str = "Send it in several files.",
) -> tuple[Taken, SinkT]:
    """Read the whole body: the file into a sink, other parts into ``parameters``.

    advice: to whoever sends more bytes. open_sink: asked with the file's name; left when the file has come whole. Raises
    Refused and MultipartFault; a sink that was left before that is the caller's to remove.
    """
    check_kind(request)
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > most_bytes + ROOM_FOR_FORM:
        raise too_large(most_bytes, advice)
    found: tuple[Taken, SinkT] | None = None
    for head, content in Multipart(request.read, boundary_of(request.headers["Content-Type"])).parts():
        if head.name != FILE:
            if asked.is_known(head.name):
                parameters.add(head.name, _text(head.name, content))
            continue
        if found is not None:
            raise Refused(
                400, "bad_multipart", "There is a second part `file`. Send one file with one request."
            )
        taken = Taken(head.filename or DEFAULT_NAME)
        with open_sink(taken.name) as sink:
            found = taken, sink
            for block in content:
                taken.count(block)
                if taken.size_bytes > most_bytes:
                    raise too_large(most_bytes, advice)
                sink.write(block)
    if found is None:
        raise Refused(
            400, "missing_file", "There is no part `file` in the form. Send the CSV as a part of that name."
        )
    return found


def check_kind(request: HttpRequest) -> None:
    """Before anything is read. Raises Refused 415."""
    kind = request.headers.get("Content-Type", "")
    if kind.partition(";")[0].strip().lower() != "multipart/form-data":
        raise Refused(
            415,
            "not_multipart",
            "Send the file as `multipart/form-data` with a part named `file`;"
            f" the Content-Type is {f'`{kind[:80]}`' if kind else 'missing'}.",
        )


def too_large(most_bytes: int, advice: str) -> Refused:
    return Refused(413, "too_large", f"The file has more than {most_bytes:,} bytes. {advice}")


def _text(name: str, content: Iterator[bytes]) -> str:
    """What a part with a parameter says. Raises Refused 400."""
    found = bytearray()
    for block in content:
        found += block
        if len(found) > asked.MOST_PARAMETER_BYTES:
            raise Refused(
                400, "bad_multipart", f"The part `{name}` has more than {asked.MOST_PARAMETER_BYTES:,} bytes."
            )
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise Refused(400, "bad_multipart", f"The part `{name}` is not UTF-8.") from None


def check_size(announced: int | None, taken: Taken, *, forgives_line_ends: bool = False) -> None:
    """Whether the file has the bytes that its sender counted (csv data import 4.2). Raises Refused 400.

    forgives_line_ends: CR and LF at the end may be uncounted, as in the published sample of a preview.
    """
    size = taken.size_bytes
    if announced is None:
        if size >= SIZE_NEEDED_FROM:
            raise Refused(
                400,
                "missing_file_size",
                f"From {SIZE_NEEDED_FROM:,} bytes on, `fileSize` has to be given; the file has {size:,}.",
            )
        return
    if announced == size or (forgives_line_ends and 0 < size - announced <= taken.line_ends):
        return
    raise Refused(
        400,
        "file_size_mismatch",
        f"fileSize says {announced} bytes, the file has {size}.",
    )
