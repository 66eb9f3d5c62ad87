"""The rows of a feed again, each with what became of it: one CSV, or of a package a zip with a CSV for each file.

A zip of failed rows is a package as it was sent: with its manifest, and with the files that have such rows. It
may be corrected and sent back as it is. Files that were refused as a whole have no rows, and are in neither.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import BinaryIO, cast

from edu_csv.tabular import write_rows
from imports import erasure
from imports.files import Files, files_of
from imports.formats.registry import format_for
from imports.models import Import, Outcome
from imports.problems import FileRejected
from imports.reach import allowed
from imports.steps import packages, ways
from imports.steps.feed import plan as feed_plan
from imports.steps.report_rows import (
    ADDED,
    PlanRows,
    Told,
    in_order,
    kept_places,
    looks_up,
    stored_problem,
    told_rows,
    written_row,
)

# Of what a feed's plan is made of: which object each row is about.
FOUND = "outcome"
# The same rows are the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)

Row = Sequence[str]


def write(
    upload: Import, out: BinaryIO, *, only_failed: bool, progress: Callable[[int], None] = lambda rows: None
) -> None:
    """Write results or failed rows. Inside a transaction; raises FileRejected when the upload is not stored."""
    opened = packages.look_into(upload.file_key, upload.file_name, upload.format_key)
    found = FOUND if looks_up(upload, only_failed) and _find_unchanged(upload, opened, progress) else ""
    with closing(told_rows(upload, only_failed, found)) as told:
        rows = _Rows(upload, PlanRows(told), only_failed, progress)
        if not opened.is_package:
            for member in opened:
                write_rows(out, chain([rows.header(member)], rows.of(member)))
            return
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            if name := opened.contents.manifest:
                manifest = json.dumps({"version": opened.version}).encode()
                archive.writestr(zipfile.ZipInfo(name, EPOCH), manifest, zipfile.ZIP_DEFLATED)
            for member in opened:
                if member.problem is None:
                    _write_member(archive, member, rows, only_failed)


def _write_member(archive: zipfile.ZipFile, member: packages.Member, rows: _Rows, only_failed: bool) -> None:
    found = rows.of(member)
    first = next(found, None)
    if first is None and only_failed:
        return
    info = zipfile.ZipInfo(member.name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    # How long it will be nobody knows yet.
    with archive.open(info, "w", force_zip64=True) as file:
        begun = [rows.header(member)] if first is None else [rows.header(member), first]
        write_rows(cast("BinaryIO", file), chain(begun, found))


class _Rows:
    """The rows of one upload after the other. progress: told how many were read so far."""

    def __init__(
        self, upload: Import, told: PlanRows, only_failed: bool, progress: Callable[[int], None]
    ) -> None:
        self._told, self._only_failed, self._progress = told, only_failed, progress
        self._files: Files = files_of(upload)
        self._without_erased = erasure.emptied(upload)
        self._read = 0

    def header(self, member: packages.Member) -> Row:
        return [*(member.header[place] for place in kept_places(member.header)), *ADDED]

    def of(self, member: packages.Member) -> Iterator[Row]:
        """The rows of one file, while it is open."""
        kept, width = kept_places(member.header), len(member.header)
        base = self._files[member.number].base if member.number else 0
        for chunk in member.chunks():
            for number, cells in in_order(chunk):
                said = self._told.at(base + number)
                if self._only_failed and (said is None or said.outcome != Outcome.FAILED):
                    continue
                own = self._without_erased(cells) if self._without_erased else cells
                yield written_row(own, kept, width, self._added(number, said, member.number))
            self._read += len(chunk.rows) + len(chunk.faults)
            self._progress(self._read)

    def _added(self, number: int, said: Told | None, file: int) -> Row:
        if said is None:
            return [str(number), Outcome.UNCHANGED.name.lower(), "", ""]
        words = " ".join(str(self._files.told(stored_problem(each), file)) for each in said.problems)
        return [str(number), said.outcome.name.lower(), str(said.object_id or ""), words]


def _find_unchanged(upload: Import, opened: packages.Opened, progress: Callable[[int], None]) -> bool:
    """Fill ``outcome``: which objects the rows are about by now; False when nobody may look any more.

    The import's own steps plan the upload again, on temporary tables, and write nothing.
    """
    try:
        allowed(upload, format_for(upload.format_key))
        space = ways.stage_members(upload, opened, progress)
    except FileRejected:
        return False
    feed_plan.make(space)
    space.run("ANALYZE outcome")
    return True
