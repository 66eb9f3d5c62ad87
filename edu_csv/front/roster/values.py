"""Stored values as people read them: names for references, words for fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from edu_csv.access.policy import Reach
from edu_csv.front.roster.kinds import KIND_OF_NOUN, href
from edu_csv.pages.contexts.parts import Change
from edu_csv.roster import lookup
from edu_csv.roster.lookup import Known
from edu_csv.roster.nouns import POINTS_TO, SCHEDULE, Noun
from imports.formats.columns import Column
from imports.formats.registry import formats
from imports.plans.values import fields_of, written

# Where the column's own name is not what people say.
LABELS = {
    "external_id": "External id",
    "sso_id": "SSO id",
    "given_name": "First name",
    "family_name": "Last name",
    "email": "E-mail",
    "lms_course_ids": "LMS course ids",
    "secondary_instructor_ids": "Secondary instructors",
    "parent_ids": "Belongs to",
    "start_date": "Begins",
    "end_date": "Ends",
    "exclusion_dates": "Days off",
    "section_ids": "Sections",
}
# Of these kinds people know the files: their fields are called, and their values written, as there.
AS_IN_FILES = {SCHEDULE.code: "echovideo.schedules.v1"}
# Kept for comparing, or by the program alone: nobody typed them.
HIDDEN = frozenset({"offering_id", "is_implicit"})


def label(noun: Noun, field: str) -> str:
    column = _column(noun, field)
    if column is not None and target(noun, field) is None:
        return column.header
    return LABELS.get(field, field.removesuffix("_id").replace("_", " ").capitalize())


def shown(fields: Iterable[str]) -> list[str]:
    return [name for name in fields if name not in HIDDEN and not name.endswith("_folded")]


def target(noun: Noun, field: str) -> Noun | None:
    """The noun that a field points to."""
    return POINTS_TO.get(field)


def look_up(
    institution: int, noun: Noun, values: Iterable[Mapping[str, Any]], reach: Reach
) -> dict[UUID, Known]:
    """All objects that these values point to, in one statement; those out of reach without their names."""
    wanted: dict[int, set[UUID]] = {}
    for each in values:
        for field, value in each.items():
            to = target(noun, field)
            if to is not None and value:
                ids = value if isinstance(value, list) else [value]
                wanted.setdefault(to.code, set()).update(UUID(id_) for id_ in ids)
    return lookup.look_up(institution, wanted, reach)


def text(noun: Noun, field: str, value: Any, known: Mapping[UUID, Known]) -> str:
    """One value in words; blank for nothing."""
    if value is None or value == []:
        return ""
    if target(noun, field) is not None:
        ids = value if isinstance(value, list) else [value]
        return "; ".join(_name(UUID(id_), known) for id_ in ids)
    column = _column(noun, field)
    if column is not None:
        return (written(noun, column, field, value, known) or "").replace(";", "; ")
    if isinstance(value, list):
        return "; ".join(str(element).replace("_", " ") for element in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def reference(noun: Noun, field: str, value: Any, known: Mapping[UUID, Known]) -> tuple[str, str]:
    """(id, address) of the one object that a value points to; blank for others."""
    to = target(noun, field)
    if to is None or not isinstance(value, str):
        return "", ""
    found = known.get(UUID(value))
    kind = KIND_OF_NOUN.get(to.code)
    return (found.external_id or "" if found else ""), (href(kind.key, value) if kind and found else "")


def changes(
    noun: Noun, before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[UUID, Known]
) -> list[Change]:
    """Field by field, before and after; as the noun orders its fields."""
    names = [name for name in noun.columns if name in before or name in after]
    return [
        {
            "field": label(noun, name),
            "before": text(noun, name, before.get(name), known),
            "after": text(noun, name, after.get(name), known),
        }
        for name in shown(names)
    ]


def _column(noun: Noun, field: str) -> Column | None:
    """The file's column of a field; None for kinds that go by our own words."""
    key = AS_IN_FILES.get(noun.code)
    return fields_of(formats()[key]).get(field) if key else None


def _name(id_: UUID, known: Mapping[UUID, Known]) -> str:
    found = known.get(id_)
    return found.label or found.written if found else str(id_)
