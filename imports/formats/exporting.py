"""Exports of feeds: files whose rows come from several nouns, and packages of such files.

A ``Book`` says how one family writes a roster: its ``Rows`` (a row for each object of one kind), which of them
stand in which file, and what it has no words for. What it cannot say is counted and listed, never dropped:
objects by ``Unsaid``, fields of objects that are written by ``NoPlace``, objects without rows of their own by ``Aside``.

Objects that cells of others name (``Rows.code``) are put down first, in the temporary table ``said`` (id, kind, code,
fault, level): so an object is left out too when one that it names is, and a file means the same in an empty
institution. SQL of declarations is code of ours, never input. Aliases: ``o`` the object, what ``joins`` add, and
``said`` of the object's own row. Parameters: ``%(institution)s``, the filters', and those of ``Book.words``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import imports.formats
from edu_csv.roster.nouns import Noun
from imports.formats.places import NoPlace
from imports.formats.readback import BLANKS


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Objects that these rows cannot say. when: SQL, true for them.

    code: why, a key of ``exports.omissions``; column: the header of the cell at fault.
    """

    code: str
    column: str
    when: str


@dataclass(frozen=True, slots=True)
class Naming:
    """What cells name by code. ids: SQL of a uuid[] over ``o``; header: of the column that names them.

    one: SQL of the one id instead. Of rows that are not put down first it also brings the alias ``name``, its row
    of ``said``.
    """

    header: str
    ids: str = ""
    one: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A row for each object of one kind.

    name: of the kind, unique in its book. cells: SQL of the text by header; columns without are blank.
    where: SQL over ``o``: of its noun, only these. says: fields of the noun that the cells tell. code: SQL of the
    text by which others name it; blank: nobody does, and it is never put down. unique: SQL of what no two of one
    ``space`` may share (the code, as a rule), code_header: where that stands. order: SQL, before the id.
    filters: SQL by the name of a filter, true for what is wanted. within: the noun that says where it is.
    """

    name: str
    noun: Noun
    cells: Mapping[str, str]
    says: tuple[str, ...] = ()
    where: str = "TRUE"
    joins: str = ""
    code: str = ""
    unique: str = ""
    space: str = ""
    code_header: str = ""
    names: tuple[Naming, ...] = ()
    unsaid: tuple[Unsaid, ...] = ()
    no_place: tuple[NoPlace, ...] = ()
    order: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    within: Noun | None = None

    @property
    def reasons(self) -> tuple[Unsaid, ...]:
        """Why objects are left out, numbered from 1. ``when`` of what ``said`` alone can tell is blank."""
        shared = (Unsaid("shared_code", self.code_header, ""),) if self.code else ()
        named = [
            Unsaid(code, naming.header, "") for naming in self.names for code in ("gone", "names_left_out")
        ]
        return (*shared, *self.unsaid, *named)


@dataclass(frozen=True, slots=True)
class Aside:
    """Objects without rows of their own. said: SQL over ``o``, true for those that rows of others carry along.

    All others are left out; of those carried along ``no_place`` gets lost. where: of its noun, only these.
    within: the noun that says where it is.
    """

    noun: Noun
    said: str = "FALSE"
    where: str = "TRUE"
    no_place: tuple[NoPlace, ...] = ()
    within: Noun | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One file. name: in a package; with ``{stamp}``, the time of the roster's last change. rows: names of kinds."""

    name: str
    header: tuple[str, ...]
    rows: tuple[str, ...]
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an export of one format writes: one file, or a zip of them.

    key: of the format. archive: name of the zip with ``{stamp}``, the time of the export; blank: the one part is
    the file. more: files that say nothing of the roster. filters: by name, the noun whose objects narrow it.
    asides: objects that no file has a place for.
    """

    key: str
    parts: tuple[Part, ...]
    archive: str = ""
    more: Mapping[str, bytes] = field(default_factory=dict)
    filters: Mapping[str, Noun] = field(default_factory=dict)
    asides: tuple[Aside, ...] = ()

    @property
    def is_package(self) -> bool:
        return bool(self.archive)


@dataclass(frozen=True, slots=True)
class Book:
    """How a family writes a roster. kinds: what others name comes first. words: parameters by institution."""

    family: str
    kinds: tuple[Rows, ...]
    sheets: tuple[Sheet, ...]
    words: Callable[[int], dict[str, Any]] = lambda institution: {}

    def kind(self, name: str) -> Rows:
        return next(rows for rows in self.kinds if rows.name == name)


@cache
def _books() -> tuple[Book, ...]:
    """``BOOK`` of each family's module ``exporting``."""
    found = pkgutil.walk_packages(imports.formats.__path__, "imports.formats.")
    named = [each.name for each in found if each.name.count(".") == 3 and each.name.endswith(".exporting")]
    return tuple(importlib.import_module(name).BOOK for name in named)


@cache
def sheets() -> dict[str, tuple[Book, Sheet]]:
    """By key of a format, what its export writes and in which book it stands."""
    return {sheet.key: (book, sheet) for book in _books() for sheet in book.sheets}


def codes(ids: str) -> str:
    """SQL of the codes of several objects, joined by pipes in their order."""
    # Each looked up by its id: a join may read all of ``said`` for every row.
    return (
        f"(SELECT string_agg({code_of('listed.id')}, '|' ORDER BY listed.place)"  # noqa: S608  # SQL of declarations
        f" FROM unnest({ids}) WITH ORDINALITY AS listed (id, place))"
    )


def code_of(id_: str) -> str:
    """SQL of the code of one object."""
    return f"(SELECT named.code FROM said AS named WHERE named.id = {id_})"  # noqa: S608  # SQL of declarations


def repeats(ids: str) -> str:
    """SQL: a list names something twice."""
    return f"cardinality({ids}) <> (SELECT count(DISTINCT element) FROM unnest({ids}) AS element)"  # noqa: S608  # ours


def text(
    column: str, source: str, limit: int, *, required: bool = False, illegal: str = "", edges: bool = False
) -> tuple[Unsaid, ...]:
    """Why a text cannot stand in a cell that is read as it is. source: SQL.

    illegal: what a regular expression's bracket holds; edges: a blank at either end is not allowed.
    """
    blank = f"btrim({source}, '{BLANKS}') = ''"
    found = [
        Unsaid("required_blank", column, f"{source} IS NULL OR {blank}")
        if required
        else Unsaid("only_blanks", column, blank),
        Unsaid("too_long", column, f"char_length({source}) > {limit}"),
        # A line break in a cell is a fault of its row (d2l D-5).
        Unsaid("line_break", column, f"{source} ~ '[\\n\\r]'"),
    ]
    if illegal:
        found.append(Unsaid("illegal_characters", column, f"{source} ~ '[{illegal}]'"))
    if edges:
        found.append(Unsaid("edge_blank", column, f"{source} <> btrim({source}, ' ')"))
    return tuple(found)
