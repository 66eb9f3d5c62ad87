"""Names of files in storage, and the names and types they are downloaded under."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from edu_csv.errors import UnsafeKey

LONGEST_KEY_BYTES = 900  # S3 stops at 1,024; the rest is room for a prefix
LONGEST_SEGMENT_BYTES = 200  # file systems stop at 255
LONGEST_NAME = 100
NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}$")  # .csv, .csv.gz

CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    # Separated by pipes, which has no type of its own (reporting-api.md 4.2).
    ".psv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".gz": "application/gzip",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_key(*folders: object, name: str) -> str:
    """Join folders and an uploaded file's name, whatever it is, to a key: ``uploads/7/0190…/enrol.csv``."""
    return check_key("/".join([*(str(folder) for folder in folders), safe_name(name)]))


def safe_name(name: str) -> str:
    """A plain ASCII file name that keeps what it can of ``name``, and its suffix.

    Folders before the last slash or backslash go, as do leading dots; accents are dropped.
    """
    last = re.split(r"[/\\]", name)[-1]
    letters = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    plain = NOT_PLAIN.sub("-", letters).lstrip(".-").rstrip(".-")
    found = SUFFIX.search(plain)
    suffix = found.group() if found and found.start() else ""
    stem = plain.removesuffix(suffix)[: LONGEST_NAME - len(suffix)]
    return stem + suffix if stem else "file"


def check_key(key: str) -> str:
    """Return ``key`` when every store can hold it; raises UnsafeKey."""
    if len(key.encode("utf-8", "surrogatepass")) > LONGEST_KEY_BYTES:
        raise UnsafeKey(key, f"it is longer than {LONGEST_KEY_BYTES} bytes")
    for segment in key.split("/"):
        if not segment:
            raise UnsafeKey(key, "it is empty, begins or ends with a slash, or has two in a row")
        if segment.startswith("."):
            # Covers "." and "..", and keeps the stores' own work folders out of reach.
            raise UnsafeKey(key, "a part of it begins with a dot")
        if "\\" in segment or not segment.isprintable():
            raise UnsafeKey(key, "it has a backslash or an invisible character")
        if len(segment.encode()) > LONGEST_SEGMENT_BYTES:
            raise UnsafeKey(key, f"a part of it is longer than {LONGEST_SEGMENT_BYTES} bytes")
    return key


def content_type_of(key: str) -> str:
    """The media type a file is sent with. Never one that a browser would run."""
    dot = key.rfind(".")
    return CONTENT_TYPES.get(key[dot:].lower() if dot >= 0 else "", "application/octet-stream")


def attachment_header(filename: str) -> str:
    """The Content-Disposition that saves a download under ``filename`` (RFC 6266, RFC 5987).

    Both forms are given: ``curl -OJ`` knows only the plain one. Invisible characters go: a
    right-to-left override would disguise the suffix, a line break would start a header.
    """
    last = re.split(r"[/\\]", filename)[-1]
    shown = "".join(letter for letter in last if letter.isprintable())[:150].strip(" .") or "file"
    return f"attachment; filename=\"{safe_name(shown)}\"; filename*=UTF-8''{quote(shown, safe='')}"
