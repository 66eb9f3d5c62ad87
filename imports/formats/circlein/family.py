"""What all CircleIn V1 files share: the strict header, the text layer, the order (circlein-csv.md 2, 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from imports.formats.columns import Column
from imports.formats.feed import Layout
from imports.formats.text import fold
from imports.problems import FileRejected


class CircleInLayout(Layout):
    """Header exact in name, case and order; cells as they stand; a cell of blanks counts as empty."""

    family = "circlein"
    blanks: ClassVar[Literal["refuse", "empty"]] = "empty"
    told_superseded: ClassVar[tuple[str, str | None]] = ("duplicate_row", "last")
    # 1.: the name that messages call the file by.
    file_name: ClassVar[str] = ""

    @classmethod
    def fit(cls, header: Sequence[str], version: str | None = None) -> dict[Column, int]:
        """Which cell fills which column.

        Raises FileRejected: ``empty_column``, ``missing_column``, ``unknown_column`` or ``header_mismatch``
        (2.3). Nothing in a file tells a version (section 1), so none is looked at.
        """
        # Columns that we add to results are taken away before any rule of any format (rest-api.md section 3).
        places = [place for place, name in enumerate(header) if not name.startswith("_")]
        found = [header[place] for place in places]
        wanted = [column.header for column in cls.columns]
        words: dict[str, Any] = {
            "variant": "template", "title": cls.file_name, "wanted_line": ",".join(wanted), "found": found[:50],
        }  # fmt: skip
        if blank := [place + 1 for place, name in zip(places, found, strict=True) if not name.strip()]:
            raise FileRejected("empty_column", **words, places=_listed(map(str, blank)))
        left = Counter(map(_loosely, found))
        left.subtract(map(_loosely, wanted))
        if missing := [name for name in wanted if left[_loosely(name)] < 0]:
            raise FileRejected("missing_column", **words, columns=_quoted(missing))
        if unknown := _beyond(found, wanted):
            raise FileRejected("unknown_column", **words, columns=_quoted(unknown))
        if found != wanted:
            at = next(place for place, name in enumerate(wanted) if found[place] != name)
            raise FileRejected("header_mismatch", **words, place=at + 1, stands=found[at], wanted=wanted[at])
        return dict(zip(cls.columns, places, strict=True))


def _loosely(header: str) -> str:
    """A name without case and the blanks around it: enough to tell a misspelt column from a missing one."""
    return fold(header.strip())


def _beyond(found: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The columns that the template has not, or has once less; of two alike the one that is not exact."""
    more = Counter(map(_loosely, found))
    more.subtract(map(_loosely, wanted))
    exact = set(wanted)
    told = []
    for name in sorted(found, key=lambda name: name in exact):
        if more[_loosely(name)] > 0:
            more[_loosely(name)] -= 1
            told.append(name)
    return sorted(told, key=list(found).index)


def _quoted(names: Sequence[str]) -> str:
    return _listed(f"`{name}`" for name in names)


def _listed(words: Any) -> str:
    return ", ".join(words)
