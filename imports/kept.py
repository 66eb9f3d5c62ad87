"""What is kept of an upload whose secret cells were taken out: told wherever its length and hash are.

Length and hash of an import are those of what was sent; what is stored may be shorter (``imports.steps.redaction``).
"""

from __future__ import annotations

from edu_csv.pages.words import counted, listed
from imports.models import Import

NAMED = 3


def kept_said(upload: Import | None) -> str:
    """How the stored copy differs from what was sent, as words after "kept"; blank when it is as it came."""
    told = (upload.seen.get("secrets") if upload is not None else None) or {}
    if upload is None or not told:
        return ""
    read = [name for name, each in told.items() if each["count"]]
    unread = [name for name, each in told.items() if not each["count"]]
    parts = []
    if read:
        parts.append(f"without the secret cells{_of(upload, read)}")
    if unread:
        parts.append(f"without what could not be read{_of(upload, unread)}, since that may hold passwords")
    return " and ".join(parts)


def _of(upload: Import, files: list[str]) -> str:
    """ " of 7-Users.csv"; blank when the upload is that file."""
    if files == [upload.file_name]:
        return ""
    more = len(files) - NAMED
    return f" of {listed(files[:NAMED] + ([counted(more, 'more file')] if more > 0 else []))}"
