"""CircleIn files of a roster: courses, users, enrollments, and the package of them (circlein-csv.md 3 to 5).

A course's row is a section, with as much of its course, department and term as names them; people stand in
``Users.csv``, so that enrollments need not repeat their names.
"""

from __future__ import annotations

from typing import Final

from edu_csv.roster.nouns import (
    BUILDING,
    CAMPUS,
    COURSE,
    DEPARTMENT,
    ENROLLMENT,
    MEMBERSHIP,
    OFFERING,
    ORG_UNIT,
    ORGANIZATION,
    PERSON,
    PERSON_ATTRIBUTES,
    PERSONA,
    ROOM,
    SCHEDULE,
    SECTION,
    TERM,
    VIEWING_PERMISSION,
)
from imports.formats.circlein import columns
from imports.formats.exporting import Aside, Book, Naming, Part, Rows, Sheet, Unsaid, text
from imports.formats.places import NoPlace

IDENTIFIER, USER, SUBJECT, NUMBER = (
    "Unique Course/Section Identifier", "Unique User Identifier", "Subject/Department", "Catalog Number",
)  # fmt: skip
COURSES: Final = (
    IDENTIFIER, "Term", "Session", SUBJECT, NUMBER, "Section Name", "Full Course Name", "Enrollment Count",
    "Term Length", "Start Date", "End Date", "Status",
)  # fmt: skip
USERS: Final = (USER, "First Name", "Last Name", "Email", "Status")
ENROLLMENTS: Final = (IDENTIFIER, "Term", "Role", USER, "First Name", "Last Name", "Email", "Status")

# By role, a word that means it and nothing else (4.1, C-9).
_ROLES: Final = {"student": "student", "instructor": "teacher", "tutor": "Tutor"}
_ROLE = "CASE o.role " + " ".join(f"WHEN '{role}' THEN '{word}'" for role, word in _ROLES.items()) + " END"

# A course code is subject, blank and number (design section 2); the subject is the course's department.
_SUBJECT = "department.external_id"
_NUMBER = f"substr(course.code, char_length({_SUBJECT}) + 2)"
_ABOVE = """
    LEFT JOIN roster_course AS course ON (course.institution_id, course.id) = (o.institution_id, o.course_id)
    LEFT JOIN roster_term AS term ON (term.institution_id, term.id) = (o.institution_id, o.term_id)
    LEFT JOIN roster_org_unit AS department
           ON (department.institution_id, department.id) = (course.institution_id, course.department_id)
"""


def _day(header: str, source: str) -> tuple[Unsaid, ...]:
    return (
        Unsaid("required_blank", header, f"{source} IS NULL"),
        Unsaid("outside_range", header, f"{source} NOT BETWEEN '0001-01-01' AND '9999-12-31'"),
    )


TAUGHT: Final = Rows(
    "section", SECTION,
    {
        IDENTIFIER: "o.external_id", "Term": "term.external_id", "Session": "o.session", SUBJECT: _SUBJECT,
        NUMBER: _NUMBER, "Section Name": "o.name", "Full Course Name": "o.title", "Enrollment Count": "'0'",
        "Term Length": "'0'", "Start Date": "to_char(o.start_date, 'YYYY-MM-DD')",
        "End Date": "to_char(o.end_date, 'YYYY-MM-DD')", "Status": "'Available'",
    },
    says=(
        "external_id", "term_id", "course_id", "session", "name", "name_folded", "title", "start_date", "end_date",
    ),
    joins=_ABOVE,
    code="o.external_id", unique="concat_ws(chr(31), o.external_id, o.term_id)", space="section",
    code_header=IDENTIFIER,
    unsaid=(
        *text(IDENTIFIER, "o.external_id", columns.IDENTIFIER, required=True),
        Unsaid("gone", "Term", "term.deleted_at IS NOT NULL"),
        *text("Term", "term.external_id", columns.TERM, required=True),
        *text("Session", "o.session", columns.SESSION, required=True),
        Unsaid("gone", SUBJECT, "department.deleted_at IS NOT NULL OR course.deleted_at IS NOT NULL"),
        *text(SUBJECT, _SUBJECT, columns.SUBJECT, required=True),
        Unsaid("not_its_departments", NUMBER, f"NOT course.code ^@ ({_SUBJECT} || ' ')"),
        *text(NUMBER, _NUMBER, columns.NUMBER, required=True),
        # Courses are found by their code, and without case.
        Unsaid(
            "ambiguous_name", NUMBER,
            "EXISTS (SELECT FROM roster_course AS other WHERE other.institution_id = o.institution_id"
            " AND other.code_folded = course.code_folded AND other.id <> course.id AND other.deleted_at IS NULL)",
        ),
        *text("Section Name", "o.name", columns.NUMBER, required=True),
        *text("Full Course Name", "o.title", columns.TITLE, required=True),
        *_day("Start Date", "o.start_date"),
        *_day("End Date", "o.end_date"),
        Unsaid("end_before_start", "End Date", "o.end_date < o.start_date"),
    ),
    no_place=(
        NoPlace("description"), NoPlace("instructor_id"),
        NoPlace("secondary_instructor_ids", "cardinality(o.secondary_instructor_ids) > 0"),
        NoPlace("lms_course_ids", "cardinality(o.lms_course_ids) > 0", column="LMS course ids"), NoPlace("code_original"),
    ),
    order="term.external_id COLLATE \"C\", said.code",
    filters={"term": "o.term_id = ANY (%(term)s)"},
)  # fmt: skip

PEOPLE: Final = Rows(
    "person", PERSON,
    {
        USER: "o.external_id", "First Name": "o.given_name", "Last Name": "o.family_name", "Email": "o.email",
        "Status": "'Active'",
    },
    says=("external_id", "sso_id", "given_name", "family_name", "email", "email_folded"),
    code="o.external_id", space="person", code_header=USER,
    unsaid=(
        *text(USER, "o.external_id", columns.IDENTIFIER, required=True),
        # 4, column 4: the identifier is what single sign-on delivers.
        Unsaid("other_sso_id", USER, "o.sso_id IS DISTINCT FROM o.external_id"),
        *text("First Name", "o.given_name", columns.NAME, required=True),
        *text("Last Name", "o.family_name", columns.NAME, required=True),
        *text("Email", "o.email", columns.ADDRESS, required=True),
        Unsaid("bad_email", "Email", r"o.email !~ '^[^\s@]+@[^\s@]+$'"),
        # C-13: it belongs to one user only.
        Unsaid(
            "shared_email", "Email",
            "EXISTS (SELECT FROM roster_person AS other WHERE other.institution_id = o.institution_id"
            " AND other.email_folded = o.email_folded AND other.id <> o.id AND other.deleted_at IS NULL)",
        ),
    ),
    no_place=(
        NoPlace("username"), NoPlace("org_role"), NoPlace("preferred_given_name"), NoPlace("preferred_family_name"),
        NoPlace("sort_family_name"), NoPlace("pronouns"), NoPlace("is_active", "o.is_active IS FALSE"),
        NoPlace("parent_person_ids", "cardinality(o.parent_person_ids) > 0", column="parents"),
        NoPlace("guardian_person_ids", "cardinality(o.guardian_person_ids) > 0", column="guardians"),
        NoPlace("auditor_person_ids", "cardinality(o.auditor_person_ids) > 0", column="auditors"),
        # Those that enrollments in the files give again are not lost.
        NoPlace(
            "roles",
            "EXISTS (SELECT FROM unnest(o.roles) AS held (role) WHERE NOT EXISTS (SELECT FROM roster_enrollment AS sits"
            " WHERE sits.institution_id = o.institution_id AND sits.person_id = o.id AND sits.role = held.role"
            " AND sits.deleted_at IS NULL))",
        ),
    ),
    order="said.code",
)  # fmt: skip

_PERSON = Naming(USER, one="o.person_id", name="person")
ENROLLED: Final = Rows(
    "enrollment", ENROLLMENT,
    {
        IDENTIFIER: "section.code", "Term": "term.external_id", "Role": _ROLE, USER: "person.code",
        "Status": "'Active'",
    },
    says=("person_id", "section_id", "role"),
    joins="LEFT JOIN roster_section AS taught ON (taught.institution_id, taught.id) = (o.institution_id, o.section_id)"
    " LEFT JOIN roster_term AS term ON (term.institution_id, term.id) = (o.institution_id, taught.term_id)",
    names=(Naming(IDENTIFIER, one="o.section_id", name="section"), _PERSON),
    unsaid=(Unsaid("no_word", "Role", f"{_ROLE} IS NULL"),),
    order="o.section_id, o.person_id",
    filters={"term": "taught.term_id = ANY (%(term)s)", "section": "o.section_id = ANY (%(section)s)"},
)  # fmt: skip
# 4.2: a row of its own marks somebody as an administrator; its course and term say nothing.
MARKED: Final = Rows(
    "mark", PERSON,
    {IDENTIFIER: "'none'", "Term": "'none'", "Role": "'admin'", USER: "person.code", "Status": "'Active'"},
    says=("is_marked_administrator",),
    where="o.is_marked_administrator",
    names=(Naming(USER, one="o.id", name="person"),),
    order="person.code",
    filters={"term": "FALSE", "section": "FALSE"},
)  # fmt: skip

# What rows of sections carry along, and what of it they cannot say. Uncorrelated, so that it is asked once.
_CARRIES = (
    "IN (SELECT {} FROM said JOIN roster_section AS taught ON taught.id = said.id{} WHERE said.fault IS NULL)"
)
_OF_A_COURSE = " JOIN roster_course AS course ON course.institution_id = taught.institution_id AND course.id = taught.course_id"
_CARRIED: Final = (
    Aside(
        DEPARTMENT, f"o.id {_CARRIES.format('course.department_id', _OF_A_COURSE)}",
        no_place=(
            NoPlace("name", "o.name <> o.external_id"), NoPlace("parent_ids", "cardinality(o.parent_ids) > 0"),
            NoPlace("code_original"),
        ),
    ),
    Aside(
        TERM, f"o.id {_CARRIES.format('taught.term_id', '')}",
        no_place=(
            NoPlace("name", "o.name <> o.external_id"), NoPlace("start_date"), NoPlace("end_date"),
            NoPlace("exclusion_dates", "cardinality(o.exclusion_dates) > 0"),
            NoPlace("parent_ids", "cardinality(o.parent_ids) > 0"), NoPlace("code_original"),
        ),
    ),
    Aside(
        COURSE, f"o.id {_CARRIES.format('taught.course_id', '')}",
        no_place=(
            NoPlace("external_id", column="external id"), NoPlace("organization_id"),
            NoPlace("parent_ids", "cardinality(o.parent_ids) > 0"), NoPlace("code_original"),
            # A course is made with the full name of its first section.
            NoPlace("name", f"(o.id, o.name) NOT {_CARRIES.format('taught.course_id, taught.title', '')}"),
        ),
    ),
    Aside(OFFERING, where="NOT o.is_implicit"),
    Aside(ORG_UNIT, where="o.type <> 'department'", within=ORGANIZATION),
    Aside(MEMBERSHIP), Aside(PERSON_ATTRIBUTES), Aside(PERSONA), Aside(VIEWING_PERMISSION),
    Aside(CAMPUS), Aside(BUILDING), Aside(ROOM), Aside(SCHEDULE),
)  # fmt: skip

BOOK: Final = Book(
    "circlein",
    (TAUGHT, PEOPLE, ENROLLED, MARKED),
    (
        Sheet("circlein.courses", (Part("", COURSES, ("section",)),), filters={"term": TERM}),
        Sheet("circlein.users", (Part("", USERS, ("person",)),)),
        Sheet(
            "circlein.enrollments", (Part("", ENROLLMENTS, ("enrollment", "mark")),),
            filters={"term": TERM, "section": SECTION},
        ),
        Sheet(
            "circlein.package",
            (
                Part("Courses.csv", COURSES, ("section",)),
                Part("Users.csv", USERS, ("person",)),
                Part("Enrollments.csv", ENROLLMENTS, ("enrollment", "mark")),
            ),
            archive="CircleIn-{stamp}.zip",
            filters={"term": TERM},
            asides=_CARRIED,
        ),
    ),
)  # fmt: skip
