"""What the reader sees in a file, without importing it: one table, or all files of a package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edu_csv.tabular import Chunk, RowFault, Table, TableRefused, open_archive, open_table
from imports.formats.base import Format
from imports.formats.feed import Layout, Package
from imports.formats.registry import candidates, nearest
from imports.problems import FileRejected
from imports.steps.packages import Member, Opened, look_at
from imports.steps.recognition import Asked, recognise_file

SHOWN_FAULTS = 100

Findings = dict[str, Any]
# Takes the header and the good rows, as they are read.
Taker = Callable[[Sequence[str], Iterable[Sequence[str]]], None]


@dataclass(slots=True)
class Tally:
    """What was met on the way through the rows; of the faults, the first hundred are kept."""

    rows: int = 0
    blank_rows: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    first_faults: list[RowFault] = field(default_factory=list)

    def watch(self, chunks: Iterable[Chunk]) -> Iterator[list[str]]:
        """The good rows, everything counted as it passes."""
        for chunk in chunks:
            self.rows += len(chunk.rows) + len(chunk.faults)
            self.blank_rows += len(chunk.blanks)
            self.faults.update(fault.code for fault in chunk.faults)
            self.first_faults += chunk.faults[: SHOWN_FAULTS - len(self.first_faults)]
            yield from chunk.rows


def inspect(path: Path, encoding: str | None, delimiter: str | None, take: Taker) -> Findings:
    """All that is known of a file, JSON-ready; its rows go to ``take``.

    Read as its format asks for: layouts of feeds strictly, unless encoding or delimiter say otherwise.
    Raises OSError, ValueError; TableRefused and FileRejected for what cannot be opened at all.
    """
    says = encoding or delimiter
    fmt = None if says else _feed_of(path)
    if fmt is not None and issubclass(fmt, Package):
        return _package(look_at(lambda: path.open("rb"), path.name, fmt), fmt, take)
    with (
        path.open("rb") as stream,
        open_table(stream, name=path.name, strict=True)
        if fmt
        else open_table(stream, name=path.name, encoding=encoding, delimiter=delimiter) as table,
    ):
        tally, refused = Tally(), None
        try:
            take(table.header, tally.watch(table.chunks()))
        except TableRefused as late:
            refused = refusal(late)
        return {**findings_of(table, tally), "refused": refused}


def _feed_of(path: Path) -> type[Format] | None:
    """The package or layout that a file is; None for any other, and for what cannot be recognised."""
    with path.open("rb") as stream:
        archive = open_archive(stream)
        stream.seek(0)
        try:
            fmt = recognise_file(stream, path.name, Asked())
        except FileRejected:
            if archive is not None and len(archive.names) > 1:
                raise
            return None
    return fmt if issubclass(fmt, Layout | Package) else None


def _package(opened: Opened, fmt: type[Package], take: Taker) -> Findings:
    opened.verify()
    return {
        "kind": "package",
        "packing": "zip",
        "format": fmt.key,
        "manifest": opened.contents.manifest,
        "version": opened.version,
        "notes": [{"code": note.code, "message": str(note)} for note in opened.notes],
        "files": (files := [_file(member, take) for member in opened]),
        "rows": sum(file["rows"] for file in files),
        "faulty_rows": sum(file["faulty_rows"] for file in files),
        "refused": None,
    }


def _file(member: Member, take: Taker) -> Findings:
    """What is in one file of a package."""
    tally, problem = Tally(), member.problem
    if problem is None:
        try:
            take(member.header, tally.watch(member.chunks()))
        except FileRejected as late:
            problem = late
    return {
        "name": member.name,
        "format": member.layout.key if member.layout else None,
        "version": member.version,
        "header": member.header,
        "notes": [{"code": note.code, "message": str(note)} for note in member.notes],
        **_counted(tally, member.header),
        "refused": problem.as_json() if problem else None,
    }


def findings_of(table: Table, tally: Tally) -> Findings:
    """All that is known of a table."""
    fitting = candidates(table.header)
    return {
        "kind": table.kind,
        "packing": table.packing,
        "member": table.member,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "quoting": "double" if table.quoted else "none",
        "line_ends": table.line_ends,
        "header_row": table.header_row,
        "header": table.header,
        "repeated_headers": _repeated(table.header),
        "blank_headers": table.header.count(""),
        "notes": [{"code": note.code, "message": note.message, **note.params} for note in table.notes],
        "candidates": _candidates(fitting, table.header),
        **_nearest(table.header, fits_one=bool(fitting)),
        "blank_rows": tally.blank_rows,
        **_counted(tally, table.header),
    }


def _counted(tally: Tally, header: Sequence[str]) -> Findings:
    return {
        "rows": tally.rows,
        "faulty_rows": tally.faults.total(),
        "faults": dict(tally.faults),
        "problems": [
            {
                "row": fault.row,
                "column": _column_name(header, fault),
                "code": fault.code,
                "message": fault.message,
            }
            for fault in tally.first_faults
        ],
    }


def _column_name(header: Sequence[str], fault: RowFault) -> str | None:
    """The header above the cell at fault; None for a row's fault and for a cell beyond the header."""
    if fault.column is None or fault.column >= len(header):
        return None
    return header[fault.column]


def _repeated(header: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(filter(None, header)).items() if count > 1]


def _candidates(fitting: Sequence[type[Format]], header: list[str]) -> list[Findings]:
    """The formats that the header fits best, each with the actions, or of a feed the versions, that it fits."""
    return [
        {
            "key": fmt.key,
            "title": fmt.title,
            **(
                {"versions": fmt.versions_of(header)}
                if issubclass(fmt, Layout)
                else {"actions": [action for action in fmt.actions if fmt in candidates(header, action)]}
            ),
        }
        for fmt in fitting
    ]


def _nearest(header: list[str], *, fits_one: bool) -> Findings:
    """The nearest format, and of a feed how the header differs from its."""
    near = nearest(header)
    differs = ""
    if near and not fits_one and issubclass(near[0], Layout):
        try:
            near[0].fit(header)
        except FileRejected as rejected:
            differs = rejected.detail
    return {"nearest": near[0].key if near else None, "differs": differs}


def refusal(refused: TableRefused | FileRejected) -> Findings:
    """Why a file cannot be read, JSON-ready."""
    if isinstance(refused, FileRejected):
        return {"hint": "", **refused.as_json()}
    return {"code": refused.code, "detail": refused.detail, "hint": refused.hint, **refused.params}
