"""Buildings (echovideo.md 2.4). There is no delete: it would take the rooms within along (1.3)."""

from __future__ import annotations

from edu_csv.roster.nouns import BUILDING, CAMPUS
from imports.formats.base import Unique
from imports.formats.columns import ExternalId, Ignored, Text
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.references import OwnId, Reference


class Buildings(EchoVideoFormat):
    key = "echovideo.buildings.v1"
    title = "Buildings"
    target = BUILDING
    actions = ("create", "update")
    order = 4

    building_id = OwnId("Building ID", BUILDING, actions=("update",))
    campus = Reference("Campus ID", CAMPUS, field="campus_id", required=True)
    building_name = Text(
        "Name", field="name", aliases=("Building Name",), required=True, max_length=NAME, folded=True,
        help="Unique within the campus.",
    )  # fmt: skip
    external_id = ExternalId()
    campus_name = Ignored("Campus Name", "campus.name")

    label = ("external_id", "building_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(
            ("campus_id", "name_folded"), "duplicate_object", "Name",
            "'the building `' || coalesce(o.external_id, o.id::text) || '` of this campus'",
        ),
    )  # fmt: skip
    export_joins = """
        LEFT JOIN roster_campus AS campus ON (campus.institution_id, campus.id) = (o.institution_id, o.campus_id)
    """
    export_order = 'campus.name_folded COLLATE "C", o.name_folded COLLATE "C", o.id'
    sample_rows = (
        {"campus": "CAM-HAR", "building_name": "Lighthouse Building", "external_id": "BLD-LIG"},
        {"campus": "CAM-HAR", "building_name": "Ropewalk"},
    )
