"""Recognition: which format a stored file has, told from its header, its files and its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings

from edu_csv import storage
from edu_csv.tabular import Archive, TableRefused, open_archive, open_member, open_table
from imports.formats.base import Format
from imports.formats.by_template import template_of
from imports.formats.feed import Package
from imports.formats.fitting import fits, near_layout
from imports.formats.registry import candidates, packages, recognise, several
from imports.formats.templated import TemplateFormat
from imports.formats.text import fold
from imports.models import Import
from imports.problems import FileRejected
from imports.steps.limits import limits, package_limits
from imports.steps.read import refusals

NAMED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What its sender says of a file: action, encoding, delimiter; blank: nothing."""

    action: str = ""
    encoding: str = ""
    delimiter: str = ""


def recognise_upload(upload: Import) -> type[Format]:
    """The format of an import. Raises FileRejected: ``unknown_format``, or why it cannot be opened."""
    with refusals(), storage.open_file(upload.file_key) as stream:
        return recognise_file(
            stream, upload.file_name, Asked(upload.action, upload.encoding, upload.delimiter)
        )


def recognise_file(
    stream: BinaryIO, name: str, asked: Asked, templates: Sequence[type[TemplateFormat]] = ()
) -> type[Format]:
    """The format of a file that can be sought in. templates: those that its sender may send files through.

    Raises FileRejected: ``unknown_format`` with the candidates; TableRefused when it cannot be opened.
    """
    archive = open_archive(stream, limits())
    if archive is not None and (package := _package(archive)):
        return package
    stream.seek(0)
    with open_table(
        stream,
        name=name,
        encoding=asked.encoding or None,
        delimiter=asked.delimiter or None,
        limits=limits(),
    ) as table:
        parted = "" if table.kind == "xlsx" else table.delimiter
        # Whoever says how a file is to be read speaks of no template: it says all of that itself (csv data import 1.2).
        if asked == Asked() and (template := template_of(table.header, parted, templates)):
            return template
        return recognise(table.header, asked.action, table.member or name)


@dataclass(slots=True)
class _Votes:
    """Files of a zip for a package. exact: by their headers. near: by most of their columns."""

    exact: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)


def _package(archive: Archive) -> type[Package] | None:
    """The package that a zip is, by the headers of its files; None when it may be one table, zipped.

    Raises FileRejected when it is several files of no family, or of two.
    """
    headers = _headers(archive)
    votes = {package: _Votes() for package in packages()}
    for name, header in headers.items():
        for package, vote in votes.items():
            if any(fits(layout, header) for layout in package.layouts):
                vote.exact.append(name)
            elif near_layout(package.layouts, header) and not candidates(header):
                vote.near.append(name)
    for found in (
        [each for each in votes if votes[each].exact],
        [each for each in votes if votes[each].near],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise several(found)
    manifested = [each for each in votes if each.manifest and each.manifest in map(fold, archive.names)]
    if len(manifested) == 1:
        return manifested[0]
    if len(archive.names) > 1:
        raise _unknown(archive.names, headers)
    return None


def _headers(archive: Archive) -> dict[str, list[str]]:
    """The headers of a zip's files, by name, as far as they can be read strictly; of the first files only."""
    found = {}
    for name in archive.names[: settings.MAX_PACKAGE_FILES]:
        if not fold(name).endswith(".csv"):
            continue
        try:
            with open_member(archive, name, limits=package_limits()) as table:
                found[name] = table.header
        except TableRefused:
            # Why, the package says when it is opened.
            continue
    return found


def _unknown(names: Sequence[str], headers: dict[str, list[str]]) -> FileRejected:
    """The refusal of a zip of several files that belong to no package."""
    shown = ", ".join(f"`{name}`" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
    families = " and ".join(f"{package.title} (`{package.key}`)" for package in packages())
    single = sorted({fmt.key for header in headers.values() for fmt in candidates(header)})
    return FileRejected(
        "unknown_format",
        variant="zip" if not single else "zip_of_others",
        files=shown,
        packages=families,
        formats=", ".join(f"`{key}`" for key in single[:NAMED]),
        candidates=[package.key for package in packages()] + single,
    )
