"""The example file of a template: where the editor has its columns from, and what it shows results of."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from edu_csv import storage
from edu_csv.errors import MissingFile
from edu_csv.ids import uuid7
from edu_csv.tabular import Chunk
from imports.models import ImportTemplate, ImportTemplateVersion
from imports.problems import FileRejected
from imports.requests import BadRequest
from imports.steps.templated.reading import Opened, open_stream, refuse_header

# As much as the preview of csv data import 4.3 takes.
MOST_BYTES = 10 * 1024 * 1024
# Rows that the editor offers; later ones are kept in the file, and not looked at.
MOST_ROWS = 1_000
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Example:
    """The beginning of an example file: its header, trimmed, and its good rows by their numbers in a spreadsheet."""

    header: list[str]
    rows: dict[int, list[str]]

    @property
    def numbers(self) -> list[int]:
        return list(self.rows)

    def beside(self, number: int) -> tuple[int | None, int | None]:
        """The rows before and after this one; None where there is none."""
        before = [each for each in self.rows if each < number]
        after = [each for each in self.rows if each > number]
        return (before[-1] if before else None, after[0] if after else None)

    def file(self, delimiter: str, numbers: Collection[int]) -> bytes:
        """A file with the header and these rows, which keep their numbers: what is left out becomes blank lines."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.header)
        at = 1
        for number in sorted(numbers):
            out.write("\n" * (number - at - 1))
            writer.writerow(self.rows[number])
            at = number
        return out.getvalue().encode()


def read(stream: BinaryIO, delimiter: str, *, institution: int, most_rows: int = MOST_ROWS) -> Example:
    """Read a file as one of a template is read (csv data import 1.2). Raises FileRejected."""
    # A template that uses no column fits every file.
    bare = ImportTemplateVersion(body='{"statements": []}', delimiter=delimiter)
    with open_stream(stream, "example.csv", bare, institution, timezone.now()) as opened:
        # What a template calls a column is a column, also when its name begins as ours do.
        refuse_header(opened.table.header, opened.table.header)
        return Example(opened.table.header, dict(_rows(opened, most_rows)))


def _rows(opened: Opened, most: int) -> Iterator[tuple[int, list[str]]]:
    left = most
    chunks: Iterator[Chunk] = opened.table.chunks(most)
    for chunk in chunks:
        found = list(zip(chunk.numbers, chunk.rows, strict=True))[:left]
        yield from found
        left -= len(found)
        if left <= 0:
            return


def of(template: ImportTemplate, delimiter: str | None = None) -> Example | None:
    """The template's example; None: it has none, or it is lost. Raises FileRejected: it cannot be read (any more)."""
    if not template.example_file_key:
        return None
    try:
        with storage.open_file(template.example_file_key) as stream:
            return read(stream, delimiter or template.delimiter, institution=template.institution_id)
    except MissingFile:
        return None


def keep(template: ImportTemplate, content: bytes, file_name: str, delimiter: str) -> Example:
    """Give an unsaved or locked template this example; the caller saves it. Raises BadRequest, FileRejected.

    The former file goes when the transaction is committed, the new one when it is not.
    """
    if len(content) > MOST_BYTES:
        raise BadRequest(
            "example",
            "too_large",
            f"The example has {len(content):,} bytes, at most {MOST_BYTES:,} are taken. A few rows are enough.",
        )
    example = read(io.BytesIO(content), delimiter, institution=template.institution_id)
    if not example.rows:
        raise BadRequest(
            "example", "empty_file", "The example has a header and no row. Add at least one row with cells."
        )
    name = file_name.replace("\0", "").rpartition("/")[2].rpartition("\\")[2][:LONGEST_NAME] or "example.csv"
    key = storage.file_key("templates", template.institution_id, uuid7(), name=name)
    storage.put(key, io.BytesIO(content))
    former, template.example_file_key, template.example_file_name = template.example_file_key, key, name
    if former:
        transaction.on_commit(partial(storage.delete, former))
    return example


def drop(template: ImportTemplate) -> None:
    """Forget the file when the transaction is committed."""
    if template.example_file_key:
        transaction.on_commit(partial(storage.delete, template.example_file_key))


def columns_of(template: ImportTemplate) -> list[str]:
    """The header of the example; empty when there is none that can be read."""
    try:
        example = of(template)
    except FileRejected:
        return []
    return example.header if example else []


__all__ = ["MOST_BYTES", "MOST_ROWS", "Example", "FileRejected", "columns_of", "drop", "keep", "of", "read"]
