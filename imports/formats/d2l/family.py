"""What all D2L Standard CSV files share: versions, and the header that each has (d2l 3, 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from imports.formats.columns import Column
from imports.formats.feed import Layout
from imports.problems import FileRejected

VERSIONS: Final = ("1.0", "1.1", "2.0", "2.1", "3.0")
# SQL over ``s``: the row's file is older than custom org units (3.1).
BEFORE_2 = "s.version IN ('1.0', '1.1')"


class D2LLayout(Layout):
    """Header exact in name, case and order; each version has the columns of the last one, and maybe more.

    widths: how many of the columns a version has. spaced: the header that one page of D2L prints with a space
    before it, and the versions in which we take it so (D-4).
    """

    family = "d2l"
    versions: ClassVar[tuple[str, ...]] = VERSIONS
    validates_by_cells = True
    widths: ClassVar[Mapping[str, int]] = {}
    spaced: ClassVar[tuple[str, tuple[str, ...]]] = ("", ())

    @classmethod
    def header(cls, version: str) -> list[str]:
        """The header of one version."""
        return [column.header for column in cls.columns[: cls.widths[version]]]

    @classmethod
    def fit(cls, header: Sequence[str], version: str | None = None) -> dict[Column, int]:
        """Which cell fills which column. Raises FileRejected ``header_mismatch`` (3.3, D-4)."""
        # Columns that we add to results are taken away before any rule of any format (rest-api.md section 3).
        places = [place for place, name in enumerate(header) if not name.startswith("_")]
        found = [header[place] for place in places]
        for tried in cls.versions if version is None else (version,):
            if cls._unspaced(found, tried) == cls.header(tried):
                return dict(zip(cls.columns, places, strict=False))
        raise FileRejected("header_mismatch", **cls._mismatch(found, version))

    @classmethod
    def _unspaced(cls, found: Sequence[str], version: str) -> list[str]:
        name, versions = cls.spaced
        spaced = f" {name}" if version in versions else None
        return [name if each == spaced else each for each in found]

    @classmethod
    def _mismatch(cls, found: Sequence[str], version: str | None) -> dict[str, Any]:
        """Expected and found, the first place where they part, and which version the header is of instead."""
        wanted_version = version or cls._nearest(found)
        wanted = cls.header(wanted_version)
        place = next(
            (at for at, (one, other) in enumerate(zip(wanted, found, strict=False)) if one != other),
            min(len(wanted), len(found)),
        )
        words: dict[str, Any] = {
            "title": cls.title, "version": wanted_version, "expected": wanted, "found": list(found[:50]),
            "wanted_line": ",".join(wanted), "found_line": ",".join(found[:50]), "place": place + 1,
        }  # fmt: skip
        others = [each for each in cls.versions if cls._unspaced(found, each) == cls.header(each)]
        if version is not None and others:
            return {**words, "variant": "version", "others": " or ".join(others)}
        if place == len(found):
            return {**words, "variant": "lacks", "missing": ",".join(wanted[place:])}
        if place == len(wanted):
            return {**words, "variant": "more", "unknown": ",".join(found[place:50])}
        return {**words, "written": found[place], "wanted": wanted[place]}

    @classmethod
    def _nearest(cls, found: Sequence[str]) -> str:
        """The version whose header has as many columns; else the newest."""
        alike = [version for version in cls.versions if cls.widths[version] == len(found)]
        return alike[-1] if alike else cls.versions[-1]
