"""Enrollments (echovideo.md 2.10), and what they do to people and sections (6.2, 22–24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from edu_csv.roster.nouns import ENROLLMENT, MEMBERSHIP, PERSON, SECTION, TERM, Noun
from edu_csv.roster.roles import PersonRole
from imports.formats.base import Effect, Unique
from imports.formats.columns import ACTIONS, Choice, Ignored
from imports.formats.echovideo.family import EchoVideoFormat
from imports.formats.leaving import roles_added
from imports.formats.places import Unplaced
from imports.formats.references import EMAIL, EXTERNAL_ID, SYSTEM_ID, Reference

ROLES = {
    "Instructor": PersonRole.INSTRUCTOR.value,
    "Teaching Assistant": PersonRole.TEACHING_ASSISTANT.value,
    "Student": PersonRole.STUDENT.value,
}

# 6.2 (22): a section role adds the missing role of the person.
PEOPLE = "(SELECT o.id, o.roles FROM roster_person AS o WHERE o.institution_id = %(institution)s)"
# 6.2 (23): without an enrollment as instructor nobody is the section's instructor.
_CLEARED = """
    SELECT min(w._row), 5, section.id, 2,
           jsonb_build_object('instructor_id', section.instructor_id),
           jsonb_build_object('instructor_id', NULL)
      FROM act AS w
      JOIN roster_section AS section
        ON section.institution_id = %(institution)s AND section.id = w.section_id
       AND section.instructor_id = w.person_id AND section.deleted_at IS NULL
     WHERE {lost}
     GROUP BY section.id, section.instructor_id
"""


class Enrollments(EchoVideoFormat):
    key = "echovideo.enrollments.v1"
    title = "Enrollments"
    target = ENROLLMENT
    order = 10

    user = Reference(
        "User ID", PERSON, field="person_id", by=(SYSTEM_ID, EXTERNAL_ID, EMAIL), actions=ACTIONS, required=True,
        aliases=("User ID/Email", "Email", "User"), help="System id, External ID or e-mail address.",
    )  # fmt: skip
    section = Reference("Section ID", SECTION, field="section_id", actions=ACTIONS, required=True)
    role = Choice("Role", ROLES, also={"TA": PersonRole.TEACHING_ASSISTANT}, required=True)
    email = Ignored("Email", "person.email")
    first_name = Ignored("First Name", "person.given_name")
    last_name = Ignored("Last Name", "person.family_name")
    course_code = Ignored("Course Code", "course.code")
    term_name = Ignored("Term Name", "term.name")
    section_name = Ignored("Section Name", "section.name")

    natural_key = ("section_id", "person_id")
    label = ("user", "section")
    uniques = (
        Unique(("section_id", "person_id"), "role_conflict", "Role", "initcap(replace(o.role, '_', ' '))"),
    )
    effects = (
        Effect("roles added", roles_added(PEOPLE), ("create", "update")),
        Effect("instructors cleared", _CLEARED.format(lost="w.role <> 'instructor'"), ("update",)),
        Effect("instructors cleared", _CLEARED.format(lost="TRUE"), ("delete",)),
    )
    # Joins, not a sub-select per cell: a fifth of the time over a million enrollments.
    export_joins = """
        LEFT JOIN roster_person AS person ON (person.institution_id, person.id) = (o.institution_id, o.person_id)
        LEFT JOIN roster_section AS section ON (section.institution_id, section.id) = (o.institution_id, o.section_id)
        LEFT JOIN roster_course AS course
               ON (course.institution_id, course.id) = (o.institution_id, section.course_id)
        LEFT JOIN roster_term AS term ON (term.institution_id, term.id) = (o.institution_id, section.term_id)
    """
    export_order = "o.section_id, o.person_id"
    unplaced = (Unplaced(MEMBERSHIP, "Memberships in units that are no sections"),)
    export_filters: ClassVar[Mapping[str, tuple[str, Noun]]] = {
        "term": ("section.term_id = ANY (%(term)s)", TERM),
        "section": ("o.section_id = ANY (%(section)s)", SECTION),
    }
    sample_rows = (
        {"user": "P-1001", "section": "S-OCE210-31A-02", "role": "Instructor"},
        {"user": "tomas.reyes@fjord.example", "section": "S-OCE210-31A-02", "role": "Teaching Assistant"},
    )
