"""Organizations: what departments and courses belong to (echovideo.md 2.1)."""

from __future__ import annotations

from edu_csv.roster.nouns import COURSE, DEPARTMENT, OFFERING, ORG_UNIT, ORGANIZATION, TERM
from imports.formats.base import Dependents, Unique
from imports.formats.columns import ExternalId, Ignored, Text
from imports.formats.echovideo import units_left
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.places import Unplaced, lists
from imports.formats.references import OwnId


class Organizations(EchoVideoFormat):
    key = "echovideo.organizations.v1"
    title = "Organizations"
    target = ORGANIZATION
    order = 1

    organization_id = OwnId("Organization ID", ORGANIZATION, aliases=("ID", "UUID", "Org ID"))
    organization_name = Text(
        "Name", field="name", aliases=("Organization Name",), required=True, max_length=NAME, folded=True,
        help="Unique within the institution.",
    )  # fmt: skip
    external_id = ExternalId()
    department_count = Ignored(
        "Department Count",
        "(SELECT count(*) FROM roster_org_unit AS d WHERE d.institution_id = o.institution_id"
        " AND d.type = 'department' AND o.id = ANY (d.parent_ids) AND d.deleted_at IS NULL)",
    )
    course_count = Ignored(
        "Course Count",
        "(SELECT count(*) FROM roster_course AS c WHERE c.institution_id = o.institution_id"
        " AND c.organization_id = o.id AND c.deleted_at IS NULL)",
    )
    section_count = Ignored(
        "Section Count",
        "(SELECT count(*) FROM roster_course AS c"
        " JOIN roster_section AS s ON s.institution_id = c.institution_id AND s.course_id = c.id"
        " WHERE c.institution_id = o.institution_id AND c.organization_id = o.id AND s.deleted_at IS NULL)",
    )

    label = ("external_id", "organization_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(
            ("name_folded",), "duplicate_object", "Name",
            "'the organization `' || coalesce(o.external_id, o.id::text) || '`'",
        ),
    )  # fmt: skip
    # 4.3; units of other families below it keep it too, or they would hang on nothing.
    blocks_delete = (
        Dependents(DEPARTMENT, "parent_ids"),
        Dependents(
            ORG_UNIT, "parent_ids", where="child.type <> 'department'", words="other org units point to it"
        ),
        Dependents(COURSE, "organization_id"),
        Dependents(COURSE, "parent_ids", words="courses lie below it too"),
        *(Dependents(noun, "parent_ids") for noun in (TERM, OFFERING)),
    )
    effects = units_left.LEFT_WITH_UNITS
    export_order = 'o.name_folded COLLATE "C", o.id'
    no_place = lists(("parent_ids", "parents"))
    unplaced = (
        Unplaced(
            ORG_UNIT,
            "Org units of other types",
            "o.type NOT IN ('organization', 'department')",
            within=ORGANIZATION,
        ),
    )
    sample_rows = (
        {"organization_name": "School of Marine Science", "external_id": "ORG-MAR"},
        {"organization_name": "Faculty of Law"},
    )
