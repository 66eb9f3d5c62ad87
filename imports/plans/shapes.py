"""What a stored plan is read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from imports.models import Outcome
from imports.plans.values import Changes
from imports.problems import Problem

# (file, stored row number): where a row stands; pages go from place to place.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """What a row does to an object other than its own. label: what people call that object."""

    object_type: str
    object_id: UUID
    operation: str
    changes: Changes
    external_id: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the file and what becomes of it.

    number: unique in the upload; row: the spreadsheet's, in its file. file: number of the file in a package
    (else 0), and its name there (else None). object_type: of the object that it is about; None when it says of
    none that we know. key: how the file names the object. changes: by header, [before, after] as files write them.
    effects: the first ones; ``effects_total`` of them. cells: by header, as read. made: of a row that went through a
    template, the objects that it makes, by section; hides_statements: without statements, which the reader may not
    read. surplus: of a row with more cells than the header, those behind.
    """

    number: int
    row: int
    file: int
    file_name: str | None
    object_type: str | None
    outcome: Outcome
    object_id: UUID | None
    key: str
    changes: Changes
    effects: list[PlannedEffect]
    effects_total: int
    problems: list[Problem]
    cells: dict[str, str | None]
    plan_changed: bool = False
    made: Mapping[str, list[Any]] = field(default_factory=dict)
    surplus: Sequence[str | None] = ()
    hides_statements: bool = False

    @property
    def place(self) -> Place:
        return self.file, self.number


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows in the file's order. after, before: places to ask for the next or previous page; None: none.

    leaves_out_unchanged: unchanged rows were asked for, and this plan does not keep them.
    """

    rows: list[PlannedRow]
    after: Place | None
    before: Place | None
    leaves_out_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """Problems of one kind about one value, or about many of one column. problem: as the first of these rows
    has it, which stands in ``first_file`` of a package. values: the first ones; ``distinct`` of them."""

    problem: Problem
    rows: int
    first_row: int
    first_file: str | None
    nearest: str | None
    values: list[str | None] = field(default_factory=list)
    distinct: int = 1


@dataclass(frozen=True, slots=True)
class Causes:
    """The most frequent causes; ``total`` of them in all."""

    causes: list[Cause]
    total: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Numbers of rows for the filters. columns: by header; None where counting would be dear.

    files: of a package, by name, as far as they were read.
    """

    outcomes: dict[str, int]
    codes: dict[str, int]
    columns: dict[str, int | None]
    files: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BigDelete:
    """A row (its number in the upload) whose deletion takes much along: so many objects of ``object_type``.

    kind: of the object that goes itself.
    """

    row: int
    kind: str
    object_id: UUID | None
    key: str
    object_type: str
    count: int


@dataclass(frozen=True, slots=True)
class KnockOn:
    """What ends with what is deleted. lost: objects by type. people: who loses an enrollment."""

    lost: dict[str, int]
    people: int
    largest: list[BigDelete] = field(default_factory=list)
