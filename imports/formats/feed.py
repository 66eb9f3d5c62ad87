"""Feeds: layouts whose rows carry their own action, and may speak of several kinds of objects.

A D2L org row creates, updates or deletes a department, a semester, a course template …, a CircleIn
enrollment may bring its person along. A ``Layout`` is one CSV of such a family; its ``kinds`` say, one after
the other, what rows do to one kind of object. Kinds of all layouts of an upload are planned in the family's
order (``Kind.order``), so that what others point to comes first, whichever file or row it stands in.

SQL of declarations is code of ours, never input. Aliases: ``s`` the staged row (``s.row``, ``s.v_<column>`` for
each column as parsed, NULL when blank or unreadable; ``s.cells`` the raw cells in the order of ``columns``),
``r_<ref>`` what a reference of the kind means (``.id``, ``.object_type``; of a list ``.ids``, in order), ``w`` the
row of the kind with its fields, ``o`` the object of the roster. Parameters: ``%(institution)s`` and the switches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.problems import FileRejected

# What a blank cell of an optional column means on update: "switch" as the source's ``blank_means`` says.
Blank = Literal["keep", "clear", "switch"]


@dataclass(frozen=True, slots=True)
class Switches:
    """What an institution or source decides about a feed (d2l-standard-csv.md 4, 11, 14; circlein-csv.md 9, 10).

    All of them are SQL parameters by their names. Stored as JSON with a source and with each import.
    """

    user_key: Literal["org_defined_id", "username"] = "org_defined_id"
    blank_means: Literal["keep", "clear"] = "keep"
    create_on_existing: Literal["update", "error"] = "update"
    on_delete_with_enrollments: Literal["cascade", "block"] = "cascade"
    on_user_delete: Literal["deactivate", "delete"] = "deactivate"
    org_name_characters: Literal["error", "warn"] = "error"
    # C-9: lower-case ``tutor`` stands under two labels.
    tutor_means: Literal["tutor", "instructor"] = "tutor"
    # Check and report as the family's own validation does, change nothing (d2l 10.3).
    validate_only: bool = False


@dataclass(frozen=True, slots=True)
class Set:
    """One field that a kind writes. value: SQL over ``s`` and ``r_…``; kind: its SQL type.

    blank: what NULL means when the object is there already. default: SQL of what NULL means for a new object.
    only_new: never changes an object that is there. header: the column at fault in problems about it.
    column: name of the layout's column that says it; a file that lacks it keeps what is stored (``s.lacks``).
    """

    field: str
    value: str
    type: str = "text"
    blank: Blank = "clear"
    default: str = "NULL"
    only_new: bool = False
    header: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """What a cell points to. text: SQL over ``s`` of the text, or of the list of texts (``many``).

    lookup: SQL of candidates ``SELECT t.text, <object type code>, o.id, o.row …`` over ``t`` (text, uuid); relations
    ``as_left_<noun>`` are the roster as this upload leaves it (id, row and key columns), ``as_was_<noun>`` with what it deletes too.
    others: the same for objects that it may not mean, told as ``wrong_code`` instead of ``unknown``.
    own_code: told of an object that it points to itself by it, with ``own_kind``.
    said: SQL over ``s`` of what people are shown, where the text is put together. unknown "": who points nowhere is not told.
    own_kind: rows of the same kind may make what it points to. on_delete: rows that delete look it up too.
    deleted_code: told when this upload deletes what it points to (else ``unknown``).
    """

    name: str
    text: str
    header: str
    lookup: str
    unknown: str
    many: bool = False
    others: str = ""
    wrong_code: str = "wrong_parent_type"
    own_kind: bool = False
    on_delete: bool = False
    object: str = ""
    said: str = ""
    own_code: str = "own_parent"


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule over one row: when, SQL over ``s`` and ``w``, is true when it is broken. value, params: for the words.

    severity: "error" or "warning", or SQL that says which. on: which rows it is asked of.
    folded: asked once of each object, of what all its rows say together, with what is kept filled in.
    """

    code: str
    header: str
    when: str
    value: str = "NULL::text"
    params: str = "'{}'::jsonb"
    severity: str = "'error'"
    on: Literal["upsert", "delete", "both"] = "upsert"
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Only:
    """A field that no two live objects of the kind may share. severity "warning": they may, and are told."""

    field: str
    code: str
    header: str
    severity: Literal["error", "warning"] = "error"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Keeps:
    """Live objects that keep one of this kind from being deleted (``has_children``): whose field points to it.

    when: SQL of a condition on the switches; where: SQL over ``child``.
    """

    noun: Noun
    field: str
    when: str = "TRUE"
    where: str = "TRUE"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """What deleting an object of this kind does to objects that point to it by ``field``.

    how: they are deleted too, or their field is emptied, or the id is taken out of their list.
    """

    noun: Noun
    field: str
    how: Literal["delete", "clear", "remove"] = "delete"


@dataclass(frozen=True, slots=True)
class Kind:
    """What rows of a layout do to one kind of object.

    name: unique in its family. key: the fields (each also in ``fields``) that identify an object; of several
    candidates the live one counts, else the one deleted last, which is then revived.
    rows: SQL over ``s``: which rows speak of it; a row that no kind speaks of must have been told why by ``row_rules``.
    resolved: SQL over ``r_…``, asked when references are known.
    deletes: SQL over ``s``. uses: columns that are read when a row creates or updates; others are ignored, bad or not.
    required: of these, which must be filled. uses_on_delete, required_on_delete: the same for deletions.
    is_main: the row's outcome is that of this object; else what happens to it is an effect of the row.
    missing: what is told of deleting what is not there: (code, severity).
    taken_by: candidates (as ``Ref.lookup``, over ``t`` with the key as text) of objects of other kinds that have the key of
    a new object: told as ``wrong_type`` (d2l D-11).
    completions: statements over ``work`` after folding. effects: SELECTs as ``base.Effect`` (row, object_type,
    object_id, operation, before, after) over ``act`` (objects that are created or updated, folded) and ``gone`` (row, id of those deleted).
    """

    name: str
    noun: Noun
    key: tuple[str, ...]
    fields: tuple[Set, ...]
    order: int
    rows: str = "TRUE"
    resolved: str = "TRUE"
    deletes: str = "FALSE"
    refs: tuple[Ref, ...] = ()
    uses: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    uses_on_delete: tuple[str, ...] = ()
    required_on_delete: tuple[str, ...] = ()
    is_main: bool = True
    missing: tuple[str, Literal["error", "warning"]] = ("delete_missing", "warning")
    taken_by: str = ""
    rules: tuple[RowRule, ...] = ()
    only: tuple[Only, ...] = ()
    kept_by: tuple[Keeps, ...] = ()
    ends: tuple[Ends, ...] = ()
    completions: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    # The column at fault when it is the object itself.
    header: str = ""
    # SQL over ``w`` of a name of the object for people and results.
    label: str = "NULL::text"
    # What people call what its rows are about, where they are told of blank cells and of what is missing.
    called: str = ""
    # A list of objects of the same noun along which nobody may come back to where he began.
    acyclic: str = ""


class Layout(Format):
    """One CSV layout of a feed family. Columns parse raw cells: nothing is trimmed before them."""

    repeats = "fold"
    bad_bytes = "file"
    actions = ("create", "update", "delete")

    kinds: ClassVar[tuple[Kind, ...]] = ()
    # Rules over ``s`` alone that hold for every row, whichever kind it is about; asked before all others.
    row_rules: ClassVar[tuple[RowRule, ...]] = ()
    # Columns whose cells are dropped and emptied in the kept upload (design section 11).
    secret: ClassVar[tuple[str, ...]] = ()
    # What is only checked is checked cell by cell, and held against neither the roster nor other files (d2l 10.3); else
    # it is planned like any other, and its rows are held in the end.
    validates_by_cells: ClassVar[bool] = False
    # One failed row, and no row of the file is applied (d2l 9).
    all_or_nothing: ClassVar[bool] = False
    # Whether a cell of blanks only is a value, and no such cell can be right (d2l 5.1), or counts as empty (circlein C-6).
    blanks: ClassVar[Literal["refuse", "empty"]] = "refuse"
    # The family's versions in which this layout has a header, oldest first; empty: the family has no versions.
    versions: ClassVar[tuple[str, ...]] = ()
    # What a row is told whose object a later one speaks of again: code and, of the sentence, variant.
    told_superseded: ClassVar[tuple[str, str | None]] = ("superseded", None)
    # Its rows give objects other identifiers (columns old_id, new_id, obj_type): planned by ``steps.feed.renames``.
    renames: ClassVar[bool] = False
    # Columns with identifiers that such a file may have given, and of what.
    identifiers: ClassVar[tuple[tuple[str, Noun], ...]] = ()
    # Words, folded, that names of its files have; a name that only has another layout's is told (d2l D-27).
    called: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def slug(cls) -> str:
        """Names the staging table: ``stage_<slug>``."""
        return cls.key.split(".")[-1].replace("-", "_")

    @classmethod
    def fit(cls, header: Sequence[str], version: str | None = None) -> dict[Column, int]:
        """Which cell fills which column. Raises FileRejected (``header_mismatch`` …) unless the header is exact.

        version: as a manifest declares it; None: whatever the header says.
        """
        raise NotImplementedError  # each layout says its own

    @classmethod
    def versions_of(cls, header: Sequence[str]) -> list[str]:
        """The versions whose header this is, oldest first."""
        return [version for version in cls.versions if _fits(cls, header, version)]


def _fits(layout: type[Layout], header: Sequence[str], version: str | None) -> bool:
    try:
        layout.fit(header, version)
    except FileRejected:
        return False
    return True


class Package(Format):
    """Files of one family that arrive together in a zip: one import, one plan, one transaction.

    ``target`` is what the family is mostly about; what a submitter must be allowed to import is ``nouns``.
    """

    bad_bytes = "file"
    actions = ("create", "update", "delete")

    # In the order of ``files_by``.
    layouts: ClassVar[tuple[type[Layout], ...]] = ()
    # Files are read by name (d2l 2), or layout by layout, and those of one by name (circlein C-16).
    files_by: ClassVar[Literal["name", "layout"]] = "name"
    # The member that tells the version, and what is meant without one (d2l 3.2, D-3); blank: the family has none.
    manifest: ClassVar[str] = ""
    without_manifest: ClassVar[str] = ""

    @classmethod
    def versions(cls) -> list[str]:
        """All versions of its layouts, oldest first."""
        return sorted({version for layout in cls.layouts for version in layout.versions})

    @classmethod
    def nouns(cls) -> list[Noun]:
        """What its rows may create, update or delete."""
        found = {kind.noun.code: kind.noun for layout in cls.layouts for kind in layout.kinds}
        return list(found.values())

    @classmethod
    def place(cls, name: str, layout: type[Layout] | None) -> tuple[int, str, str]:
        """Sorts files: names folded, then as they are, by code point (d2l D-26)."""
        first = cls.layouts.index(layout) if layout and cls.files_by == "layout" else 0
        return first, name.casefold(), name


@dataclass(frozen=True, slots=True)
class Looks:
    """How ``Ref.lookup`` is written most often. Each gives SQL of candidates."""

    nouns: tuple[Noun, ...]
    where: dict[str, str] = field(default_factory=dict)
    relation: str = "as_left"

    def by(self, column: str, text: str = "t.text") -> str:
        """Objects whose key column is the text, or whose system id it is."""
        parts = []
        for noun in self.nouns:
            only = f" AND ({self.where[noun.name]})" if noun.name in self.where else ""
            head = f"SELECT t.text, {noun.code}::smallint, o.id, o.row FROM t JOIN {self.relation}_{noun.name} AS o"  # noqa: S608  # SQL of declarations
            parts.append(f"{head} ON o.{column} = {text}{only}")
            parts.append(f"{head} ON o.id = t.uuid{only}")
        return " UNION ALL ".join(parts)
