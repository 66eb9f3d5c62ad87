"""Departments, within an organization or standing alone (echovideo.md 2.2)."""

from __future__ import annotations

from edu_csv.roster.nouns import COURSE, DEPARTMENT, OFFERING, ORG_UNIT, ORGANIZATION, TERM
from imports.formats.base import Dependents, Unique
from imports.formats.columns import ExternalId, Ignored, Text
from imports.formats.echovideo import units_left
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.references import OnlyReference, OwnId


class Departments(EchoVideoFormat):
    key = "echovideo.departments.v1"
    title = "Departments"
    target = DEPARTMENT
    order = 2

    department_id = OwnId("Department ID", DEPARTMENT, aliases=("ID", "UUID", "Dept ID"))
    department_name = Text(
        "Name", field="name", aliases=("Department Name",), required=True, max_length=NAME, folded=True,
        help="Unique within its organization, or among departments without one.",
    )  # fmt: skip
    # The roster's org units may have several parents; this layout knows one, and it is an organization.
    organization = OnlyReference(
        "Organization ID", ORGANIZATION, field="parent_ids", aliases=("Org ID",),
        help="Blank: the department belongs to no organization.",
    )  # fmt: skip
    external_id = ExternalId()
    organization_name = Ignored("Organization Name", "organization.name")

    label = ("external_id", "department_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(
            ("parent_ids", "name_folded"), "duplicate_object", "Name",
            "'the department `' || coalesce(o.external_id, o.id::text) || '`'",
        ),
    )  # fmt: skip
    # 4.3; units of other families below it keep it too, or they would hang on nothing.
    blocks_delete = (
        Dependents(COURSE, "department_id"),
        Dependents(COURSE, "parent_ids", words="courses lie below it too"),
        *(Dependents(noun, "parent_ids") for noun in (ORG_UNIT, TERM, OFFERING)),
    )
    effects = units_left.LEFT_WITH_UNITS
    export_joins = """
        LEFT JOIN roster_org_unit AS organization
               ON (organization.institution_id, organization.id) = (o.institution_id, o.parent_ids[1])
    """
    export_order = 'organization.name_folded COLLATE "C" NULLS FIRST, o.name_folded COLLATE "C", o.id'
    sample_rows = (
        {"department_name": "Oceanography", "organization": "ORG-MAR", "external_id": "DEP-OCE"},
        {"department_name": "Visitor Programmes", "external_id": "DEP-VIS"},
    )
