"""Preview: what an upload would make of the first rows of a file, without keeping anything (csv data import 4.3).

It is the upload's own code up to the writing, on temporary tables of a transaction that is rolled back: what the one
fails, the other fails, with the same text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

import orjson
from django.db import transaction
from django.utils import timezone

from edu_csv.ids import uuid7
from edu_csv.tabular import Chunk
from imports.models import ImportTemplateVersion
from imports.problems import FileRejected
from imports.sentences.templated import joined
from imports.steps import plan as settings
from imports.steps.report_rows import in_order, stored_problem
from imports.steps.templated import plan, reading, staging
from imports.steps.templated.rows import Objects
from imports.steps.templated.space import TemplateSpace

MOST_ROWS = 10_000
# What is shown is held in memory, and one row may make a mebibyte: then fewer rows are shown.
MOST_BYTES = 32 << 20
CHUNK_ROWS = 500

ERRORS = "SELECT row, problems FROM told WHERE failed"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One data row: what it makes, by section, or in one text why it makes nothing."""

    number: int
    fault: str | None
    objects: Objects = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, ascending. truncated: there are more. sections: those that the template has."""

    rows: list[PreviewRow]
    truncated: bool
    sections: tuple[str, ...]

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
        return {row.number: row.objects.get(section, []) for row in self.rows if row.fault is None}


def preview(
    version: ImportTemplateVersion,
    stream: BinaryIO,
    file_name: str,
    *,
    institution: int,
    most_rows: int = MOST_ROWS,
    received: datetime | None = None,
) -> Preview:
    """What the first rows of a file would come to if it were uploaded at the moment ``received``.

    version: may be one that is not saved yet; TemplateRefused is raised where its text is wrong. Raises FileRejected for
    a file that fails whole.
    """
    with transaction.atomic():
        try:
            return _previewed(version, stream, file_name, institution, most_rows, received or timezone.now())
        finally:
            # Nothing but temporary tables was written; they go with the transaction.
            transaction.set_rollback(True)


def _previewed(
    version: ImportTemplateVersion,
    stream: BinaryIO,
    file_name: str,
    institution: int,
    most_rows: int,
    received: datetime,
) -> Preview:
    space = TemplateSpace(institution, uuid7(), version, received, file_name)
    settings.configure(space)
    kept = _Kept(most_rows)
    with reading.open_stream(stream, file_name, version, institution, received) as opened:
        chunks = kept.rows_of(opened.table.chunks(CHUNK_ROWS))
        staging.copy_rows(space, opened, chunks, kept.progress, kept.keep)
        sections = opened.template.sections
    if not space.rows:
        raise FileRejected("no_rows")
    plan.make(space)
    faults = {row: _fault(problems) for row, problems in space.fetch(ERRORS)}
    rows = [PreviewRow(n, faults.get(n), {} if n in faults else kept.made.get(n, {})) for n in kept.numbers]
    return Preview(rows, kept.truncated, sections)


class _Kept:
    """What of a file is shown: so many rows, and no more than fits into memory."""

    def __init__(self, most_rows: int) -> None:
        self._left = most_rows
        self._bytes_left = MOST_BYTES
        self.truncated = False
        self.numbers: list[int] = []
        self.made: dict[int, Objects] = {}

    def rows_of(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks up to where the preview ends."""
        for chunk in chunks:
            size = len(chunk.rows) + len(chunk.faults)
            if not size:
                continue
            if self._left <= 0 or self._bytes_left <= 0:
                self.truncated = True
                return
            if size > self._left:
                self.truncated = True
                chunk = _first(chunk, self._left)
            self._left -= size
            self.numbers += [number for number, _ in in_order(chunk)]
            yield chunk

    def keep(self, number: int, objects: Objects) -> None:
        self.made[number] = objects
        self._bytes_left -= len(orjson.dumps(objects))

    def progress(self, rows: int) -> None:
        """Nobody watches."""


def _first(chunk: Chunk, most: int) -> Chunk:
    """The first rows of a chunk, good and faulty together."""
    last = [number for number, _ in in_order(chunk)][most - 1]
    numbers = [number for number in chunk.numbers if number <= last]
    faults = [fault for fault in chunk.faults if fault.row <= last]
    return Chunk(numbers, chunk.rows[: len(numbers)], faults, [])


def _fault(problems: str) -> str:
    told: Iterable[dict[str, Any]] = json.loads(problems)
    return joined(str(stored_problem(each)) for each in told if each["severity"] == "error")


__all__ = ["MOST_ROWS", "Preview", "PreviewRow", "preview"]
