"""Files of an upload: where a stored row stands, as (file, spreadsheet row), and back.

Rows of a package are numbered through the whole upload, so that one number says which row is meant: file k
begins behind the last row of file k-1 (its ``base``), and stored row = base + the spreadsheet's row. People and
programs are always told the file and the spreadsheet's row; numbers, addresses and the journal keep the stored one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from edu_csv.roster.origins import Origin
from imports.formats.base import Format
from imports.formats.feed import Layout, Package
from imports.formats.registry import find as find_format
from imports.models import Import
from imports.problems import Problem


class Place(NamedTuple):
    """Where a row stands. number: of the file, from 1; 0 and no name outside packages. row: the spreadsheet's."""

    number: int
    name: str | None
    row: int

    def __str__(self) -> str:
        """ "row 17 of 06-Sections.csv"; "row 17" outside packages."""
        return f"row {self.row:,} of {self.name}" if self.name else f"row {self.row:,}"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a package, as ``Import.files`` has it. problem: why it was not read; None when it was.

    notes: warnings about the file as a whole, as problems of rows are told.
    """

    number: int
    name: str
    format_key: str
    base: int
    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    version: str | None = None
    problem: Mapping[str, Any] | None = None
    notes: Sequence[Mapping[str, Any]] = ()

    @property
    def layout(self) -> type[Layout] | None:
        fmt = find_format(self.format_key)
        return fmt if fmt is not None and issubclass(fmt, Layout) else None


class Files:
    """The files of one upload, in the order in which they are read; none unless it is a package."""

    def __init__(self, files: Sequence[File] = (), fmt: type[Format] | None = None) -> None:
        self._files = tuple(files)
        self._bases = [file.base for file in self._files]
        self._fmt = fmt

    def __iter__(self) -> Iterator[File]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def at(self, stored: int) -> Place:
        """Where a stored row stands."""
        if not self._files:
            return Place(0, None, stored)
        # Of files with one base only the last has rows: the others were refused, or are empty.
        file = self._files[max(0, bisect_left(self._bases, stored) - 1)]
        return Place(file.number, file.name, stored - file.base)

    def number(self, file: int, row: int) -> int:
        """The stored row of a spreadsheet's row in a file. Raises KeyError: there is no such file."""
        if not self._files and file == 0:
            return row
        return self[file].base + row

    @property
    def unread(self) -> list[File]:
        """Those that were refused as a whole."""
        return [file for file in self._files if file.problem]

    def __getitem__(self, number: int) -> File:
        """The file with this number. Raises KeyError."""
        if not 1 <= number <= len(self._files):
            raise KeyError(number)
        return self._files[number - 1]

    def named(self, name: str) -> File | None:
        return next((file for file in self._files if file.name == name), None)

    def format_of(self, file: int) -> type[Format] | None:
        """What the rows of a file are declared by: its layout, or the upload's own format."""
        return self[file].layout if 1 <= file <= len(self._files) else self._fmt

    def told(self, problem: Problem, file: int) -> Problem:
        """A stored problem of a row of this file, in the numbers that people know."""
        other = problem.params.get("other_row")
        if not self._files or not isinstance(other, int):
            return problem
        place = self.at(other)
        params = {**problem.params, "other_row": place.row}
        if place.number != file:
            params["other_file"] = place.name
        return Problem(problem.code, problem.column, problem.value, problem.severity, params)


def files_of(upload: Import) -> Files:
    """The files of an import; none when it is no package, or was not opened yet."""
    fmt = find_format(upload.format_key)
    if fmt is not None and issubclass(fmt, Layout):
        # One file by itself: its rows are the upload's.
        return Files(fmt=fmt)
    return Files([_file(number, told) for number, told in enumerate(upload.files, 1)], fmt)


def _file(number: int, told: Mapping[str, Any]) -> File:
    return File(
        number=number,
        name=told["name"],
        format_key=told.get("format") or "",
        base=told.get("base", 0),
        rows=told.get("rows", 0),
        counts=told.get("counts") or {},
        version=told.get("version"),
        problem=told.get("problem"),
        notes=told.get("notes") or (),
    )


def notes_of(upload: Import) -> list[tuple[str, str, str | None]]:
    """Warnings about a feed's files as wholes: (code, sentence, name of the file in a package)."""
    own = [(note["code"], note["message"], None) for note in _notes(upload)]
    is_package = len(files_of(upload)) > 0
    return own + [
        (note["code"], note["message"], told["name"] if is_package else None)
        for told in upload.files
        for note in told.get("notes") or ()
    ]


def _notes(upload: Import) -> list[Mapping[str, Any]]:
    """Those about the package, or its manifest."""
    fmt = find_format(upload.format_key)
    if fmt is None or not issubclass(fmt, Layout | Package):
        return []
    return [note for note in upload.seen.get("notes", []) if "message" in note]


def files_by_import(imports: Collection[UUID]) -> dict[UUID, Files]:
    """The files of those imports that are packages; one statement. Jobs that are no imports are passed over."""
    packages = Import.objects.filter(pk__in=set(imports)).exclude(files=[]).only("pk", "format_key", "files")
    return {upload.pk: files_of(upload) for upload in packages}


def origins(imports: Collection[UUID]) -> dict[UUID, Callable[[int], Origin]]:
    """For the roster: how each import of several files reads the row numbers that its changes have."""
    return {pk: _reader(files) for pk, files in files_by_import(imports).items() if files}


def _reader(files: Files) -> Callable[[int], Origin]:
    def read(number: int) -> Origin:
        place = files.at(number)
        return Origin(place.row, place.name)

    return read
