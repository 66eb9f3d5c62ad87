"""What the fields of an object are called outside: ``course`` where the table says ``course_id``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from edu_csv.roster.nouns import ENROLLMENT, MEMBERSHIP, POINTS_TO, POINTS_TO_ANY, Noun

# Names that a plain "s" would spoil, and lists whose name is another word.
PLURALS = {
    "parent_ids": "parents",
    "secondary_instructor_ids": "secondary_instructors",
    "parent_person_ids": "parents",
    "guardian_person_ids": "guardians",
    "auditor_person_ids": "auditors",
}


def points_to(noun: Noun, column: str) -> tuple[Noun, ...] | None:
    """The kinds of objects that a column of this noun may name; None for a plain value."""
    if column not in noun.columns:
        return None
    return (POINTS_TO[column],) if column in POINTS_TO else POINTS_TO_ANY.get(column)


def is_hidden(column: str) -> bool:
    """Folded copies, which exist for comparing only, and the kind of another object, which that one itself tells."""
    return column.endswith("_folded") or column in ("unit_type", "grantee_type")


def public_name(noun: Noun, column: str) -> str:
    if points_to(noun, column) is None:
        return column
    if column.endswith("_ids"):
        return PLURALS.get(column) or column.removesuffix("_ids") + "s"
    return column.removesuffix("_id")


def public_columns(noun: Noun) -> list[str]:
    """The columns that are shown, in order, without the external id."""
    return [name for name in noun.columns if not is_hidden(name) and name != "external_id"]


def references(noun: Noun, column: str, value: Any) -> Iterator[tuple[int, UUID]]:
    """(code of the noun, system id) of each object that a stored value names.

    An id that may be of several kinds comes once with each: one of them knows it.
    """
    for to in (points_to(noun, column) or ()) if value else ():
        for each in value if isinstance(value, list) else [value]:
            yield to.code, each if isinstance(each, UUID) else UUID(each)


def place_columns(noun: Noun) -> tuple[str, ...]:
    """In which order objects are listed: by an index that there is."""
    if noun.code == MEMBERSHIP.code:
        return ("unit_id", "person_id")
    return ("section_id", "person_id") if noun.code == ENROLLMENT.code else ("id",)
