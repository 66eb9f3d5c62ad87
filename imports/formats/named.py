"""Columns that name an object as people do: by its name and those of what it lies in (echovideo.md 2.12).

A room is known by its own name, its building's and its campus's, which stand in three columns. The last of
them is the reference; the others are read together with it, as one text (``references.PARTS``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edu_csv.roster.nouns import Noun
from imports.formats.columns import CellFault, Column
from imports.formats.references import NAME, PARTS, Misfits, Reference, ReferenceList


@dataclass(frozen=True, slots=True)
class Naming:
    """How a kind of object is known. key: its field that holds the name, letter for letter.

    inside: {its field that points to what it lies in: the column that names that}.
    """

    to: Noun
    key: str = "name"
    max_length: int = 255
    inside: Mapping[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        called = {"name": "name"}.get(self.key, self.key)
        return f"the {called} of an existing {self.to.name.replace('_', ' ')}"

    def check(self, name: str) -> None:
        """Raises CellFault or ValueError where a name can be nobody's."""
        if len(name) > self.max_length:
            raise CellFault("too_long", length=len(name), limit=self.max_length)
        if PARTS in name:
            raise ValueError(name)


def listed(cell: str) -> list[str]:
    """The values of a list beside others: blanks between them stay, for they keep the others in their places."""
    found = [part.strip() for part in cell.split(ReferenceList.separator)]
    while found and not found[-1]:
        found.pop()
    return found


class NamePart(Column):
    """The name of what another object lies in; fills nothing by itself."""

    fills_field = False
    type_name = "name"

    def __init__(
        self, header: str, naming: Naming, *, written: str, is_list: bool = False, **options: Any
    ) -> None:
        super().__init__(header, **options)
        self.naming = naming
        self.written = written
        self.is_list = is_list  # type: ignore[misc]  # of the instance
        self.expected = naming.expected

    @property
    def max_length(self) -> int | None:
        return self.naming.max_length

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        return ()

    def is_blank(self, text: str) -> bool:
        return not listed(text) if self.is_list else not text

    def wire(self, text: str) -> bytes:
        for name in listed(text) if self.is_list else [text]:
            self.naming.check(name)
        return b""

    def export(self, source: str) -> str:
        return self.written


class Named(Reference):
    """Names in place of ids. within: the columns that name what an object lies in, in order."""

    def __init__(self, header: str, naming: Naming, *, within: Sequence[str], **options: Any) -> None:
        super().__init__(header, naming.to, by=(NAME,), **options)
        self.naming = naming
        self.within = tuple(within)
        self.expected = naming.expected

    @property
    def max_length(self) -> int | None:
        return self.naming.max_length

    def beside(self, action: str) -> tuple[str, ...]:
        return self.within if action in self.actions else ()


class NameReference(Named):
    """One object by name."""

    type_name = "name"

    def texts(self, cell: str) -> list[str]:
        self.naming.check(cell)
        return [cell] if cell else []


class NameReferenceList(Named, ReferenceList):
    """Several objects by name: in each of the columns a list, and what stands at one place belongs together."""

    type_name = "name_list"

    def texts(self, cell: str) -> list[str]:
        found = listed(cell)
        for name in found:
            self.naming.check(name)
        return found

    def misfits(self, cells: Sequence[str], headers: Sequence[str]) -> Misfits:
        lists = [listed(cell) for cell in cells]
        most = max(map(len, lists))
        if not most:
            return []
        filled = next(place for place, each in enumerate(lists) if each)
        words = {"variant": "together", "other": headers[filled], "columns": _all_of(headers)}
        if blank := [place for place, each in enumerate(lists) if not each]:
            return [(place, "required_blank", words) for place in blank]
        counts = _all_of([f"{len(each):,}" for each in lists])
        if any(len(each) < most for each in lists):
            shortest = min(range(len(lists)), key=lambda place: len(lists[place]))
            return [(shortest, "list_lengths", {"columns": words["columns"], "counts": counts})]
        return [
            (place, "list_gap", {"place": names.index("") + 1})
            for place, names in enumerate(lists)
            if "" in names and any(each[names.index("")] for each in lists)
        ]

    def combined(self, cells: Sequence[str]) -> list[str]:
        lists = [*map(listed, cells[:-1]), self.texts(cells[-1])]
        rows = [names for names in zip(*lists, strict=True) if any(names)]
        return list(dict.fromkeys(map(PARTS.join, rows)))


def _all_of(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}"
