"""By what lists of objects can be filtered: other objects, named by system id or external id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Identifier, Placeholder

from edu_csv.access.policy import EVERYWHERE, Reach
from edu_csv.roster import nouns
from edu_csv.roster.nouns import Noun
from edu_csv.roster.reach import within

# Live objects that a caller names, by system id or external id, and reaches.
_NAMED_IDS = SQL("""
    (SELECT t.id FROM {table} AS t WHERE t.institution_id = %(institution)s AND t.deleted_at IS NULL AND {within}
        AND (t.id = ANY ({ids}::uuid[]) OR t.external_id = ANY ({texts}::text[])))
""")
# Live objects that lie between, as far as the caller reaches: of these, a column.
_BETWEEN = SQL("""
    (SELECT b.{wanted} FROM {table} AS b
      WHERE b.institution_id = %(institution)s AND b.deleted_at IS NULL AND {within} AND b.{column} IN {found})
""")
# A schedule of some sections. The sections are found once and hashed; no index answers for an array.
_WITH_SECTION = SQL("EXISTS (SELECT FROM unnest(o.section_ids) AS one_of (id) WHERE one_of.id IN {})")

# What a filter names.
_NOUNS: Mapping[str, Noun] = {
    "term": nouns.TERM,
    "course": nouns.COURSE,
    "section": nouns.SECTION,
    "person": nouns.PERSON,
    "offering": nouns.OFFERING,
    "organization": nouns.ORG_UNIT,
    "department": nouns.ORG_UNIT,
    "parent": nouns.ORG_UNIT,
    "org_unit": nouns.ORG_UNIT,
    "campus": nouns.CAMPUS,
    "building": nouns.BUILDING,
    "room": nouns.ROOM,
}


@dataclass(frozen=True, slots=True)
class _Filters:
    """Pieces of conditions. What lies beyond reach is not there: by it nothing is found."""

    reach: Reach

    def named(self, name: str) -> Composable:
        """The objects that the caller names by this filter."""
        noun = _NOUNS[name]
        return _NAMED_IDS.format(
            table=Identifier(noun.table),
            within=within(self.reach, noun, "t"),
            ids=Placeholder(f"{name}_ids"),
            texts=Placeholder(f"{name}_texts"),
        )

    def between(self, noun: Noun, wanted: str, column: str, found: Composable) -> Composable:
        """A column of the objects of a noun of which another points to what was found."""
        return _BETWEEN.format(
            wanted=Identifier(wanted),
            table=Identifier(noun.table),
            within=within(self.reach, noun, "b"),
            column=Identifier(column),
            found=found,
        )

    def sections(self, name: str, wanted: str = "id") -> Composable:
        """Of the sections of the terms, courses or offerings that are named."""
        return self.between(nouns.SECTION, wanted, f"{name}_id", self.named(name))

    def enrolled(self, wanted: str, by: str, found: Composable) -> Composable:
        return self.between(nouns.ENROLLMENT, wanted, f"{by}_id", found)

    def of(self, noun: Noun) -> Mapping[str, Composable]:
        made = _MAKERS.get(noun.code)
        return made(self) if made else {}


def _among(column: str, found: Composable) -> Composable:
    return SQL("o.{} IN {}").format(Identifier(column), found)


def _overlaps(column: str, found: Composable) -> Composable:
    return SQL("o.{} && ARRAY {}").format(Identifier(column), found)


def _belongs(column: str, found: Composable) -> Composable:
    """By its first unit, or by a further one."""
    return SQL("({} OR {})").format(_among(column, found), _overlaps("parent_ids", found))


# Code of a noun -> {filter: condition over alias ``o``}.
_MAKERS: Mapping[int, Callable[[_Filters], Mapping[str, Composable]]] = {
    nouns.ORG_UNIT.code: lambda by: {"parent": _overlaps("parent_ids", by.named("parent"))},
    nouns.TERM.code: lambda by: {"parent": _overlaps("parent_ids", by.named("parent"))},
    nouns.COURSE.code: lambda by: {
        "term": _among("id", by.sections("term", "course_id")),
        "organization": _belongs("organization_id", by.named("organization")),
        "department": _belongs("department_id", by.named("department")),
        "parent": _overlaps("parent_ids", by.named("parent")),
    },
    nouns.OFFERING.code: lambda by: {
        "term": _overlaps("term_ids", by.named("term")),
        "course": _overlaps("course_ids", by.named("course")),
        "parent": _overlaps("parent_ids", by.named("parent")),
    },
    nouns.SECTION.code: lambda by: {
        "term": _among("term_id", by.named("term")),
        "course": _among("course_id", by.named("course")),
        "offering": _among("offering_id", by.named("offering")),
        "person": _among("id", by.enrolled("section_id", "person", by.named("person"))),
    },
    nouns.PERSON.code: lambda by: {
        "section": _among("id", by.enrolled("person_id", "section", by.named("section"))),
        "term": _among("id", by.enrolled("person_id", "section", by.sections("term"))),
        "course": _among("id", by.enrolled("person_id", "section", by.sections("course"))),
        "offering": _among("id", by.enrolled("person_id", "section", by.sections("offering"))),
    },
    nouns.ENROLLMENT.code: lambda by: {
        "section": _among("section_id", by.named("section")),
        "person": _among("person_id", by.named("person")),
        "term": _among("section_id", by.sections("term")),
        "course": _among("section_id", by.sections("course")),
        "offering": _among("section_id", by.sections("offering")),
    },
    nouns.MEMBERSHIP.code: lambda by: {
        "person": _among("person_id", by.named("person")),
        **{name: _among("unit_id", by.named(name)) for name in ("org_unit", "term", "course", "offering")},
    },
    nouns.PERSON_ATTRIBUTES.code: lambda by: {"person": _among("person_id", by.named("person"))},
    nouns.PERSONA.code: lambda by: {"person": _among("person_id", by.named("person"))},
    nouns.VIEWING_PERMISSION.code: lambda by: {
        "person": _among("grantee_id", by.named("person")),
        "org_unit": _among("org_unit_id", by.named("org_unit")),
    },
    nouns.BUILDING.code: lambda by: {"campus": _among("campus_id", by.named("campus"))},
    nouns.ROOM.code: lambda by: {
        "building": _among("building_id", by.named("building")),
        "campus": _among("building_id", by.between(nouns.BUILDING, "id", "campus_id", by.named("campus"))),
    },
    nouns.SCHEDULE.code: lambda by: {
        "section": _WITH_SECTION.format(by.named("section")),
        "term": _WITH_SECTION.format(by.sections("term")),
        "course": _WITH_SECTION.format(by.sections("course")),
        "person": _among("instructor_id", by.named("person")),
        "room": _among("room_id", by.named("room")),
    },
}
ALL_FILTERS = tuple(sorted({name for noun in nouns.WRITE_ORDER for name in _Filters(EVERYWHERE).of(noun)}))

_NAMED = "(o.external_id ILIKE %(like)s OR o.name ILIKE %(like)s)"
_PERSON_SEARCHED = (
    "(concat_ws(' ', {p}.given_name, {p}.family_name) ILIKE %(like)s OR {p}.external_id ILIKE %(like)s"
    " OR concat_ws(' ', {p}.preferred_given_name, {p}.preferred_family_name) ILIKE %(like)s"
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
    **dict.fromkeys(
        (noun.code for noun in (nouns.ENROLLMENT, nouns.MEMBERSHIP, nouns.PERSON_ATTRIBUTES)),
        "EXISTS (SELECT FROM roster_person AS p WHERE p.institution_id = o.institution_id"
        f" AND p.id = o.person_id AND {_PERSON_SEARCHED.format(p='p')})",
    ),
    nouns.PERSONA.code: "(o.value ILIKE %(like)s OR o.home_page ILIKE %(like)s)",
    nouns.VIEWING_PERMISSION.code: (
        "(EXISTS (SELECT FROM roster_person AS p WHERE p.institution_id = o.institution_id"  # noqa: S608  # our own text
        f" AND p.id = o.grantee_id AND {_PERSON_SEARCHED.format(p='p')})"
        " OR EXISTS (SELECT FROM roster_org_unit AS u WHERE u.institution_id = o.institution_id"
        " AND u.id IN (o.grantee_id, o.org_unit_id)"
        " AND (u.external_id ILIKE %(like)s OR u.name ILIKE %(like)s)))"
    ),
}


def filters_of(noun: Noun, reach: Reach = EVERYWHERE) -> Mapping[str, Composable]:
    """The filters that mean something for this noun: {name: condition over alias ``o``}.

    reach: of the caller; the statement begins with ``reaching(reach)``.
    """
    return _Filters(reach).of(noun)
