"""Columns that point to an object.

Their cells are not staged as text: each distinct text gets a number, the staging table holds the
number, and a small table says what the text was. So a million enrollments look up some 70,000
texts, and rows are joined by integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from edu_csv.roster.nouns import Noun
from imports.formats.columns import CellFault, Column

# By what a cell may name an object, in the order in which one wins over the other.
SYSTEM_ID, EXTERNAL_ID, EMAIL, NAME = "id", "external_id", "email", "name"
# No id, address or name is longer; a text that is can mean nothing, and would only be carried about.
LONGEST = 255


class Reference(Column):
    """One object. by: what the cell may hold, the first that finds something wins (echovideo.md 3.3)."""

    sql_type = "integer"
    type_name = "reference"
    is_reference = True

    def __init__(
        self, header: str, to: Noun, *, by: Sequence[str] = (SYSTEM_ID, EXTERNAL_ID), **options: Any
    ) -> None:
        super().__init__(header, **options)
        self.to = to
        self.by = tuple(by)
        self.expected = f"the id of an existing {to.name.replace('_', ' ')}"

    # How the field holds it.
    stored_type: ClassVar[str] = "uuid"

    def stored(self, id_: str) -> str:
        """SQL of the field, from that of the id found (NULL: none)."""
        return id_

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        return ((self.field, self.stored(f"r_{self.name}.id"), self.stored_type),) if self.field else ()

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


class OnlyReference(Reference):
    """One object where the roster keeps a list: other families may give several (a department's organization)."""

    stored_type = "uuid[]"

    def stored(self, id_: str) -> str:
        return f"array_remove(ARRAY[{id_}], NULL)"

    def export(self, source: str) -> str:
        return f"{source}[1]::text"


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
        return f"nullif(array_to_string({source}, '{self.separator}'), '')"
