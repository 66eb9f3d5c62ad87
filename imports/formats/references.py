"""Columns that point to an object.

Their cells are not staged as text: each distinct text gets a number, the staging table holds the
number, and a small table says what the text was. So a million enrollments look up some 70,000
texts, and rows are joined by integers.

Some are read together with cells beside them (``beside``), as a room with its building and campus: each
distinct combination is one text, its parts in that order and the column's own last, joined by ``PARTS``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from edu_csv.roster.nouns import Noun
from imports.formats.columns import DELETE, UPDATE, CellFault, Column

# By what a cell may name an object, in the order in which one wins over the other.
SYSTEM_ID, EXTERNAL_ID, EMAIL, NAME = "id", "external_id", "email", "name"
# No id, address or name is longer; a text that is can mean nothing, and would only be carried about.
LONGEST = 255
# Between the parts of a combination. A cell that has it means nothing.
PARTS = "\x1f"
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

# What does not fit between cells that can be read each: (place of the cell, code, words).
Misfits = list[tuple[int, str, dict[str, Any]]]


class Reference(Column):
    """One object. by: what the cell may hold, the first that finds something wins (echovideo.md 3.3).

    written: SQL of what exports write, over alias ``o`` and what the format joins; else the system id.
    """

    sql_type = "integer"
    type_name = "reference"
    is_reference = True

    def __init__(
        self,
        header: str,
        to: Noun,
        *,
        by: Sequence[str] = (SYSTEM_ID, EXTERNAL_ID),
        written: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(header, **options)
        self.to = to
        self.by = tuple(by)
        self.written = written
        self.expected = f"the id of an existing {to.name.replace('_', ' ')}"

    # How the field holds it.
    stored_type: ClassVar[str] = "uuid"

    def stored(self, id_: str) -> str:
        """SQL of the field, from that of the id found (NULL: none)."""
        return id_

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        return ((self.field, self.stored(f"r_{self.name}.id"), self.stored_type),) if self.field else ()

    def beside(self, action: str) -> tuple[str, ...]:
        """Names of the columns whose cells are read together with this one, in order."""
        return ()

    def by_in(self, action: str) -> tuple[str, ...]:
        return self.by

    def misfits(self, cells: Sequence[str], headers: Sequence[str]) -> Misfits:
        """What is wrong between cells that stand beside each other, trimmed and in the order of the parts."""
        return []

    def combined(self, cells: Sequence[str]) -> list[str]:
        """The texts that such cells are. Raises CellFault for what is wrong with the last one, the own."""
        return [PARTS.join((*cells[:-1], *self.texts(cells[-1])))]

    def export(self, source: str) -> str:
        return self.written or super().export(source)

    def try_to_read(self, text: str) -> object:
        return self.texts(text)

    def texts(self, cell: str) -> list[str]:
        """The ids in a cell, each once, in order."""
        if len(cell) > LONGEST:
            raise CellFault("too_long", length=len(cell), limit=LONGEST)
        return [cell] if cell else []


class OwnId(Reference):
    """The object that the row is about: looked up in the roster as it is before the upload."""

    type_name = "own_id"
    fills_field = False

    def __init__(self, header: str, to: Noun, **options: Any) -> None:
        options.setdefault("aliases", ("ID", "UUID"))
        options.setdefault("actions", ("update", "delete"))
        options.setdefault("required", True)
        options.setdefault("help", "System id or External ID.")
        super().__init__(header, to, **options)


class OwnUuid(OwnId):
    """The object that the row is about, by its system id alone, so that an update may change its other id.

    or_by: the column that a delete may fill instead, or beside it (echovideo.md 2.12).
    """

    def __init__(self, header: str, to: Noun, *, or_by: str, **options: Any) -> None:
        options.setdefault("required", (UPDATE,))
        options.setdefault("help", "The system id alone.")
        super().__init__(header, to, **options)
        self.or_by = or_by
        self.expected = "the UUID that exports show"

    def beside(self, action: str) -> tuple[str, ...]:
        return (self.or_by,) if action == DELETE else ()

    def by_in(self, action: str) -> tuple[str, ...]:
        return self.by if action == DELETE else (SYSTEM_ID,)

    def texts(self, cell: str) -> list[str]:
        if cell and not UUID_FORM.fullmatch(cell):
            raise CellFault("uuid_only")
        return super().texts(cell)

    def misfits(self, cells: Sequence[str], headers: Sequence[str]) -> Misfits:
        if any(cells):
            return []
        return [(1, "required_blank", {"variant": "either", "other": headers[0]})]

    def combined(self, cells: Sequence[str]) -> list[str]:
        return [PARTS.join((cells[0], *(self.texts(cells[1]) or [""])))]


class OnlyReference(Reference):
    """One object where the roster keeps a list: other families may give several (a department's organization)."""

    stored_type = "uuid[]"

    def stored(self, id_: str) -> str:
        return f"array_remove(ARRAY[{id_}], NULL)"

    def export(self, source: str) -> str:
        return self.written or f"{source}[1]::text"


class ReferenceList(Reference):
    """Several objects in one cell, separated by semicolons, in order."""

    sql_type = "integer[]"
    type_name = "reference_list"
    is_list = True
    separator = ";"

    def is_blank(self, text: str) -> bool:
        return not text.replace(self.separator, "").strip()

    def texts(self, cell: str) -> list[str]:
        parts = list(dict.fromkeys(filter(None, map(str.strip, cell.split(self.separator)))))
        return [text for part in parts for text in super(ReferenceList, self).texts(part)]

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        return ((self.field, f"coalesce(l_{self.name}.ids, '{{}}')", "uuid[]"),) if self.field else ()

    def export(self, source: str) -> str:
        return self.written or f"nullif(array_to_string({source}, '{self.separator}'), '')"
