"""Reading a CSV for a template: its header held against what the template uses (csv data import 1.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, BinaryIO

from edu_csv import storage
from edu_csv.tabular import Table, TableRefused, open_table
from edu_csv.templating import MissingColumns, Renderer, Template, TemplateRefused, compile_template
from imports.formats.by_template import SEPARATORS
from imports.models import Import, ImportTemplateVersion
from imports.problems import FileRejected
from imports.steps.limits import limits
from imports.steps.read import refusals

# Versions never change, so that what was made of one is good as long as the process lives.
COMPILED_KEPT = 64
UTF_8 = ("utf-8", "utf-8-sig")
TAKE_UTF_8 = "Save it as “CSV UTF-8” and send that."


@dataclass(slots=True)
class Opened:
    """A file opened up to its header. renderer: makes each of its rows."""

    table: Table
    template: Template
    renderer: Renderer

    def seen(self, version: ImportTemplateVersion) -> dict[str, Any]:
        """What was recognised, for the page and for later steps (see ``read.Upload.seen``)."""
        table, used = self.table, self.template.columns
        ignored = [] if self.template.has_computed_columns else [n for n in table.header if n not in used]
        return {
            "kind": table.kind,
            "packing": table.packing,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "header": table.header,
            "header_row": table.header_row,
            "columns": [],
            "ignored": [name for name in ignored if not name.startswith("_")],
            "absent": sorted(used & set(version.optional_columns) - set(table.header)),
            "via_alias": {},
            "own_id_ignored": None,
            "notes": [{"code": note.code, **note.params} for note in table.notes],
        }


@contextmanager
def open_upload(upload: Import) -> Iterator[Opened]:
    """Open the file of an import that goes through a template. Raises FileRejected."""
    version = upload.template_version
    assert version is not None  # noqa: S101  # set when the file was received
    with refusals(), storage.open_file(upload.file_key) as stream:
        created = upload.job.created_at
        with open_stream(stream, upload.file_name, version, upload.institution_id, created) as opened:
            yield opened


@contextmanager
def open_stream(
    stream: BinaryIO, file_name: str, version: ImportTemplateVersion, institution: int, created: datetime
) -> Iterator[Opened]:
    """The same for any file, opened as of the moment ``created``.

    version: may be one that is not saved yet; then TemplateRefused is raised where its text is wrong. Raises FileRejected.
    """
    template = compiled(version)
    with (
        refusals(),
        _utf_8_alone(),
        open_table(
            stream,
            name=file_name,
            encoding="utf-8",
            delimiter=version.delimiter,
            limits=limits(),
            fewer_cells="fill",
            bad_bytes="file",
        ) as table,
    ):
        if table.encoding not in UTF_8:
            raise TableRefused(
                "bad_encoding",
                f"The file is in {table.encoding.upper()}, and UTF-8 is expected.",
                TAKE_UTF_8,
                {"found": table.encoding},
            )
        refuse_header(table.header, template.columns)
        try:
            _, renderer = bound(version, table.header, file_name, institution, created)
        except MissingColumns as missing:
            raise _missing(version, missing.columns, table.header) from missing
        yield Opened(table, template, renderer)


@contextmanager
def _utf_8_alone() -> Iterator[None]:
    """Other files may name the encoding that they were saved in; of these nobody is asked."""
    try:
        yield
    except TableRefused as refused:
        if refused.code != "bad_encoding":
            raise
        raise TableRefused(refused.code, refused.detail, TAKE_UTF_8, refused.params) from refused


def bound(
    version: ImportTemplateVersion, header: Sequence[str], file_name: str, institution: int, created: datetime
) -> tuple[Template, Renderer]:
    """The template of a version, and what makes the rows of a file with this header. Raises MissingColumns."""
    template = compiled(version)
    renderer = template.bind(
        header,
        org=institution,
        time_zone=version.time_zone,
        file_name=file_name,
        created=created,
        # Not the clock: a row must come out the same whenever it is planned again.
        now=created,
        optional=version.optional_columns,
    )
    return template, renderer


def compiled(version: ImportTemplateVersion) -> Template:
    """The template of a version. Raises FileRejected when a saved one is refused by now, TemplateRefused for others."""
    variables = tuple((name, expression) for name, expression in version.variables)
    if version.pk is None:
        return compile_template(version.body, variables)
    try:
        return _compiled(version.pk, version.body, variables)
    except TemplateRefused as refused:
        raise FileRejected(
            "bad_template", template=version.template.name, message=refused.faults[0].message
        ) from refused


@lru_cache(maxsize=COMPILED_KEPT)
def _compiled(_version: int, body: str, variables: tuple[tuple[str, str], ...]) -> Template:
    return compile_template(body, variables)


def refuse_header(header: Sequence[str], used: Collection[str]) -> None:
    """Raise FileRejected for a header with repeated or empty names.

    Columns that a failed.csv of ours has are taken away before (rest-api.md 3), unless the template uses one of that name.
    """
    own = [(at, name) for at, name in enumerate(header, 1) if not name.startswith("_") or name in used]
    for at, name in own:
        if not name:
            raise FileRejected("empty_header", column_number=at, at=at)
    counted = Counter(name for _, name in own)
    repeated = {name: [at for at, each in own if each == name] for name in counted if counted[name] > 1}
    if repeated:
        raise FileRejected(
            "duplicate_header",
            variant="of_template",
            columns=", ".join(f"`{name}`" for name in repeated),
            at=" and ".join(", ".join(map(str, places)) for places in repeated.values()),
            places=repeated,
        )


def _missing(version: ImportTemplateVersion, columns: Collection[str], header: list[str]) -> FileRejected:
    name = version.template.name if version.template_id else ""
    other = _other_delimiter(version.delimiter, header, columns)
    return FileRejected(
        "missing_column",
        variant="delimiter" if other else "of_template",
        columns=", ".join(f"`{column}`" for column in columns),
        template=name,
        found=header[:50],
        **({"parted": SEPARATORS[other], "expected": _called(version.delimiter)} if other else {}),
    )


def _other_delimiter(delimiter: str, header: Sequence[str], missing: Collection[str]) -> str:
    """What would part the header into most of the missing columns; "" when nothing else gives any of them."""
    written = delimiter.join(header)
    found = {
        sign: len({cell.strip().strip('"') for cell in written.split(sign)} & set(missing))
        for sign in SEPARATORS
        if sign != delimiter
    }
    best = max(found, key=lambda sign: found[sign])
    return best if found[best] else ""


def _called(delimiter: str) -> str:
    return SEPARATORS.get(delimiter, f"“{delimiter}”")
