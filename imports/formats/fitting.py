"""Which layout of a feed a header is of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from imports.formats.columns import Column
from imports.formats.feed import Layout, Package
from imports.formats.text import fold
from imports.problems import FileRejected

# A header whose cells are kept apart by something else is still somebody's.
_OTHER_DELIMITERS = re.compile(r"[;|\t]")
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright bars"}
# So many names in common make a layout the nearest one.
MENTIONED = 2
# So many cells are told of a first row that is no header.
TOLD = 3


def layout_of(
    layouts: Sequence[type[Layout]], header: Sequence[str], version: str | None, name: str
) -> tuple[type[Layout], dict[Column, int]]:
    """The layout that has exactly this header, and which cell fills which of its columns.

    version: as a manifest has it; None: any. name: the file's. Raises FileRejected: what keeps the header from
    being that of the nearest layout; ``header_mismatch`` when none is near.
    """
    for layout in layouts:
        try:
            return layout, layout.fit(header, version)
        except FileRejected:
            continue
    near = nearest_layout(layouts, header)
    if near is None:
        raise FileRejected(
            "header_mismatch",
            variant="unknown",
            file=name,
            # No more of it: what is no header may be a row, and have a secret.
            found=",".join(header[:TOLD]) + (",…" if len(header) > TOLD else ""),
            expected=", ".join(layout.title for layout in layouts),
        )
    try:
        return near, near.fit(header, version)
    except FileRejected as differs:
        other = _parted_by(header)
        if other is None:
            raise
        words = {**differs.params, "variant": "delimiter", "separators": other}
        raise FileRejected("header_mismatch", **words) from differs


def _parted_by(header: Sequence[str]) -> str | None:
    """What keeps the cells of a header apart that was read as one cell, in words; None when it has several cells."""
    if len(header) != 1:
        return None
    counts = {words: header[0].count(sign) for sign, words in SEPARATORS.items()}
    best = max(counts, key=lambda words: counts[words])
    return best if counts[best] else None


def fits(layout: type[Layout], header: Sequence[str], version: str | None = None) -> bool:
    """Whether it has exactly this header."""
    try:
        layout.fit(header, version)
    except FileRejected:
        return False
    return True


def nearest_layout(layouts: Sequence[type[Layout]], header: Sequence[str]) -> type[Layout] | None:
    """The layout that shares most names with a header, two at least; None when none does."""
    counts = _shared(layouts, header)
    best = max(counts, key=lambda layout: (counts[layout], -len(layout.columns)), default=None)
    return best if best and counts[best] >= MENTIONED else None


def near_layout(layouts: Sequence[type[Layout]], header: Sequence[str]) -> tuple[type[Layout], int] | None:
    """The layout whose header this nearly is: most of the file's columns are its own; and how many are."""
    best = nearest_layout(layouts, header)
    if best is None:
        return None
    count = _shared([best], header)[best]
    named = sum(bool(name) and not name.startswith("_") for name in _names(header))
    return (best, count) if count * 2 > named else None


def _shared(layouts: Sequence[type[Layout]], header: Sequence[str]) -> dict[type[Layout], int]:
    names = {fold(name) for name in _names(header)}
    return {layout: len(names & {fold(column.header) for column in layout.columns}) for layout in layouts}


def _names(header: Sequence[str]) -> list[str]:
    return [part.strip() for cell in header for part in _OTHER_DELIMITERS.split(cell)]


def package_of(layout: type[Layout]) -> type[Package]:
    """The package of a layout's family. Raises LookupError when nobody declared one."""
    for package in _packages():
        if layout in package.layouts or package.family == layout.family:
            return package
    raise LookupError(layout.key)


def _packages() -> Sequence[type[Package]]:
    return [package for package in Package.__subclasses__() if package.key]
