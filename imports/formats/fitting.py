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
            found=",".join(header)[:200],
            expected=", ".join(layout.title for layout in layouts),
        )
    return near, near.fit(header, version)


def nearest_layout(layouts: Sequence[type[Layout]], header: Sequence[str]) -> type[Layout] | None:
    """The layout that shares most names with a header; None when none shares two, or its only one."""
    names = {fold(part.strip()) for cell in header for part in _OTHER_DELIMITERS.split(cell)} - {""}
    shared = {layout: len(names & {fold(c.header) for c in layout.columns}) for layout in layouts}
    best = max(shared, key=lambda layout: (shared[layout], -len(layout.columns)), default=None)
    return best if best and shared[best] >= min(2, len(names) or 2) else None


def package_of(layout: type[Layout]) -> type[Package]:
    """The package of a layout's family. Raises LookupError when nobody declared one."""
    for package in _packages():
        if layout in package.layouts or package.family == layout.family:
            return package
    raise LookupError(layout.key)


def _packages() -> Sequence[type[Package]]:
    return [package for package in Package.__subclasses__() if package.key]
