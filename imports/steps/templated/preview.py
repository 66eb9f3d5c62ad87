"""Preview: what an upload would make of the first rows of a file, without keeping anything (csv data import 4.3).

It is the upload's own code up to the writing, on temporary tables of a transaction that is rolled back: what the one
fails, the other fails, with the same text.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from edu_csv.ids import uuid7
from edu_csv.tabular import Chunk
from imports.models import ImportTemplateVersion
from imports.problems import FileRejected
from imports.sentences.templated import joined
from imports.steps import plan as settings
from imports.steps.report_rows import stored_problem
from imports.steps.templated import plan, reading, staging
from imports.steps.templated.rows import Objects
from imports.steps.templated.space import TemplateSpace

MOST_ROWS = 10_000
# What is shown is held in memory as JSON, and one row may make a mebibyte: then fewer rows are shown.
MOST_BYTES = 32 << 20
# Somebody waits for the answer; one row may take a quarter of a second of this thread's work.
MOST_SECONDS = 20
CHUNK_ROWS = 500
# Beside statements, and only when the template has the section (csv data import 4.3).
OF_GROUPS = ("people", "groups", "permissions")

ERRORS = "SELECT row, problems FROM told WHERE failed"
NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One data row: what it makes, by section, or in one text why it makes nothing.

    made: the JSON of each section's list. As objects it would fill many times the memory.
    """

    number: int
    fault: str | None
    made: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def objects(self) -> dict[str, list[Any]]:
        """What the row makes, by section; read anew each time."""
        return {section: json.loads(made) for section, made in self.made.items()}


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, ascending. truncated: there are more. sections: those that the template has. known:
    statements of good rows that are stored already, or stand earlier in the file."""

    rows: list[PreviewRow]
    truncated: bool
    sections: tuple[str, ...]
    known: int = 0

    @property
    def rows_read(self) -> int:
        return len(self.rows)

    @property
    def failed_rows(self) -> dict[int, str]:
        return {row.number: row.fault for row in self.rows if row.fault is not None}

    @property
    def statements(self) -> dict[int, list[Any]]:
        return self.made("statements")

    @property
    def people(self) -> dict[int, list[Any]]:
        return self.made("people")

    @property
    def groups(self) -> dict[int, list[Any]]:
        return self.made("groups")

    @property
    def permissions(self) -> dict[int, list[Any]]:
        return self.made("permissions")

    def made(self, section: str) -> dict[int, list[Any]]:
        """What each good row makes of a section; an empty list where it makes none."""
        return {row: json.loads(made) for row, made in self._made(section)}

    def _made(self, section: str) -> Iterator[tuple[int, bytes]]:
        return ((row.number, row.made.get(section, b"[]")) for row in self.rows if row.fault is None)

    def answer(self) -> Iterator[bytes]:
        """The JSON that a program is told (csv data import 4.3), in pieces."""
        yield b'{"failedRows":{'
        yield from _members((row, _json(fault)) for row, fault in self.failed_rows.items())
        for section in ("statements", *(each for each in OF_GROUPS if each in self.sections)):
            yield f'}},"{section}":{{'.encode()
            yield from _members(self._made(section))
        yield f'}},"truncated":true,"rowsRead":{self.rows_read}}}'.encode() if self.truncated else b"}}"


def _members(rows: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    before = b""
    for row, value in rows:
        yield b'%b"%d":%b' % (before, row, value)
        before = b","


def _json(value: Any) -> bytes:
    # Numbers as the template wrote them, also those that are too large for faster writers.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def preview(
    version: ImportTemplateVersion,
    stream: BinaryIO,
    file_name: str,
    *,
    institution: int,
    most_rows: int = MOST_ROWS,
    received: datetime | None = None,
    switches: Mapping[str, Any] = NONE,
) -> Preview:
    """What the first rows of a file would come to if it were uploaded at the moment ``received``.

    version: may be one that is not saved yet; TemplateRefused is raised where its text is wrong. switches: as of the upload.
    Raises FileRejected for a file that fails whole.
    """
    with transaction.atomic():
        try:
            space = TemplateSpace(institution, uuid7(), version, received or timezone.now(), file_name)
            return _previewed(space, stream, most_rows, switches)
        finally:
            # Nothing but temporary tables was written; they go with the transaction.
            transaction.set_rollback(True)


def _previewed(
    space: TemplateSpace, stream: BinaryIO, most_rows: int, switches: Mapping[str, Any]
) -> Preview:
    settings.configure(space)
    kept = _Kept(most_rows)
    with reading.open_stream(
        stream, space.file_name, space.version, space.institution, space.received
    ) as opened:
        chunks = kept.rows_of(opened.table.chunks(CHUNK_ROWS))
        staging.copy_rows(space, opened, chunks, kept.progress, kept.keep)
        sections = opened.template.sections
    if not space.rows:
        raise FileRejected("no_rows")
    if not kept.truncated:
        # What a whole file leaves out, the rows that were not read may say.
        space.switches = switches
    plan.make(space)
    faults = {row: _fault(problems) for row, problems in space.fetch(ERRORS)}
    rows = [PreviewRow(n, faults.get(n), {} if n in faults else kept.made.get(n, {})) for n in kept.numbers]
    _, known = plan.count_statements(space)
    return Preview(rows, kept.truncated, sections, known)


class _Kept:
    """What of a file is shown: so many rows, and no more than fits into memory and into a wait."""

    def __init__(self, most_rows: int) -> None:
        self._left = most_rows
        self._bytes_left = MOST_BYTES
        self._until = time.thread_time() + MOST_SECONDS
        self.truncated = False
        self.numbers: list[int] = []
        self.made: dict[int, dict[str, bytes]] = {}

    def rows_of(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The rows up to where the preview ends, one by one: what each makes is known when the next is asked for."""
        for chunk in chunks:
            for row in _apart(chunk):
                if self._left <= 0 or self._bytes_left <= 0 or (self.numbers and self._is_late()):
                    self.truncated = True
                    return
                self._left -= 1
                self.numbers.append(row.numbers[0] if row.numbers else row.faults[0].row)
                yield row

    def keep(self, number: int, objects: Objects) -> None:
        made = {section: _json(each) for section, each in objects.items()}
        self.made[number] = made
        self._bytes_left -= sum(map(len, made.values()))

    def _is_late(self) -> bool:
        return time.thread_time() > self._until

    def progress(self, rows: int) -> None:
        """Nobody watches."""


def _apart(chunk: Chunk) -> Iterator[Chunk]:
    """Each row of a chunk, good or faulty, in the order of the file."""
    faults = iter(chunk.faults)
    fault = next(faults, None)
    for number, row in zip(chunk.numbers, chunk.rows, strict=True):
        while fault is not None and fault.row < number:
            yield Chunk([], [], [fault], [])
            fault = next(faults, None)
        yield Chunk([number], [row], [], [])
    while fault is not None:
        yield Chunk([], [], [fault], [])
        fault = next(faults, None)


def _fault(problems: str) -> str:
    told: Iterable[dict[str, Any]] = json.loads(problems)
    return joined(str(stored_problem(each)) for each in told if each["severity"] == "error")


__all__ = ["MOST_ROWS", "Preview", "PreviewRow", "preview"]
