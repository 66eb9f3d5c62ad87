"""A plan's values in the words of files: dates ISO, lists joined by semicolons, references by external id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from edu_csv.roster.fields import points_to, public_name, references
from edu_csv.roster.lookup import Known
from edu_csv.roster.nouns import Noun
from imports.formats.base import Format
from imports.formats.columns import Choice, Column, ListOf
from imports.formats.dates import DateTime, Time
from imports.formats.feed import Layout
from imports.formats.registry import formats

Changes = dict[str, list[str | None]]


def fields_of(fmt: type[Format] | None, noun: Noun | None = None) -> dict[str, Column]:
    """The columns of a format by the field that they fill; none without a format.

    noun: of a feed, whose rows speak of several kinds, only the fields of this one.
    """
    if fmt is None:
        return {}
    if not issubclass(fmt, Layout):
        return {column.field: column for column in fmt.columns if column.field}
    columns = {column.header: column for column in fmt.columns}
    return {
        each.field: columns[each.header]
        for kind in fmt.kinds
        if noun is None or kind.noun.code == noun.code
        for each in kind.fields
        if each.header in columns
    }


def speaks_of(fmt: type[Format], noun: Noun) -> bool:
    """Whether rows of this format are about such objects; a package has no rows but those of its layouts."""
    if not fmt.columns:
        return False
    if issubclass(fmt, Layout):
        return any(kind.noun.code == noun.code for kind in fmt.kinds)
    return fmt.target.code == noun.code


def format_of(noun: Noun, fmt: type[Format]) -> type[Format] | None:
    """The format in which the family of ``fmt`` writes objects of this kind; None when it has none."""
    kin = [fmt, *(other for other in formats().values() if other.family == fmt.family)]
    # Kinds may share a code (departments are org units), so the file's own format comes first.
    return next((each for each in kin if speaks_of(each, noun)), None)


def references_in(noun: Noun, values: Mapping[str, Any]) -> Iterator[tuple[int, UUID]]:
    """(code of the noun, system id) of the objects that stored values of a noun point to."""
    for name, value in values.items():
        yield from references(noun, name, value)


def written_changes(
    fmt: type[Format] | None,
    noun: Noun,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    known: Mapping[UUID, Known],
) -> Changes:
    """{header: [before, after]} of one change; fields that no column fills keep their own name.

    Folded copies and fields that the format derives are left out: nobody typed them.
    """
    columns = fields_of(fmt, noun)
    hidden = {name for name, _ in fmt.derived} if fmt else set()
    changes: Changes = {}
    for name in dict.fromkeys([*_in_order(columns, after), *_in_order(columns, before)]):
        if name in hidden or name.endswith("_folded"):
            continue
        column = columns.get(name)
        header = column.header if column else name
        if header in changes:
            # One cell of a feed may fill several fields.
            header = f"{header} ({public_name(noun, name)})"
        changes[header] = [
            written(noun, column, name, before.get(name), known),
            written(noun, column, name, after.get(name), known),
        ]
    return changes


def _in_order(columns: Mapping[str, Column], values: Mapping[str, Any]) -> Iterable[str]:
    """The fields that changed, as the file orders them; those without a column last."""
    return [*(name for name in columns if name in values), *(name for name in values if name not in columns)]


def written(
    noun: Noun, column: Column | None, name: str, value: Any, known: Mapping[UUID, Known]
) -> str | None:
    """One stored value (as JSON) of a noun as an import writes it; None for nothing. name: of the field."""
    if value is None or value == []:
        return None
    if points_to(noun, name) is not None:
        ids = value if isinstance(value, list) else [value]
        return ";".join(known[id_].written if id_ in known else str(id_) for id_ in map(UUID, ids))
    if isinstance(value, list):
        item = column.item if isinstance(column, ListOf) else None
        return ";".join(_text(item, element) for element in value)
    return _text(column, value)


def _text(column: Column | None, value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(column, Choice):
        return next((word for word, stored in column.choices.items() if stored == value), str(value))
    if isinstance(column, Time):
        return str(value)[:5]
    if isinstance(column, DateTime):
        return str(value).replace("+00:00", "Z")
    return str(value)
