"""Org units as rows of orgs files: what of the roster stands in which cell, and what no cell can say (d2l 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edu_csv.roster.nouns import COURSE, DEPARTMENT, OFFERING, ORG_UNIT, ORGANIZATION, SECTION, TERM, Noun
from imports.formats.d2l.columns import CODE, NOT_IN_CODES, NOT_IN_NAMES, ORG_NAME
from imports.formats.d2l.echoes import legal
from imports.formats.exporting import Naming, Rows, Unsaid, code_of, codes, repeats, text
from imports.formats.places import NoPlace

# The space in which codes are unique (D-11).
ORGS: Final = "org"
# The system id where there is no other; imports find objects by it too. Of a code that was cut, what was cut off
# is written back in the object's own row (D-9): it is what the next import compares with.
CODE_SQL: Final = "coalesce(o.external_id, o.id::text)"
_IS_CUT = f"left(o.code_original, {CODE}) = o.external_id"
OWN_CODE: Final = f"CASE WHEN {_IS_CUT} THEN o.code_original ELSE {CODE_SQL} END"
UPDATES: Final = "'UPDATE'"


def bracket(characters: str) -> str:
    """The characters as what stands in the bracket of a regular expression, in an SQL text."""
    # A statement with parameters takes a single percent sign for one of them.
    return characters.replace("\\", "\\\\").replace("'", "''").replace("%", "%%")


def _code(source: str = OWN_CODE) -> tuple[Unsaid, ...]:
    return (
        *text("code", CODE_SQL, CODE, required=True),
        *text("code", source, 100_000, illegal=bracket(NOT_IN_CODES))[2:],
        Unsaid("edge_blank", "code", f"{CODE_SQL} <> btrim({CODE_SQL}, ' ') OR {source} <> btrim({source}, ' ')"),
        # Another code was cut to this one, and both would be taken for each other.
        Unsaid(
            "code_collision", "code",
            f"char_length({CODE_SQL}) = {CODE} AND o.code_original IS NOT NULL AND NOT {_IS_CUT}",
        ),
    )  # fmt: skip


def _name(source: str = "o.name") -> tuple[Unsaid, ...]:
    return text("name", source, ORG_NAME, required=True, edges=True)


def _of_another_kind(header: str, ids: str, of_it: str) -> Unsaid:
    """Some unit above is of a kind that the column cannot name. of_it: SQL over ``unit``."""
    return Unsaid(
        "other_kind",
        header,
        f"EXISTS (SELECT FROM unnest({ids}) AS above (id) JOIN roster_org_unit AS unit"
        f" ON unit.institution_id = o.institution_id AND unit.id = above.id WHERE NOT ({of_it}))",
    )


def _org(
    name: str, noun: Noun, type_: str, cells: Mapping[str, str], *, unsaid: tuple[Unsaid, ...] = (),
    says: tuple[str, ...] = (), own_name: str = "o.name", no_place: tuple[NoPlace, ...] = (), **more: object,
) -> Rows:  # fmt: skip
    return Rows(
        name,
        noun,
        {"type": type_, "action": UPDATES, "code": OWN_CODE, "name": legal(own_name), **cells},
        says=("external_id", "name", "name_folded", "code_original", *says),
        code=CODE_SQL,
        space=ORGS,
        code_header="code",
        unsaid=(*_code(), *_name(own_name), *unsaid),
        no_place=(
            NoPlace("external_id", "o.external_id IS NULL", "stands_in", "code"),
            NoPlace("name", f"o.name ~ '[{bracket(NOT_IN_NAMES)}]'", "other_characters"),
            *no_place,
        ),
        **more,  # type: ignore[arg-type]  # fields of Rows, each as its caller knows it
    )


_IS_CUSTOM = "unit.type <> 'department'"
_CUSTOM_PARENTS = {"custom_code": codes("o.parent_ids")}
_ABOVE = (Naming("custom_code", "o.parent_ids"),)
_CUSTOM_ABOVE = (
    Unsaid("repeated_value", "custom_code", repeats("o.parent_ids")),
    _of_another_kind("custom_code", "o.parent_ids", _IS_CUSTOM),
)

CUSTOM: Final = _org(
    "custom", ORG_UNIT, "o.type", _CUSTOM_PARENTS,
    where="o.type <> 'department'", within=ORGANIZATION, says=("type", "parent_ids"), names=_ABOVE,
    unsaid=(Unsaid("unmapped_type", "type", "o.type <> ALL (%(types)s::text[])"), *_CUSTOM_ABOVE),
)  # fmt: skip
DEPARTMENTS: Final = _org(
    "department", ORG_UNIT, "'department'", _CUSTOM_PARENTS,
    where="o.type = 'department'", within=DEPARTMENT, says=("type", "parent_ids"), names=_ABOVE, unsaid=_CUSTOM_ABOVE,
)  # fmt: skip
SEMESTERS: Final = _org(
    "semester", TERM, "'semester'", _CUSTOM_PARENTS, says=("parent_ids",), names=_ABOVE, unsaid=_CUSTOM_ABOVE,
    # 6.3: what a semester's date cells hold is read and discarded.
    no_place=(
        NoPlace("start_date"), NoPlace("end_date"), NoPlace("exclusion_dates", "cardinality(o.exclusion_dates) > 0"),
    ),
    filters={"term": "o.id = ANY (%(term)s)"},
)  # fmt: skip


def _parents_of_type(is_department: bool) -> str:
    """SQL of those parents of a course beyond its first department and organization, in order, of one kind."""
    only = "unit.type = 'department'" if is_department else _IS_CUSTOM
    return (
        "ARRAY(SELECT above.id FROM unnest(o.parent_ids) WITH ORDINALITY AS above (id, place) JOIN roster_org_unit AS unit"  # noqa: S608  # SQL of declarations
        f" ON unit.institution_id = o.institution_id AND unit.id = above.id WHERE {only} ORDER BY above.place)"
    )


_DEPARTMENTS_ABOVE = f"array_remove(ARRAY[o.department_id], NULL) || {_parents_of_type(is_department=True)}"
_CUSTOMS_ABOVE = f"array_remove(ARRAY[o.organization_id], NULL) || {_parents_of_type(is_department=False)}"
_HAS_ORGANIZATION = (
    "EXISTS (SELECT FROM roster_org_unit AS unit WHERE unit.institution_id = o.institution_id"
    " AND unit.id = ANY (o.parent_ids) AND unit.type = 'organization')"
)

TEMPLATES: Final = _org(
    "template", COURSE, "'course template'",
    {"department_code": codes(_DEPARTMENTS_ABOVE), "custom_code": codes(_CUSTOMS_ABOVE)},
    says=("department_id", "organization_id", "parent_ids"),
    names=(Naming("department_code", _DEPARTMENTS_ABOVE), Naming("custom_code", _CUSTOMS_ABOVE)),
    unsaid=(
        _of_another_kind("department_code", "ARRAY[o.department_id]", "unit.type = 'department'"),
        _of_another_kind("custom_code", "ARRAY[o.organization_id]", "unit.type = 'organization'"),
        Unsaid(
            "repeated_value", "custom_code",
            f"{repeats('o.parent_ids')} OR o.department_id = ANY (o.parent_ids) OR o.organization_id = ANY (o.parent_ids)",
        ),
        # The first department and the first organization of the cells are the course's own, the others follow.
        Unsaid(
            "out_of_order", "department_code",
            f"o.parent_ids <> {_parents_of_type(is_department=True)} || {_parents_of_type(is_department=False)}"
            f" OR o.department_id IS NULL AND {_parents_of_type(is_department=True)} <> '{{}}'",
        ),
        Unsaid("out_of_order", "custom_code", f"o.organization_id IS NULL AND {_HAS_ORGANIZATION}"),
    ),
    # `code` is the external id, and becomes the course code of a course that an import makes (design section 2).
    no_place=(NoPlace("code", f"o.code <> {OWN_CODE}", column="course code"),),
)  # fmt: skip


def _moment(source: str) -> str:
    return (
        f"CASE WHEN {source} = date_trunc('day', {source}) THEN to_char({source}, 'YYYY-MM-DD')"
        f" ELSE to_char({source}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS') END"
    )


def _moment_unsaid(header: str, source: str) -> tuple[Unsaid, ...]:
    return (
        Unsaid("outside_range", header, f"{source} NOT BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999'"),
        Unsaid(
            "outside_range",
            header,
            f"isfinite({source}) AND {source} <> date_trunc('milliseconds', {source})",
        ),
    )


OFFERINGS: Final = _org(
    "offering", OFFERING, "'course offering'",
    {
        "start_date": _moment("o.start_at"),
        "end_date": _moment("o.end_at"),
        "is_active": "CASE WHEN o.is_active IS FALSE THEN '0' ELSE '1' END",
        "template_code": codes("o.course_ids"),
        "semester_code": codes("o.term_ids"),
        "custom_code": codes("o.parent_ids"),
        "discover": "CASE WHEN o.discover THEN '1' WHEN NOT o.discover THEN '0' END",
    },
    own_name=f"coalesce(o.name, {CODE_SQL})",
    says=("course_ids", "term_ids", "parent_ids", "start_at", "end_at", "is_active", "discover", "is_implicit"),
    names=(
        Naming("template_code", "o.course_ids"), Naming("semester_code", "o.term_ids"),
        Naming("custom_code", "o.parent_ids"),
    ),
    unsaid=(
        Unsaid("required_blank", "template_code", "cardinality(o.course_ids) = 0"),
        Unsaid("required_blank", "semester_code", "cardinality(o.term_ids) = 0"),
        Unsaid("repeated_value", "template_code", repeats("o.course_ids")),
        Unsaid("repeated_value", "semester_code", repeats("o.term_ids")),
        *_CUSTOM_ABOVE,
        *_moment_unsaid("start_date", "o.start_at"),
        *_moment_unsaid("end_date", "o.end_at"),
        Unsaid("end_before_start", "end_date", "o.end_at < o.start_at"),
    ),
    no_place=(NoPlace("name", "o.name IS NULL", "stands_in"),),
    filters={"term": "o.term_ids && %(term)s::uuid[]"},
)  # fmt: skip
SECTIONS: Final = _org(
    "section", SECTION, "'course section'", {"offering_code": code_of("o.offering_id")},
    says=("offering_id", "course_id", "term_id"),
    joins="LEFT JOIN roster_offering AS offering"
    " ON (offering.institution_id, offering.id) = (o.institution_id, o.offering_id)",
    names=(Naming("offering_code", "ARRAY[o.offering_id]"),),
    unsaid=(
        # It is known by the first course and term of its offering.
        Unsaid(
            "not_its_offerings", "offering_code",
            "(o.course_id, o.term_id) IS DISTINCT FROM (offering.course_id, offering.term_id)",
        ),
    ),
    # 8: who teaches is enrolled as a teacher; which of them is the section's own instructor has no column.
    no_place=(
        NoPlace("title"), NoPlace("description"), NoPlace("instructor_id"),
        NoPlace("secondary_instructor_ids", "cardinality(o.secondary_instructor_ids) > 0"),
        NoPlace("lms_course_ids", "cardinality(o.lms_course_ids) > 0", column="LMS course ids"),
        NoPlace("session"), NoPlace("start_date"), NoPlace("end_date"),
    ),
    filters={"term": "o.term_id = ANY (%(term)s)"},
)  # fmt: skip

# What others name comes first.
KINDS: Final = (CUSTOM, DEPARTMENTS, SEMESTERS, TEMPLATES, OFFERINGS, SECTIONS)
