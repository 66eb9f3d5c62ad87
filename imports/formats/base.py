"""Formats: the declaration of one file layout, which everything else reads.

The wizard, the sample file, the checker, the planner, the exporter, the API's ``/formats`` and the
docs all go by these classes; nobody lists the columns twice. Adding a layout is one file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.columns import ACTIONS, Column, Ignored
from imports.formats.places import NoPlace, Unplaced
from imports.formats.references import OwnId, Reference


@dataclass(frozen=True, slots=True)
class Unique:
    """A key that no two live objects may share, by this format's rule.

    fields: of the object. code: what a row that would make a second one is told; ``column`` names the
    cell to mend. holder: SQL over alias ``o`` that names the object already there.
    """

    fields: tuple[str, ...]
    code: str
    column: str
    holder: str = "o.id::text"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over several cells of one row. when: SQL over alias ``w`` of the planned row, true when broken.

    value, params: SQL over ``w`` for the words; actions: where it holds. joins: what all of them need
    beside ``w``, by its row, so that a file of bad rows costs one join and not one look-up a row.
    exported: SQL over alias ``o``, true for objects of the roster that would break it when an export is
    imported again; None: ``when``, over the object. unless_repeated: not asked of a row to create what is there
    already, just so.
    """

    code: str
    column: str
    when: str
    value: str = "NULL::text"
    params: str = "'{}'::jsonb"
    actions: tuple[str, ...] = ("create", "update")
    severity: str = "error"
    joins: str = ""
    exported: str | None = None
    unless_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Dependents:
    """Live objects that keep another from being deleted: those whose ``field`` points to it, or lists it.

    where: SQL over alias ``child`` (and ``points.to_id``, the other object): only of these.
    beyond: only of those that the submitter may not write; how many there are is not told.
    words: when they keep it, as the end of "… as long as"; what they are and what of them, where ``where`` says so.
    """

    noun: Noun
    field: str
    where: str = "TRUE"
    beyond: bool = False
    words: str = ""

    @property
    def condition(self) -> str:
        """The end of a sentence "… as long as"."""
        return self.words or f"{self.noun.many} point to it"


@dataclass(frozen=True, slots=True)
class Effect:
    """What rows do to objects other than their own, as one INSERT into ``effect`` (plan step).

    sql: a SELECT of (row, object_type, object_id, operation, before, after), at most one row for an
    object; over ``act`` (the rows that do something), ``changed`` and the roster, with %(institution)s and prefixes.
    """

    name: str
    sql: str
    actions: tuple[str, ...] = ACTIONS


class Format:
    """One file layout. Subclasses declare columns as class attributes, in the file's order."""

    key: ClassVar[str] = ""
    family: ClassVar[str] = ""
    title: ClassVar[str] = ""
    target: ClassVar[Noun]
    actions: ClassVar[tuple[str, ...]] = ()
    # What the rows do when nobody says it; blank: somebody must.
    default_action: ClassVar[str] = ""
    # Its objects belong to no org unit: only who reaches the whole institution may send it.
    needs_whole: ClassVar[bool] = False
    importable: ClassVar[bool] = True
    exportable: ClassVar[bool] = True

    # Several rows about one object: the first good one counts, or they are folded top to bottom.
    repeats: ClassVar[Literal["first", "fold"]] = "first"
    # A blank optional cell on update: empties the field, or leaves it.
    blank_on_update: ClassVar[Literal["clear", "keep"]] = "clear"
    # One undecodable byte costs its row, or the file (design section 13).
    bad_bytes: ClassVar[Literal["row", "file"]] = "row"
    # Take one apostrophe away that exports put before a formula sign (rest-api.md section 5).
    unprotects_formulas: ClassVar[bool] = False

    # What an object is known by when the file has no id of its own for it (enrollments).
    natural_key: ClassVar[tuple[str, ...]] = ()
    # Fields of keys that may be absent: two that both lack one are alike in it (a download outside any section).
    key_may_lack: ClassVar[tuple[str, ...]] = ()
    # Columns whose cells, as uploaded, are the name of a row for people.
    label: ClassVar[tuple[str, ...]] = ()
    uniques: ClassVar[tuple[Unique, ...]] = ()
    # By what a row to create finds an object that says all it says, beside ``uniques``: an equal key alone
    # is no fault, for two objects may share it.
    repeated_by: ClassVar[tuple[str, ...]] = ()
    # Lists that other imports add to (roles, by enrollments): an object that has more there than a row to
    # create says is still the object that the row says.
    grows: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[tuple[Rule, ...]] = ()
    blocks_delete: ClassVar[tuple[Dependents, ...]] = ()
    # Fields that no column gives, (field, SQL type), and the statements over ``work`` that fill them.
    derived: ClassVar[tuple[tuple[str, str], ...]] = ()
    completions: ClassVar[tuple[str, ...]] = ()
    effects: ClassVar[tuple[Effect, ...]] = ()
    # Two invented rows for each create sample, by attribute name.
    sample_rows: ClassVar[Sequence[Mapping[str, str]]] = ()
    # In exports: which rows, in which order (natural keys, so that two exports can be compared).
    export_joins: ClassVar[str] = ""
    export_order: ClassVar[str] = "o.id"
    # Filters of an export: {name: (SQL condition over %(ids)s, noun)}.
    export_filters: ClassVar[Mapping[str, tuple[str, Noun]]] = {}
    # Objects that it cannot say, beside what its columns and rules tell: (key of ``exports.omissions``, header
    # of the cell at fault, SQL over alias ``o`` and what exports join).
    omits: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    # Of objects that it says, fields without a column; and objects of kinds that no format of the family has.
    no_place: ClassVar[tuple[NoPlace, ...]] = ()
    unplaced: ClassVar[tuple[Unplaced, ...]] = ()
    # What becomes of a file that creates and has ids: it is read past them, or refused.
    refuses_own_id: ClassVar[bool] = False
    # Place in the family's order: what others point to comes first.
    order: ClassVar[int] = 0

    columns: ClassVar[tuple[Column, ...]] = ()

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        own = [value for value in vars(cls).values() if isinstance(value, Column)]
        cls.columns = (*cls.columns, *own)

    @classmethod
    def columns_for(cls, action: str) -> list[Column]:
        """The columns that take part in an action, in order."""
        return [column for column in cls.columns if action in column.actions]

    @classmethod
    def required_for(cls, action: str) -> list[Column]:
        return [column for column in cls.columns if action in column.required]

    @classmethod
    def own_id(cls) -> OwnId | None:
        return next((column for column in cls.columns if isinstance(column, OwnId)), None)

    @classmethod
    def references(cls) -> list[Reference]:
        return [column for column in cls.columns if isinstance(column, Reference)]

    @classmethod
    def beside(cls, column: Column, action: str) -> list[Column]:
        """The columns whose cells are read together with those of this one, in order."""
        names = column.beside(action) if isinstance(column, Reference) else ()
        return [cls.column(name) for name in names]

    @classmethod
    def ignored(cls) -> list[Ignored]:
        return [column for column in cls.columns if isinstance(column, Ignored)]

    @classmethod
    def column(cls, name: str) -> Column:
        """The column with this attribute name or header."""
        for column in cls.columns:
            if name in (column.name, column.header):
                return column
        raise KeyError(name)

    @classmethod
    def header_of(cls, field: str) -> str:
        """The header of the column that fills a field; the field's own name when none does."""
        return next((c.header for c in cls.columns if c.field == field), field)
