"""What hangs on an object, as tabs of its page: a section's people, a person's sections, a term's sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from edu_csv.access.policy import Reach
from edu_csv.front.roster.kinds import (
    BELONGS,
    BUILDINGS,
    COURSES,
    MAY_VIEW,
    MEMBERSHIPS,
    OFFERINGS,
    ORG_UNITS,
    PEOPLE,
    PERSONAS,
    ROOMS,
    SCHEDULES,
    SECTION_LIST,
    VIEWERS,
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
    return _with_role(kind, ROLE, _BY.format(table="roster_enrollment", own=own, other=other))


def _with_role(kind: Kind, role: Cell, join: str = "") -> Kind:
    # A number for each would say how busy they are, not what this page is about.
    cells = tuple(cell for cell in kind.cells if isinstance(cell, Cell) and cell.head != "Roles")
    return replace(kind, joins=f"{kind.joins} {join}", cells=(role, *cells))


_BY = (
    "JOIN {table} AS e ON e.institution_id = o.institution_id AND e.deleted_at IS NULL"
    " AND e.{own} = o.id AND e.{other} = %(of)s"
)
MEMBERS = Related(
    "members",
    _with_role(PEOPLE, ROLE, _BY.format(table="roster_membership", own="person_id", other="unit_id")),
    "TRUE",
)
# Being in an offering through its sections is a view, never a row (design section 2).
_IN_SECTIONS = (
    "FROM roster_enrollment AS e JOIN roster_section AS s ON s.institution_id = e.institution_id AND s.id = e.section_id"
    " WHERE e.institution_id = %(institution)s AND e.deleted_at IS NULL AND s.deleted_at IS NULL"
    " AND s.offering_id = %(of)s"
)
_ROLES_THERE = Cell(
    "Role",
    f"(SELECT string_agg(DISTINCT replace(e.role, '_', ' '), ', ') {_IN_SECTIONS} AND e.person_id = o.id)",
)
# Few people have any: the index knows who (``roster_person_related``).
_HAS_RELATED = (
    "(cardinality(o.parent_person_ids) > 0 OR cardinality(o.guardian_person_ids) > 0"
    " OR cardinality(o.auditor_person_ids) > 0)"
)
_IS_RELATED_TO = (
    f"{_HAS_RELATED} AND %(of)s = ANY (o.parent_person_ids || o.guardian_person_ids || o.auditor_person_ids)"
)


# Of a group's own page, which says what group it is.
_PLAINLY = replace(MAY_VIEW, cells=MAY_VIEW.cells[:1])
# Themselves, or as a member of a group.
_MAY_VIEW = (
    "(o.grantee_id = %(of)s OR o.grantee_id IN (SELECT e.unit_id FROM roster_membership AS e"
    " WHERE e.institution_id = %(institution)s AND e.person_id = %(of)s AND e.deleted_at IS NULL))"
)
OF_SCHEDULE = (
    "o.id = ANY ((SELECT s.section_ids FROM roster_schedule AS s"
    " WHERE s.institution_id = %(institution)s AND s.id = %(of)s)::uuid[])"
)
RELATED: dict[str, tuple[Related, ...]] = {
    "people": (
        Related("sections", _enrolled(SECTION_LIST, "section_id", "person_id"), "TRUE"),
        Related("memberships", MEMBERSHIPS, "o.person_id = %(of)s"),
        Related("personas", PERSONAS, "o.person_id = %(of)s"),
        Related("views", MAY_VIEW, _MAY_VIEW),
        Related("learners", PEOPLE, _IS_RELATED_TO),
        Related("schedule", SCHEDULES, "o.instructor_id = %(of)s"),
    ),
    "courses": (
        Related("sections", SECTION_LIST, "o.course_id = %(of)s"),
        Related("offerings", OFFERINGS, "%(of)s = ANY (o.course_ids)"),
        MEMBERS,
    ),
    "offerings": (
        Related("sections", SECTION_LIST, "o.offering_id = %(of)s"),
        Related("people", _with_role(PEOPLE, _ROLES_THERE), f"o.id IN (SELECT e.person_id {_IN_SECTIONS})"),
        MEMBERS,
    ),
    "sections": (
        Related("people", _enrolled(PEOPLE, "person_id", "section_id"), "TRUE"),
        Related("schedule", SCHEDULES, "%(of)s = ANY (o.section_ids)"),
    ),
    "terms": (
        Related("sections", SECTION_LIST, "o.term_id = %(of)s"),
        Related("offerings", OFFERINGS, "%(of)s = ANY (o.term_ids)"),
        MEMBERS,
    ),
    "org-units": (
        Related("courses", COURSES, f"({BELONGS.format(of='%(of)s', it='o')})"),
        Related("units", ORG_UNITS, "%(of)s = ANY (o.parent_ids)"),
        Related("offerings", OFFERINGS, "%(of)s = ANY (o.parent_ids)"),
        MEMBERS,
        Related("views", _PLAINLY, "o.grantee_id = %(of)s"),
        Related("viewers", VIEWERS, "o.org_unit_id = %(of)s"),
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
    "offerings": "Offerings",
    "members": "Members",
    "memberships": "Memberships",
    "personas": "Personas",
    "views": "May view",
    "viewers": "Who may view it",
    "learners": "Parent, guardian or auditor of",
    "schedule": "Schedules",
    "rooms": "Rooms",
    "buildings": "Buildings",
}
