"""Courses (echovideo.md 2.7)."""

from __future__ import annotations

from edu_csv.roster.nouns import COURSE, DEPARTMENT, OFFERING, ORGANIZATION, SECTION
from imports.formats.base import Dependents, Rule, Unique
from imports.formats.columns import ExternalId, Ignored, Text
from imports.formats.echovideo import units_left
from imports.formats.echovideo.family import CODE, NAME, EchoVideoFormat
from imports.formats.places import lists
from imports.formats.references import OwnId, Reference


class Courses(EchoVideoFormat):
    key = "echovideo.courses.v1"
    title = "Courses"
    target = COURSE
    order = 7

    course_id = OwnId("Course ID", COURSE)
    code = Text(
        "Course Code", aliases=("Course Identifier",), required=True, max_length=CODE, folded=True,
        help="Unique within the institution.",
    )  # fmt: skip
    course_name = Text("Course Name", field="name", aliases=("Name",), required=True, max_length=NAME)
    organization = Reference("Organization ID", ORGANIZATION, field="organization_id", aliases=("Org ID",))
    department = Reference(
        "Department ID", DEPARTMENT, field="department_id", aliases=("Dept ID",),
        help="Belongs to the organization, when both are given.",
    )  # fmt: skip
    external_id = ExternalId()
    section_count = Ignored(
        "Section Count",
        "(SELECT count(*) FROM roster_section AS s WHERE s.institution_id = o.institution_id"
        " AND s.course_id = o.id AND s.deleted_at IS NULL)",
    )

    label = ("external_id", "code")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.code"),
        Unique(("code_folded",), "duplicate_object", "Course Code", "'the course `' || o.name || '`'"),
    )
    rules = (
        # 6.2 (41): a department of another organization is a mistake in one of the two cells.
        Rule(
            "mismatched_org_unit", "Department ID",
            "w.organization_id IS NOT NULL AND w.department_id IS NOT NULL AND NOT EXISTS ("
            "SELECT FROM roster_org_unit AS department WHERE department.institution_id = %(institution)s"
            " AND department.id = w.department_id AND w.organization_id = ANY (department.parent_ids))",
            "(SELECT r.text FROM ref_department AS r WHERE r.ordinal = w._o_department)",
        ),
    )  # fmt: skip
    # Offerings of other families keep it without sections too; an implicit one is not there without.
    blocks_delete = (
        Dependents(SECTION, "course_id"),
        Dependents(OFFERING, "course_ids", where="NOT child.is_implicit", words="course offerings are of it"),
    )
    effects = units_left.LEFT
    export_order = 'o.code_folded COLLATE "C", o.id'
    no_place = lists(("parent_ids", "further parents"))
    sample_rows = (
        {
            "code": "OCE210", "course_name": "Tides and Currents", "organization": "ORG-MAR",
            "department": "DEP-OCE", "external_id": "C-OCE210",
        },
        {"code": "GEN001", "course_name": "Study Skills"},
    )  # fmt: skip
