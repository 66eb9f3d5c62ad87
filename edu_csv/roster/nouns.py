"""The nouns of the roster as SQL sees them: table, code in the journal, what may be written.

Whoever reads or writes objects by the set (planning, applying, undoing, exporting, the API) goes by
this list, so that a new noun is one entry.
"""

from __future__ import annotations

from edu_csv.roster import activity_nouns as activity
from edu_csv.roster.noun import Noun as Noun

_UNIT = {
    "external_id": "text",
    "name": "text",
    "name_folded": "text",
    "parent_ids": "uuid[]",
    "type": "text",
    "code_original": "text",
}

ORG_UNIT = Noun("org_unit", 1, "roster_org_unit", _UNIT, plural="org units")
ORGANIZATION = Noun(
    "organization", 1, "roster_org_unit", _UNIT, fixed={"type": "organization"}, org_units=("id",)
)
DEPARTMENT = Noun("department", 1, "roster_org_unit", _UNIT, fixed={"type": "department"}, org_units=("id",))
TERM = Noun(
    "term",
    2,
    "roster_term",
    {
        "external_id": "text",
        "name": "text",
        "name_folded": "text",
        "start_date": "date",
        "end_date": "date",
        "exclusion_dates": "date[]",
        "parent_ids": "uuid[]",
        "code_original": "text",
    },
)
COURSE = Noun(
    "course",
    3,
    "roster_course",
    {
        "external_id": "text",
        "code": "text",
        "code_folded": "text",
        "name": "text",
        "organization_id": "uuid",
        "department_id": "uuid",
        "parent_ids": "uuid[]",
        "code_original": "text",
    },
    label="o.code",
    org_units=("organization_id", "department_id"),
    further_units=("parent_ids",),
)
OFFERING = Noun(
    "offering",
    4,
    "roster_offering",
    {
        "external_id": "text",
        "name": "text",
        "course_ids": "uuid[]",
        "term_ids": "uuid[]",
        "is_implicit": "boolean",
        "parent_ids": "uuid[]",
        "start_at": "timestamp",
        "end_at": "timestamp",
        "is_active": "boolean",
        "discover": "boolean",
        "code_original": "text",
    },
    label="coalesce(o.name, o.external_id)",
    via=("course_id", "course"),
)
SECTION = Noun(
    "section",
    5,
    "roster_section",
    {
        "external_id": "text",
        "offering_id": "uuid",
        "course_id": "uuid",
        "term_id": "uuid",
        "name": "text",
        "name_folded": "text",
        "title": "text",
        "description": "text",
        "instructor_id": "uuid",
        "secondary_instructor_ids": "uuid[]",
        "lms_course_ids": "text[]",
        "session": "text",
        "start_date": "date",
        "end_date": "date",
        "code_original": "text",
    },
    via=("course_id", "course"),
)
PERSON = Noun(
    "person",
    6,
    "roster_person",
    {
        "external_id": "text",
        "given_name": "text",
        "family_name": "text",
        "email": "text",
        "email_folded": "text",
        "username": "text",
        "username_folded": "text",
        "sso_id": "text",
        "roles": "text[]",
        "org_role": "text",
        "preferred_given_name": "text",
        "preferred_family_name": "text",
        "sort_family_name": "text",
        "pronouns": "text",
        "is_active": "boolean",
        "parent_person_ids": "uuid[]",
        "guardian_person_ids": "uuid[]",
        "auditor_person_ids": "uuid[]",
        "is_marked_administrator": "boolean",
    },
    never_null=("is_marked_administrator",),
    label="concat_ws(' ', o.given_name, o.family_name)",
    plural="people",
    folded_key="email_folded",
)
ENROLLMENT = Noun(
    "enrollment",
    7,
    "roster_enrollment",
    {"person_id": "uuid", "section_id": "uuid", "role": "text"},
    label="o.role",
    via=("section_id", "section"),
    has_external_id=False,
)
CAMPUS = Noun(
    "campus",
    8,
    "roster_campus",
    {"external_id": "text", "name": "text", "name_folded": "text", "time_zone": "text"},
    plural="campuses",
)
BUILDING = Noun(
    "building",
    9,
    "roster_building",
    {"external_id": "text", "campus_id": "uuid", "name": "text", "name_folded": "text"},
)
ROOM = Noun(
    "room",
    10,
    "roster_room",
    {
        "external_id": "text",
        "building_id": "uuid",
        "name": "text",
        "name_folded": "text",
        "device_id": "text",
        "device_type": "text",
        "device_software_version": "text",
    },
)
SCHEDULE = Noun(
    "schedule",
    11,
    "roster_schedule",
    {
        "external_id": "text",
        "name": "text",
        "start_date": "date",
        "start_time": "time",
        "duration_minutes": "integer",
        "end_date": "date",
        "days_of_week": "text[]",
        "exclusion_dates": "date[]",
        "room_id": "uuid",
        "section_ids": "uuid[]",
        "instructor_id": "uuid",
        "guest_instructor": "text",
        "stream_live": "boolean",
        "caption": "boolean",
        "auto_publish": "boolean",
        "input_1": "text",
        "input_2": "text",
        "capture_quality": "text",
        "stream_quality": "text",
    },
    via_any=("section_ids", "section"),
)
MEMBERSHIP = Noun(
    "membership",
    12,
    "roster_membership",
    {"person_id": "uuid", "unit_type": "smallint", "unit_id": "uuid", "role": "text"},
    label="o.role",
    has_external_id=False,
    via_unit=("unit_type", "unit_id"),
)
PERSON_ATTRIBUTES = Noun(
    "person_attributes",
    13,
    "roster_person_attributes",
    {
        "person_id": "uuid",
        "company_employee_id": "text",
        "company_name": "text",
        "departments": "text[]",
        "divisions": "text[]",
        "employee_role": "text",
        "hired_date": "date",
        "locations": "text[]",
        "manager_id": "uuid",
        "regions": "text[]",
        "role_category": "text",
        "team": "text",
        "affiliated_units": "uuid[]",
    },
    label="coalesce(o.employee_role, o.team)",
    plural="attributes of people",
    has_external_id=False,
)
PERSONA = Noun(
    "persona",
    14,
    "roster_persona",
    {"person_id": "uuid", "identifier": "text", "value": "text", "home_page": "text"},
    label="concat_ws(' ', o.home_page, o.value)",
    has_external_id=False,
)
VIEWING_PERMISSION = Noun(
    "viewing_permission",
    15,
    "roster_viewing_permission",
    {"grantee_type": "smallint", "grantee_id": "uuid", "org_unit_id": "uuid"},
    label="o.key",
    org_units=("org_unit_id",),
    has_external_id=False,
)

# In the order in which they are written: what others point to comes first.
ROSTER_ORDER = (
    ORG_UNIT,
    TERM,
    COURSE,
    OFFERING,
    PERSON,
    SECTION,
    ENROLLMENT,
    MEMBERSHIP,
    PERSON_ATTRIBUTES,
    PERSONA,
    VIEWING_PERMISSION,
    CAMPUS,
    BUILDING,
    ROOM,
    SCHEDULE,
)
ACTIVITY_ORDER = activity.WRITE_ORDER
WRITE_ORDER = (*ROSTER_ORDER, *ACTIVITY_ORDER)
NOUNS = {noun.name: noun for noun in (*WRITE_ORDER, ORGANIZATION, DEPARTMENT)}
BY_CODE = {noun.code: noun for noun in WRITE_ORDER}

# Which columns point to which noun: for showing an external id where a system id is stored.
POINTS_TO = {
    "organization_id": ORG_UNIT,
    "org_unit_id": ORG_UNIT,
    "department_id": ORG_UNIT,
    "parent_ids": ORG_UNIT,
    "course_id": COURSE,
    "course_ids": COURSE,
    "term_id": TERM,
    "term_ids": TERM,
    "offering_id": OFFERING,
    "section_id": SECTION,
    "person_id": PERSON,
    "instructor_id": PERSON,
    "secondary_instructor_ids": PERSON,
    "parent_person_ids": PERSON,
    "guardian_person_ids": PERSON,
    "auditor_person_ids": PERSON,
    "manager_id": PERSON,
    "campus_id": CAMPUS,
    "building_id": BUILDING,
    "room_id": ROOM,
    "section_ids": SECTION,
    "owner_id": PERSON,
    "author_id": PERSON,
    **activity.POINTS_TO,
}

# What D2L calls org units. One has enrollments in sections, and memberships in all others.
UNITS = (ORG_UNIT, TERM, COURSE, OFFERING, SECTION)
# Which columns point to objects of any of several nouns.
POINTS_TO_ANY = {"unit_id": UNITS[:-1], "affiliated_units": UNITS, "grantee_id": (ORG_UNIT, PERSON)}
