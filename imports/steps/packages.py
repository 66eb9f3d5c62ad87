"""Packages: the files of a feed, one after the other as they are to be read (d2l 2, 3, 13; circlein 2, 7).

A feed comes as one CSV or as a zip of several. What is wrong with the zip or its manifest refuses all of it,
before a row is read; what is wrong with one file's header or bytes is this file's affair, and the others go on
(d2l D-23). Everything streams: one file is open at a time, and the whole may be gone through again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, BinaryIO

from edu_csv import storage
from edu_csv.tabular import Archive, Chunk, Table, TableRefused, open_archive, open_member, open_table
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.formats.feed import Layout, Package
from imports.formats.fitting import layout_of, package_of
from imports.formats.registry import format_for
from imports.formats.text import fold
from imports.models import Import
from imports.problems import FileRejected, Problem
from imports.steps.limits import package_limits
from imports.steps.members import Contents, examine
from imports.steps.read import refusals
from imports.steps.secrets import CUT, Hider, secret_places

# The reader's words for a whole file, in those of these formats (d2l 10.2, circlein 8).
CODES = {"bad_encoding": "not_utf8", "unclosed_quote": "unreadable_csv", "lone_return": "unreadable_csv"}

_WORD = re.compile(r"[a-z]+")


@dataclass(slots=True)
class Member:
    """One file of a feed, in the order of reading.

    number: from 1; 0 for a CSV that came alone. header: row 1 as it stands. places: which cell fills which
    column. version: of the package, or the newest one whose header this is; None where the family has none.
    versions: all whose header it is. problem: why it cannot be read; then it has no rows. notes: warnings about
    the file as a whole. secrets: filled secret cells met so far. layout: None when its header is nobody's.
    """

    number: int
    name: str
    layout: type[Layout] | None = None
    places: dict[Column, int] = field(default_factory=dict)
    version: str | None = None
    versions: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    problem: FileRejected | None = None
    notes: list[Problem] = field(default_factory=list)
    secrets: int = 0
    _table: Table | None = None

    def chunks(self, size: int = 2_000) -> Iterator[Chunk]:
        """Its rows, once, while it is the one that is open; secret cells are empty, also in faults.

        Raises FileRejected, in their middle too.
        """
        if self._table is None or self.layout is None:
            return
        rows = 0
        chunks = self._table.chunks(size)
        places = secret_places(self.layout, self.places)
        hider = Hider(places, len(self.header)) if places else None
        with file_refusals(self.name, may_tell=hider is None):
            for chunk in hider.chunks(chunks) if hider else chunks:
                rows += len(chunk.rows) + len(chunk.faults)
                self.secrets = hider.filled if hider else 0
                yield chunk
        if not rows:
            words = {"variant": "file", "file": self.name}
            self.notes.append(Problem("no_rows", severity="warning", params=words))

    @property
    def position(self) -> int:
        """Bytes read of it: for showing progress."""
        return self._table.position if self._table else 0


# Opens the file anew, from its beginning; it can be sought in.
Source = Callable[[], BinaryIO]


class Opened:
    """A feed whose files are known, with rows still to come. Iterate over it, as often as need be.

    members: all its files in the order of reading, none of them open. notes: warnings about the whole.
    packing: "zip", "gzip" or None; a zip is a package, were it of one file.
    """

    def __init__(
        self, source: Source, name: str, family: type[Package], layouts: Sequence[type[Layout]]
    ) -> None:
        self._source, self._name = source, name
        self.family = family
        self.layouts = tuple(layouts)
        self.packing: str | None = None
        # What was taken out of the upload already (see ``redaction``).
        self.secrets: dict[str, Any] = {}
        self.contents = Contents([name])
        with refusals(), self._archive() as archive:
            if archive is not None:
                self.packing = "zip"
                self.contents = examine(archive, family, archive.packed_bytes)
            members = [self._look(archive, each) for each in self.contents.names]
        members.sort(key=lambda member: family.place(member.name, member.layout))
        self.members = [
            replace(member, number=number if self.is_package else 0)
            for number, member in enumerate(members, 1)
        ]
        if not self.is_package and self.members[0].problem:
            raise self.members[0].problem

    @property
    def is_package(self) -> bool:
        return self.packing == "zip"

    @property
    def version(self) -> str | None:
        """What the manifest says, or what is meant without one; of a CSV alone what its header says."""
        return self.contents.version if self.is_package else self.members[0].version

    @property
    def notes(self) -> list[Problem]:
        return self.contents.notes

    def verify(self) -> None:
        """Unpack all of it once: of a damaged zip nothing is used. Raises FileRejected."""
        with refusals(), self._archive() as archive:
            if archive is not None:
                archive.verify()

    def __iter__(self) -> Iterator[Member]:
        with refusals(), self._archive() as archive:
            for member in self.members:
                fresh = replace(member, notes=[*member.notes])
                if member.problem:
                    yield fresh
                    continue
                with self._open(archive, member.name) as table:
                    fresh._table = table
                    yield fresh

    def seen(self) -> dict[str, Any]:
        """What was recognised, for the page and for later steps (see ``read.Upload.seen``)."""
        lone = None if self.is_package else self.members[0]
        return {
            "kind": "package" if self.is_package else "csv",
            "packing": self.packing,
            "encoding": "utf-8",
            "delimiter": ",",
            "header": lone.header if lone else [],
            "header_row": 1,
            "columns": [column.name for column in lone.places] if lone else [],
            "ignored": [],
            "absent": [],
            "via_alias": {},
            "own_id_ignored": None,
            "version": self.version,
            "manifest": self.contents.manifest,
            "notes": [{"code": note.code, "message": str(note)} for note in self.notes],
            "secrets": self.secrets,
        }

    @contextmanager
    def _archive(self) -> Iterator[Archive | None]:
        """The zip, or None when the upload is a CSV."""
        with self._source() as stream:
            yield open_archive(stream, package_limits())

    @contextmanager
    def _open(self, archive: Archive | None, name: str) -> Iterator[Table]:
        if archive is not None:
            with open_member(archive, name, limits=package_limits()) as table:
                yield table
            return
        with (
            self._source() as stream,
            open_table(stream, name=self._name, strict=True, limits=package_limits()) as table,
        ):
            self.packing = table.packing
            yield table

    def _look(self, archive: Archive | None, name: str) -> Member:
        """A file by its header."""
        header: list[str] = []
        version = self.contents.version
        may_tell = not any(layout.secret for layout in self.family.layouts)
        try:
            with file_refusals(name, may_tell=may_tell), self._open(archive, name) as table:
                header = table.header
            layout, places = layout_of(self.layouts, header, version, name)
        except FileRejected as problem:
            self._refuse_without_manifest(name, header)
            return Member(0, name, header=header, version=version, problem=problem)
        versions = layout.versions_of(header)
        newest = versions[-1] if versions else None
        return Member(
            0, name, layout, places, version or newest, versions, header, notes=self._misnamed(name, layout)
        )

    def _refuse_without_manifest(self, name: str, header: list[str]) -> None:
        """Raise FileRejected when a file is of a version that only a manifest makes it (d2l D-3)."""
        if not self.is_package or self.contents.manifest or not self.family.manifest:
            return
        for layout in self.layouts:
            if header and (versions := layout.versions_of(header)):
                raise FileRejected(
                    "manifest_missing",
                    file=name,
                    version=" or ".join(versions),
                    assumed=self.family.without_manifest,
                    manifest=self.family.manifest,
                    example=f'`{{"version": "{versions[-1]}"}}`',
                )

    def _misnamed(self, name: str, layout: type[Layout]) -> list[Problem]:
        """A warning when the name speaks of another layout: the header counts (d2l D-27)."""
        words = set(_WORD.findall(fold(name)))
        if words & set(layout.called):
            return []
        other = next((each for each in self.family.layouts if words & set(each.called)), None)
        if other is None:
            return []
        told = {"file": name, "title": layout.title, "other": other.title}
        return [Problem("file_name_differs", severity="warning", params=told)]


def open_package(upload: Import) -> Opened:
    """Open an import of a feed: all its files known, none of it damaged.

    Raises FileRejected for what refuses the whole: the zip, its manifest, or the one CSV that it is.
    """
    opened = look_into(upload.file_key, upload.file_name, upload.format_key)
    opened.secrets = upload.seen.get("secrets", {})
    if not opened.is_package and (layout := opened.members[0].layout):
        # Said to be a package, and one of its files alone.
        upload.format_key = layout.key
    opened.verify()
    return opened


def look_into(key: str, name: str, format_key: str) -> Opened:
    """The same for a stored file, as far as headers tell."""
    return look_at(partial(storage.open_file, key), name, format_for(format_key))


def look_at(source: Source, name: str, fmt: type[Format]) -> Opened:
    """The same for any file. fmt: a package, or one layout."""
    if issubclass(fmt, Layout):
        return Opened(source, name, package_of(fmt), (fmt,))
    if issubclass(fmt, Package):
        return Opened(source, name, fmt, fmt.layouts)
    raise ValueError(f"expected the format of a feed, got {fmt.key}")


@contextmanager
def file_refusals(name: str, *, may_tell: bool = True) -> Iterator[None]:
    """The reader's refusals of one file, as ours. Raises FileRejected.

    may_tell: False where a piece of the file may be a piece of a secret.
    """
    try:
        yield
    except TableRefused as refused:
        detail, params = (refused.detail, refused.params) if may_tell else _hidden(refused)
        params = {**params, "file": name}
        if code := CODES.get(refused.code):
            found = " ".join(detail.split()).rstrip(".") + "."
            # No other encoding can be chosen for files of feeds.
            hint = {} if code == "not_utf8" else {"hint": refused.hint}
            raise FileRejected(code, **{**params, "found": found, **hint}) from refused
        code = "header_mismatch" if refused.code == "no_header" else refused.code
        raise FileRejected(code, f"{detail} {refused.hint}", **params) from refused


def _hidden(refused: TableRefused) -> tuple[str, dict[str, Any]]:
    """Words and figures of a refusal without any piece of the file."""
    excerpt = str(refused.params.get("excerpt", ""))
    detail = refused.detail
    if excerpt:
        # At the end of a sentence it goes with what announces it.
        detail = detail.replace(f": {excerpt}.", ".").replace(excerpt, CUT)
    if "fault" in refused.params:
        detail = f"Row {refused.params['row']} should be the header, but cannot be read."
    return detail, {key: CUT if key == "excerpt" else value for key, value in refused.params.items()}
