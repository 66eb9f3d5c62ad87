"""What hangs on an object, as tabs of its page: a section's people, a person's sections, a term's sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from edu_csv.access.policy import Reach
from edu_csv.front.roster.kinds import (
    BUILDINGS,
    COURSES,
    ORG_UNITS,
    PEOPLE,
    ROOMS,
    SCHEDULES,
    SECTION_LIST,
    Cell,
    Kind,
)
from edu_csv.front.roster.listing import Wanted

ROLE = Cell("Role", "replace(e.role, '_', ' ')")


@dataclass(frozen=True, slots=True)
class Related:
    """One tab. kind: what it lists. which: SQL over alias ``o`` and %(of)s, the page's object."""

    tab: str
    kind: Kind
    which: str

    def wanted(self, institution: int, reach: Reach, of: UUID) -> Wanted:
        return Wanted(institution, reach, ["o.deleted_at IS NULL", self.which], {"of": of})


def _enrolled(kind: Kind, own: str, other: str) -> Kind:
    """A kind listed by its enrollments, with the role before its other columns."""
    join = (
        "JOIN roster_enrollment AS e ON e.institution_id = o.institution_id AND e.deleted_at IS NULL"
        f" AND e.{own} = o.id AND e.{other} = %(of)s"
    )
    # A number for each would say how busy they are, not what this page is about.
    cells = tuple(cell for cell in kind.cells if isinstance(cell, Cell) and cell.head != "Roles")
    return replace(kind, joins=f"{kind.joins} {join}", cells=(ROLE, *cells))


OF_SCHEDULE = (
    "o.id = ANY ((SELECT s.section_ids FROM roster_schedule AS s"
    " WHERE s.institution_id = %(institution)s AND s.id = %(of)s)::uuid[])"
)
RELATED: dict[str, tuple[Related, ...]] = {
    "people": (
        Related("sections", _enrolled(SECTION_LIST, "section_id", "person_id"), "TRUE"),
        Related("schedule", SCHEDULES, "o.instructor_id = %(of)s"),
    ),
    "courses": (Related("sections", SECTION_LIST, "o.course_id = %(of)s"),),
    "sections": (
        Related("people", _enrolled(PEOPLE, "person_id", "section_id"), "TRUE"),
        Related("schedule", SCHEDULES, "%(of)s = ANY (o.section_ids)"),
    ),
    "terms": (Related("sections", SECTION_LIST, "o.term_id = %(of)s"),),
    "org-units": (
        Related("courses", COURSES, "%(of)s IN (o.organization_id, o.department_id)"),
        Related("units", ORG_UNITS, "%(of)s = ANY (o.parent_ids)"),
    ),
    "rooms": (Related("schedule", SCHEDULES, "o.room_id = %(of)s"),),
    "buildings": (Related("rooms", ROOMS, "o.building_id = %(of)s"),),
    "campuses": (Related("buildings", BUILDINGS, "o.campus_id = %(of)s"),),
    # Those out of reach are not listed, as everywhere.
    "schedules": (Related("sections", SECTION_LIST, OF_SCHEDULE),),
}
TITLES = {
    "sections": "Sections",
    "people": "People",
    "courses": "Courses",
    "units": "Units below",
    "schedule": "Schedules",
    "rooms": "Rooms",
    "buildings": "Buildings",
}
