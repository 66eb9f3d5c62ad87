"""Names of files in an inbox: which are safe, which say that a file is not finished, which are taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from imports.sources.errors import InboxRefused

LONGEST_NAME_BYTES = 200
# Clients write under such a name and rename when all has come.
UNFINISHED = (".part", ".tmp", ".filepart")
TAKEN = (".zip", ".csv", ".csv.gz")
NOT_OURS = "/\\"
EXPECTED = (
    "Files of a source are taken when their name ends in .zip, .csv or .csv.gz, in lower case; got {name}. Rename the"
    " file and send it again."
)


def checked(name: str) -> str:
    """The name in composed form (NFC). Raises InboxRefused for one that no folder could have."""
    name = unicodedata.normalize("NFC", name)
    if not name or name in (".", "..") or any(each in name for each in NOT_OURS) or not name.isprintable():
        raise InboxRefused(
            "bad_name",
            f"Expected a plain file name such as courses.zip, got {name[:80]!r}. Leave out slashes, backslashes and"
            " invisible characters.",
        )
    if len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME_BYTES:
        raise InboxRefused(
            "long_name",
            f"The name has more than {LONGEST_NAME_BYTES} bytes: {name[:60]}… Choose a shorter one.",
        )
    return name


def is_unfinished(name: str) -> bool:
    """Whether the name says that more is coming: a suffix of ``UNFINISHED``, or a dot in front (rsync)."""
    return name.startswith(".") or name.casefold().endswith(UNFINISHED)


def is_taken(name: str) -> bool:
    """Whether files of this name become imports (d2l 2: lower case only)."""
    return name.endswith(TAKEN) and not is_unfinished(name)


def refuse_other(name: str) -> None:
    """Raise InboxRefused for a name of which no import will ever come, where nobody can rename a file."""
    if not is_taken(name):
        raise InboxRefused("unexpected_name", EXPECTED.format(name=name[:80]))


def split(name: str) -> tuple[str, str]:
    """(stem, suffix) where ``.csv.gz`` is one suffix."""
    for suffix in (".csv.gz", ".failed.csv", ".failed.zip"):
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix), suffix
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem else (name, "")


def aside(name: str, is_there: Callable[[str], bool]) -> str:
    """A name beside ``name`` that is free: ``courses~1.csv``, ``courses~2.csv`` …"""
    stem, suffix = split(name)
    number = 1
    while is_there(found := f"{stem}~{number}{suffix}"):
        number += 1
    return found


def stamped(name: str, at: datetime) -> str:
    """``20310918T080501Z-courses.zip``: sorts by when it was answered."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{name}"
