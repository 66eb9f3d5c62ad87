"""By what lists of objects can be filtered: other objects, named by system id or external id."""

from __future__ import annotations

from collections.abc import Mapping

from edu_csv.roster import nouns
from edu_csv.roster.nouns import Noun

# Live objects that a caller names, by system id or external id.
_NAMED_IDS = """
    (SELECT t.id FROM {table} AS t WHERE t.institution_id = %(institution)s AND t.deleted_at IS NULL
        AND (t.id = ANY (%({name}_ids)s::uuid[]) OR t.external_id = ANY (%({name}_texts)s::text[])))
"""
_SECTIONS = """
    (SELECT s.{wanted} FROM roster_section AS s
      WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL AND {condition})
"""
_ENROLLMENTS = """
    (SELECT e.{wanted} FROM roster_enrollment AS e
      WHERE e.institution_id = %(institution)s AND e.deleted_at IS NULL AND {condition})
"""
_BUILDINGS = """
    (SELECT b.id FROM roster_building AS b
      WHERE b.institution_id = %(institution)s AND b.deleted_at IS NULL AND {condition})
"""


def _named(table: str, name: str) -> str:
    return _NAMED_IDS.format(table=table, name=name)


def _of_sections(wanted: str, condition: str) -> str:
    return _SECTIONS.format(wanted=wanted, condition=condition)


def _of_enrollments(wanted: str, condition: str) -> str:
    return _ENROLLMENTS.format(wanted=wanted, condition=condition)


_TERM = _named("roster_term", "term")
_COURSE = _named("roster_course", "course")
_SECTION = _named("roster_section", "section")
_PERSON = _named("roster_person", "person")
_OFFERING = _named("roster_offering", "offering")
_ORGANIZATION = _named("roster_org_unit", "organization")
_DEPARTMENT = _named("roster_org_unit", "department")
_PARENT = _named("roster_org_unit", "parent")
_CAMPUS = _named("roster_campus", "campus")
_BUILDING = _named("roster_building", "building")
_ROOM = _named("roster_room", "room")


_IN_TERM = _of_sections("id", f"s.term_id IN {_TERM}")
_OF_COURSE = _of_sections("id", f"s.course_id IN {_COURSE}")
# A schedule of some sections. The sections are found once and hashed; no index answers for an array.
_WITH_SECTION = "EXISTS (SELECT FROM unnest(o.section_ids) AS one_of (id) WHERE one_of.id IN {sections})"

# Code of a noun -> filter -> condition over alias ``o``. Names and tables are constants of this file.
_FILTERS: Mapping[int, Mapping[str, str]] = {
    nouns.ORG_UNIT.code: {"parent": f"o.parent_ids && ARRAY {_PARENT}"},
    nouns.COURSE.code: {
        "term": f"o.id IN {_of_sections('course_id', f's.term_id IN {_TERM}')}",
        "organization": f"o.organization_id IN {_ORGANIZATION}",
        "department": f"o.department_id IN {_DEPARTMENT}",
    },
    nouns.OFFERING.code: {
        "term": f"o.term_ids && ARRAY {_TERM}",
        "course": f"o.course_ids && ARRAY {_COURSE}",
    },
    nouns.SECTION.code: {
        "term": f"o.term_id IN {_TERM}",
        "course": f"o.course_id IN {_COURSE}",
        "offering": f"o.offering_id IN {_OFFERING}",
        "person": f"o.id IN {_of_enrollments('section_id', f'e.person_id IN {_PERSON}')}",
    },
    nouns.PERSON.code: {
        "section": f"o.id IN {_of_enrollments('person_id', f'e.section_id IN {_SECTION}')}",
        "term": f"o.id IN {_of_enrollments('person_id', f'e.section_id IN {_IN_TERM}')}",
        "course": f"o.id IN {_of_enrollments('person_id', f'e.section_id IN {_OF_COURSE}')}",
    },
    nouns.ENROLLMENT.code: {
        "section": f"o.section_id IN {_SECTION}",
        "person": f"o.person_id IN {_PERSON}",
        "term": f"o.section_id IN {_IN_TERM}",
        "course": f"o.section_id IN {_OF_COURSE}",
    },
    nouns.BUILDING.code: {"campus": f"o.campus_id IN {_CAMPUS}"},
    nouns.ROOM.code: {
        "building": f"o.building_id IN {_BUILDING}",
        "campus": f"o.building_id IN {_BUILDINGS.format(condition=f'b.campus_id IN {_CAMPUS}')}",
    },
    nouns.SCHEDULE.code: {
        "section": _WITH_SECTION.format(sections=_SECTION),
        "term": _WITH_SECTION.format(sections=_IN_TERM),
        "course": _WITH_SECTION.format(sections=_OF_COURSE),
        "person": f"o.instructor_id IN {_PERSON}",
        "room": f"o.room_id IN {_ROOM}",
    },
}
ALL_FILTERS = tuple(sorted({name for known in _FILTERS.values() for name in known}))

_NAMED = "(o.external_id ILIKE %(like)s OR o.name ILIKE %(like)s)"
_PERSON_SEARCHED = (
    "(concat_ws(' ', {p}.given_name, {p}.family_name) ILIKE %(like)s OR {p}.external_id ILIKE %(like)s"
    " OR {p}.email ILIKE %(like)s OR {p}.username ILIKE %(like)s OR {p}.sso_id ILIKE %(like)s)"
)
# Code of a noun -> where ``q`` looks.
SEARCHED: Mapping[int, str] = {
    **dict.fromkeys(
        (
            noun.code
            for noun in (nouns.ORG_UNIT, nouns.TERM, nouns.CAMPUS, nouns.BUILDING, nouns.ROOM, nouns.SCHEDULE)
        ),
        _NAMED,
    ),
    nouns.COURSE.code: "(o.external_id ILIKE %(like)s OR o.code ILIKE %(like)s OR o.name ILIKE %(like)s)",
    nouns.OFFERING.code: _NAMED,
    nouns.SECTION.code: "(o.external_id ILIKE %(like)s OR o.name ILIKE %(like)s OR o.title ILIKE %(like)s)",
    nouns.PERSON.code: _PERSON_SEARCHED.format(p="o"),
    nouns.ENROLLMENT.code: (
        "EXISTS (SELECT FROM roster_person AS p WHERE p.institution_id = o.institution_id"
        f" AND p.id = o.person_id AND {_PERSON_SEARCHED.format(p='p')})"
    ),
}


def filters_of(noun: Noun) -> Mapping[str, str]:
    """The filters that mean something for this noun: {name: condition over alias ``o``}."""
    return _FILTERS.get(noun.code, {})
