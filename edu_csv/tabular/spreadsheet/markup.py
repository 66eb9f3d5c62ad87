"""XML parts of a workbook, parsed by expat as they are unpacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.streams import GuardedStream

PARSE_BYTES = 2**16
Attributes = Mapping[str, str]


class LocalNames(dict[str, str]):
    """Element names without their namespace, each cut once and not once per cell."""

    def __missing__(self, tag: str) -> str:
        self[tag] = local = tag.rpartition(" ")[2]
        return local


def parse(
    part: GuardedStream,
    name: str,
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse one part, pausing after every 64 KiB so that the caller can hand on what it has.

    Names of elements and attributes arrive with their namespace and a blank in front, if they have
    one. Raises TableRefused for anything that is not well-formed, and for a document type, which no
    workbook has and which can blow up a parser.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text

    def refuse_doctype(*_: object) -> None:
        raise corrupt_spreadsheet(name, "a document type declaration")

    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        while data := part.read(PARSE_BYTES):
            parser.Parse(data, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise corrupt_spreadsheet(name, str(error)) from error


def corrupt_spreadsheet(part: str, found: str) -> TableRefused:
    """The refusal of a workbook one of whose parts cannot be read."""
    return TableRefused(
        "corrupt_spreadsheet",
        f"The workbook is damaged: its part {part} cannot be read ({found}).",
        'Open it in a spreadsheet program and save it again, or save the sheet as "CSV UTF-8".',
        {"part": part, "found": found},
    )
