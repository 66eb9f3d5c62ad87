"""Read: open the upload, recognise what it is, fit its header to the format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from edu_csv import storage
from edu_csv.errors import MissingFile
from edu_csv.tabular import RowFault, Table, TableRefused, open_table
from imports.formats.base import Format
from imports.formats.headers import Match, match
from imports.formats.registry import format_for, recognise, refuse_action
from imports.models import Import
from imports.problems import FileRejected
from imports.steps.limits import limits

# The reader's words for a bad row, in ours: a code, and what more is known.
FAULT_CODES: dict[str, tuple[str, str | None]] = {
    "ragged_row": ("record_length", None),
    "bare_quote": ("stray_quote", "bare"),
    "line_break": ("illegal_characters", "line_break"),
}


def row_fault(fault: RowFault) -> tuple[str, dict[str, Any]]:
    """Code and words of a row that could not be read as one."""
    code, variant = FAULT_CODES.get(fault.code, (fault.code, None))
    words: dict[str, Any] = {"found": fault.found, "expected": fault.expected, "excerpt": fault.excerpt}
    return code, words | ({"variant": variant} if variant else {})


@dataclass(slots=True)
class Upload:
    """An opened upload: its rows to come, its format, how its header fits."""

    table: Table
    fmt: type[Format]
    match: Match

    def seen(self, action: str) -> dict[str, Any]:
        """What was recognised, for the page and for later steps."""
        table = self.table
        columns = self.match.present(self.fmt, action)
        return {
            "kind": table.kind,
            "packing": table.packing,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "header": table.header,
            "header_row": table.header_row,
            "columns": [column.name for column in columns],
            "ignored": self.match.ignored,
            "absent": [column.header for column in self.match.absent],
            "via_alias": self.match.via_alias,
            "own_id_ignored": self.match.own_id_ignored,
            "notes": [{"code": note.code, **note.params} for note in table.notes],
        }


@contextmanager
def refusals() -> Iterator[None]:
    """The reader's refusals, as ours."""
    try:
        yield
    except TableRefused as refused:
        detail = " ".join(filter(None, [refused.detail, refused.hint]))
        raise FileRejected(refused.code, detail, **dict(refused.params)) from refused
    except MissingFile as missing:
        raise FileRejected(
            "file_gone", "The uploaded file is no longer stored. Upload it again."
        ) from missing


@contextmanager
def open_upload(upload: Import) -> Iterator[Upload]:
    """Open an import's file up to its header. Raises FileRejected."""
    with refusals(), storage.open_file(upload.file_key) as stream:
        fmt = format_for(upload.format_key) if upload.format_key else None
        with open_table(
            stream,
            name=upload.file_name,
            encoding=upload.encoding or None,
            delimiter=upload.delimiter or None,
            limits=limits(),
            bad_bytes=fmt.bad_bytes if fmt else "row",
        ) as table:
            fmt = fmt or recognise(table.header, upload.action)
            refuse_action(fmt, upload.action)
            yield Upload(table, fmt, match(fmt, upload.action, table.header))
