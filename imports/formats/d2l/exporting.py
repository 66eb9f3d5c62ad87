"""D2L files of a roster: users, enrollments and attributes, and the package of all nine files (d2l 2, 7 to 9).

Where the roster says nothing and the format needs something, an export writes what an import takes for nothing
new: the system id as code, org-defined id and username, active, and the first of a person's roles.
"""

from __future__ import annotations

import json
from typing import Any, Final

from edu_csv.roster.nouns import (
    BUILDING,
    CAMPUS,
    ENROLLMENT,
    MEMBERSHIP,
    PERSON,
    PERSON_ATTRIBUTES,
    PERSONA,
    ROOM,
    SCHEDULE,
    SECTION,
    TERM,
    VIEWING_PERMISSION,
)
from edu_csv.roster.roles import PersonRole
from edu_csv.roster.vocabulary import org_unit_types, role_names
from imports.formats.d2l import exporting_orgs as orgs
from imports.formats.d2l.columns import (
    EMAIL,
    NOT_IN_USER_KEYS,
    PERSON_NAME,
    PRONOUNS,
    RELATIONSHIPS,
    USER_KEY,
)
from imports.formats.d2l.echoes import first_role
from imports.formats.exporting import (
    Aside,
    Book,
    Naming,
    Part,
    Rows,
    Sheet,
    Unsaid,
    code_of,
    codes,
    repeats,
    text,
)
from imports.formats.places import NoPlace
from imports.formats.readback import BLANKS

ORGS: Final = (
    "type", "action", "code", "name", "start_date", "end_date", "is_active", "department_code", "template_code",
    "semester_code", "offering_code", "custom_code", "discover",
)  # fmt: skip
USERS: Final = (
    "type", "action", "username", "org_defined_id", "first_name", "last_name", "password", "is_active", "role_name",
    "email", "relationships", "pref_first_name", "pref_last_name", "sort_last_name", "pronouns",
)  # fmt: skip
ENROLLMENTS: Final = ("type", "action", "child_code", "role_name", "parent_code")
ATTRIBUTES: Final = (
    "LMS Username", "Company Employee Id", "Company Name", "Department", "Division", "Employee Role", "Hired Date",
    "Location", "Manager", "Region", "Role Category", "Team", "Affiliated Org Units",
)  # fmt: skip
MANIFEST: Final = json.dumps({"version": "3.0"}).encode()
# 9: an attribute's value has at most 256 characters, in bytes; ten units at most.
VALUE_BYTES, MOST_UNITS = 256, 10

_KEY = orgs.bracket(NOT_IN_USER_KEYS)
_ID = "coalesce(o.external_id, o.id::text)"
_USERNAME = "coalesce({0}.username, {0}.id::text)"
# Their role at organization level; else the first that they hold.
_ROLE = f"coalesce(o.org_role, {first_role('o.roles')})"
_RELATED = ("parent_person_ids", "guardian_person_ids", "auditor_person_ids")
_ALL_RELATED = " || ".join(f"o.{field}" for field in _RELATED)
_RELATIONSHIPS = (
    f"CASE WHEN cardinality({_ALL_RELATED}) > 0 THEN (SELECT string_agg(listed.kind || ':' || {code_of('listed.id')}, '|'"  # noqa: S608  # SQL of declarations
    " ORDER BY listed.kind_place, listed.place) FROM ("
    + " UNION ALL ".join(
        f"SELECT '{kind}', {at}, each.id, each.place FROM unnest(o.{field}) WITH ORDINALITY AS each (id, place)"  # noqa: S608  # SQL of declarations
        for at, (kind, field) in enumerate(zip(("Parent", "Guardian", "Auditor"), _RELATED, strict=True))
    )
    + ") AS listed (kind, kind_place, id, place)) END"
)


def _word(role: str) -> str:
    """SQL of what files call a role; NULL: they have no word for it."""
    return f"(%(role_words)s::jsonb ->> {role})"


PEOPLE: Final = Rows(
    "person", PERSON,
    {
        "type": "'user'", "action": orgs.UPDATES, "username": _USERNAME.format("o"), "org_defined_id": _ID,
        "first_name": "o.given_name", "last_name": "o.family_name",
        "is_active": "CASE WHEN o.is_active IS FALSE THEN '0' ELSE '1' END", "role_name": _word(_ROLE),
        "email": "o.email", "relationships": _RELATIONSHIPS, "pref_first_name": "o.preferred_given_name",
        "pref_last_name": "o.preferred_family_name", "sort_last_name": "o.sort_family_name",
        "pronouns": "o.pronouns",
    },
    says=(
        "external_id", "username", "username_folded", "given_name", "family_name", "email", "email_folded", "is_active",
        "org_role", *_RELATED, "preferred_given_name", "preferred_family_name", "sort_family_name", "pronouns",
    ),
    code=_ID, space="person", code_header="org_defined_id",
    names=(Naming("relationships", _ALL_RELATED),),
    unsaid=(
        *text("username", _USERNAME.format("o"), USER_KEY, required=True, illegal=_KEY),
        *text("org_defined_id", _ID, USER_KEY, required=True, illegal=_KEY),
        *text("first_name", "o.given_name", PERSON_NAME, required=True),
        *text("last_name", "o.family_name", PERSON_NAME, required=True),
        Unsaid("required_blank", "role_name", f"{_ROLE} IS NULL"),
        Unsaid("no_word", "role_name", f"{_word(_ROLE)} IS NULL"),
        *text("email", "o.email", EMAIL),
        Unsaid("bad_email", "email", r"o.email !~ '^[^\s@]+@[^\s@]+$'"),
        *text("pref_first_name", "o.preferred_given_name", PERSON_NAME),
        *text("pref_last_name", "o.preferred_family_name", PERSON_NAME),
        *text("sort_last_name", "o.sort_family_name", PERSON_NAME),
        *text("pronouns", "o.pronouns", PRONOUNS),
        *(Unsaid("repeated_value", "relationships", repeats(f"o.{field}")) for field in _RELATED),
        Unsaid("own_relative", "relationships", f"o.id = ANY ({_ALL_RELATED})"),
        # Ids have 256 characters at most, so few are never too many. A kind and what stands around take ten.
        Unsaid(
            "too_long", "relationships",
            f"cardinality({_ALL_RELATED}) > 14 AND (SELECT sum(char_length(coalesce(each.external_id, each.id::text)) + 10)"  # noqa: S608  # SQL of declarations
            " FROM roster_person AS each WHERE each.institution_id = o.institution_id"
            f" AND each.id = ANY ({_ALL_RELATED})) > {RELATIONSHIPS}",
        ),
    ),
    no_place=(
        # Enrollments give the other roles again, where there are any.
        NoPlace("roles", "cardinality(o.roles) > 1", "first_alone"),
        NoPlace("sso_id", column="SSO id"),
        NoPlace("external_id", "o.external_id IS NULL", "stands_in", "org_defined_id"),
        NoPlace("username", "o.username IS NULL", "stands_in", "username"),
        NoPlace("is_marked_administrator", "o.is_marked_administrator", column="mark as administrator"),
    ),
)  # fmt: skip

_PERSON = Naming("child_code", one="o.person_id", name="person")


def _enrolled(unit: str) -> dict[str, str]:
    return {
        "type": "'enrollment'", "action": orgs.UPDATES, "child_code": "person.code", "role_name": _word("o.role"),
        "parent_code": f"{unit}.code",
    }  # fmt: skip


_NO_ROLE = (Unsaid("no_word", "role_name", f"{_word('o.role')} IS NULL"),)
ENROLLED: Final = Rows(
    "enrollment", ENROLLMENT, _enrolled("section"), says=("person_id", "section_id", "role"),
    names=(_PERSON, Naming("parent_code", one="o.section_id", name="section")), unsaid=_NO_ROLE,
    order="o.section_id, o.person_id",
    filters={
        "term": "EXISTS (SELECT FROM roster_section AS taught WHERE taught.institution_id = o.institution_id"
        " AND taught.id = o.section_id AND taught.term_id = ANY (%(term)s))",
        "section": "o.section_id = ANY (%(section)s)",
    },
)  # fmt: skip
MEMBERS: Final = Rows(
    "membership", MEMBERSHIP, _enrolled("unit"), says=("person_id", "unit_type", "unit_id", "role"),
    names=(_PERSON, Naming("parent_code", one="o.unit_id", name="unit")), unsaid=_NO_ROLE,
    order="o.unit_id, o.person_id",
    filters={
        "term": "(o.unit_id = ANY (%(term)s) OR EXISTS (SELECT FROM roster_offering AS held"
        " WHERE held.institution_id = o.institution_id AND held.id = o.unit_id AND held.term_ids && %(term)s::uuid[]))",
        "section": "FALSE",
    },
)  # fmt: skip

_ONE = {
    "Company Employee Id": "company_employee_id", "Company Name": "company_name", "Employee Role": "employee_role",
    "Role Category": "role_category", "Team": "team",
}  # fmt: skip
_MANY = {"Department": "departments", "Division": "divisions", "Location": "locations", "Region": "regions"}


def _values_unsaid(header: str, field: str) -> tuple[Unsaid, ...]:
    """A value without a pipe, blanks at its ends or line breaks, and short enough; none of them twice."""
    of_them = f"EXISTS (SELECT FROM unnest(o.{field}) AS element (value) WHERE"
    return (
        Unsaid("list_separator", header, f"{of_them} strpos(element.value, '|') > 0)"),
        *(
            Unsaid(each.code, each.column, f"{of_them} {each.when})")
            for each in text(header, "element.value", VALUE_BYTES, required=True)
        ),
        Unsaid("edge_blank", header, f"{of_them} element.value <> btrim(element.value, '{BLANKS}'))"),
        Unsaid("too_long", header, f"{of_them} octet_length(element.value) > {VALUE_BYTES})"),
        Unsaid("repeated_value", header, repeats(f"o.{field}")),
    )


ATTRIBUTED: Final = Rows(
    "person_attributes", PERSON_ATTRIBUTES,
    {
        "LMS Username": _USERNAME.format("whose"),
        **{header: f"o.{field}" for header, field in _ONE.items()},
        **{header: f"nullif(array_to_string(o.{field}, '|'), '')" for header, field in _MANY.items()},
        "Hired Date": "to_char(o.hired_date, 'YYYY-MM-DD')",
        "Manager": _USERNAME.format("above"),
        "Affiliated Org Units": codes("o.affiliated_units"),
    },
    says=("person_id", "manager_id", "hired_date", "affiliated_units", *_ONE.values(), *_MANY.values()),
    joins="LEFT JOIN roster_person AS whose ON (whose.institution_id, whose.id) = (o.institution_id, o.person_id)"
    " LEFT JOIN roster_person AS above ON (above.institution_id, above.id) = (o.institution_id, o.manager_id)",
    names=(
        Naming("LMS Username", one="o.person_id", name="person"),
        Naming("Manager", one="o.manager_id", name="manager"),
        Naming("Affiliated Org Units", "o.affiliated_units"),
    ),
    unsaid=(
        *(each for header, field in _ONE.items() for each in text(header, f"o.{field}", VALUE_BYTES)),
        *(
            Unsaid("too_long", header, f"octet_length(o.{field}) > {VALUE_BYTES}")
            for header, field in _ONE.items()
        ),
        *(each for header, field in _MANY.items() for each in _values_unsaid(header, field)),
        Unsaid("outside_range", "Hired Date", "o.hired_date NOT BETWEEN '0001-01-01' AND '9999-12-31'"),
        Unsaid("repeated_value", "Affiliated Org Units", repeats("o.affiliated_units")),
        Unsaid("too_many", "Affiliated Org Units", f"cardinality(o.affiliated_units) > {MOST_UNITS}"),
    ),
    order="person.code",
)  # fmt: skip


def _words(institution: int) -> dict[str, Any]:
    """Types that rows may have, and what files call each role: the first name that means it (d2l 7.3)."""
    means = role_names(institution)
    words = {
        str(role): next((name for name, meant in means.items() if meant == role), None) for role in PersonRole
    }
    return {"types": org_unit_types(institution), "role_words": json.dumps(words)}


_PARTS: Final = (
    Part("01-Other{stamp}.csv", ORGS, ("custom",)),
    Part("02-Departments{stamp}.csv", ORGS, ("department",)),
    Part("03-Semesters{stamp}.csv", ORGS, ("semester",)),
    Part("04-Templates{stamp}.csv", ORGS, ("template",)),
    Part("05-Offerings{stamp}.csv", ORGS, ("offering",)),
    Part("06-Sections{stamp}.csv", ORGS, ("section",)),
    Part("07-Users{stamp}.csv", USERS, ("person",)),
    Part("08-Enrollments{stamp}.csv", ENROLLMENTS, ("enrollment", "membership")),
    Part("09-Attributes{stamp}.csv", ATTRIBUTES, ("person_attributes",)),
)

BOOK: Final = Book(
    "d2l",
    (*orgs.KINDS, PEOPLE, ENROLLED, MEMBERS, ATTRIBUTED),
    (
        Sheet(
            "d2l.orgs", (Part("", ORGS, tuple(rows.name for rows in orgs.KINDS)),), filters={"term": TERM},
        ),
        Sheet("d2l.users", (Part("", USERS, ("person",)),)),
        Sheet(
            "d2l.enrollments", (Part("", ENROLLMENTS, ("enrollment", "membership")),),
            filters={"term": TERM, "section": SECTION},
        ),
        Sheet("d2l.attributes", (Part("", ATTRIBUTES, ("person_attributes",)),)),
        Sheet(
            "d2l.package", _PARTS, archive="D2LStdCSV-{stamp}.zip", more={"manifest.json": MANIFEST},
            filters={"term": TERM},
            asides=(
                Aside(PERSONA), Aside(VIEWING_PERMISSION), Aside(CAMPUS), Aside(BUILDING), Aside(ROOM), Aside(SCHEDULE),
            ),
        ),
    ),
    _words,
)  # fmt: skip
