"""Stored values as people read them: names for references, words for fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from edu_csv.access.policy import Reach
from edu_csv.front.roster.kinds import KIND_OF_NOUN, href
from edu_csv.pages.contexts.parts import Change
from edu_csv.roster import lookup
from edu_csv.roster.fields import points_to, references
from edu_csv.roster.lookup import Known
from edu_csv.roster.nouns import COURSE, OFFERING, SCHEDULE, SECTION, TERM, Noun
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
    "course_ids": "Courses",
    "term_ids": "Terms",
    "code_original": "Code in full",
    "start_at": "Begins",
    "end_at": "Ends",
    "is_active": "Active",
    "discover": "In Discover",
    "org_role": "Role in the institution",
    "preferred_given_name": "Preferred first name",
    "preferred_family_name": "Preferred last name",
    "sort_family_name": "Sorted by",
    "parent_person_ids": "Parents",
    "guardian_person_ids": "Guardians",
    "auditor_person_ids": "Auditors",
    "is_marked_administrator": "Marked as administrator",
    "company_employee_id": "Company employee id",
}
# Only some families say these: where nobody ever did, a page says nothing of them.
WHEN_SAID = frozenset(
    {
        "code_original", "start_at", "end_at", "is_active", "discover", "session", "org_role", "preferred_given_name",
        "preferred_family_name", "sort_family_name", "pronouns", "parent_person_ids", "guardian_person_ids",
        "auditor_person_ids", "is_marked_administrator",
    }
)  # fmt: skip
# The same, of these kinds only.
WHEN_SAID_OF = {
    TERM.code: frozenset({"parent_ids"}),
    COURSE.code: frozenset({"parent_ids"}),
    OFFERING.code: frozenset({"parent_ids"}),
    SECTION.code: frozenset({"start_date", "end_date"}),
}
# Of these kinds people know the files: their fields are called, and their values written, as there.
AS_IN_FILES = {SCHEDULE.code: "echovideo.schedules.v1"}
# Kept for comparing, or by the program alone: nobody typed them.
HIDDEN = frozenset({"is_implicit", "unit_type"})


def label(noun: Noun, field: str) -> str:
    column = _column(noun, field)
    if column is not None and points_to(noun, field) is None:
        return column.header
    if field == "parent_ids" and noun.code == COURSE.code:
        return "Belongs to as well"
    return LABELS.get(field, field.removesuffix("_id").replace("_", " ").capitalize())


def shown(fields: Iterable[str]) -> list[str]:
    return [name for name in fields if name not in HIDDEN and not name.endswith("_folded")]


def is_told(noun: Noun, field: str, value: Any) -> bool:
    """Whether a field that nothing has set since is told: not where it is blank, and most families do not know it."""
    is_rare = field in WHEN_SAID or field in WHEN_SAID_OF.get(noun.code, ())
    return not is_rare or bool(value) or (value is False and field != "is_marked_administrator")


def look_up(
    institution: int, noun: Noun, values: Iterable[Mapping[str, Any]], reach: Reach
) -> dict[UUID, Known]:
    """All objects that these values point to, in one statement; those out of reach without their names."""
    wanted: dict[int, set[UUID]] = {}
    for each in values:
        for field, value in each.items():
            for code, id_ in references(noun, field, value):
                wanted.setdefault(code, set()).add(id_)
    return lookup.look_up(institution, wanted, reach)


def text(noun: Noun, field: str, value: Any, known: Mapping[UUID, Known]) -> str:
    """One value in words; blank for nothing."""
    if value is None or value == []:
        return ""
    if points_to(noun, field) is not None:
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
    if points_to(noun, field) is None or not isinstance(value, str):
        return "", ""
    found = known.get(UUID(value))
    kind = KIND_OF_NOUN.get(found.noun.code) if found else None
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
