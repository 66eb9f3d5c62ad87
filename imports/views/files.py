"""The files of a package, a line each: what they are, their rows and outcomes, and why one was refused."""

from __future__ import annotations

from django.utils.http import urlencode

from edu_csv.pages.contexts.imports import FileLine
from edu_csv.pages.contexts.parts import Note
from edu_csv.pages.tallies import segments
from edu_csv.pages.words import counted, listed
from imports.files import File, files_of, notes_of
from imports.models import Import
from imports.views import names
from imports.views.causes import plain

# So many refused files are named; the table below the note has all of them.
NAMED = 3


def file_lines(upload: Import, chosen: str = "") -> list[FileLine]:
    """The files in the order in which they are read; none unless the upload is a package. chosen: a file's name."""
    return [_line(upload, file, chosen) for file in files_of(upload)]


def _line(upload: Import, file: File, chosen: str) -> FileLine:
    layout = file.layout
    what = names.format_name(layout) if layout else "format not recognised"
    return {
        "name": file.name,
        "what": f"{what} · {file.version}" if layout and file.version else what,
        "rows": file.rows,
        "segments": segments(file.counts) if file.rows else [],
        "problem": plain(str(file.problem.get("detail", ""))) if file.problem else "",
        "notes": [plain(str(note["message"])) for note in file.notes],
        "href": f"{names.address(upload)}?{urlencode({'file': file.name})}" if file.rows else "",
        "is_on": file.name == chosen,
    }


def refused_note(upload: Import) -> Note | None:
    """What is said of files that were refused while others went on (d2l D-23); None when none was."""
    refused = files_of(upload).unread
    if not refused:
        return None
    number = len(refused)
    of = listed(
        [file.name for file in refused[:NAMED]] + ([f"{number - NAMED} more"] if number > NAMED else [])
    )
    was = "was" if number == 1 else "were"
    why = plain(str((refused[0].problem or {}).get("detail", "")))
    return {
        "kind": "failed",
        "icon": "stop",
        "title": f"{counted(number, 'file')} {was} not read: {of}",
        "text": f"{why} Nothing of {'it' if number == 1 else 'them'} was applied; the other files went on.",
        "actions": [],
    }


def note_about_files(upload: Import) -> Note | None:
    """Warnings about a whole file, or about a package as such; those of a package's files stand in their lines."""
    told = [detail for _, detail, file in notes_of(upload) if file is None]
    if not told:
        return None
    return {
        "kind": "turn",
        "icon": "info",
        "title": "About the file" if len(told) == 1 else f"{counted(len(told), 'thing')} about the file",
        "text": plain(" ".join(told)),
        "actions": [],
    }
