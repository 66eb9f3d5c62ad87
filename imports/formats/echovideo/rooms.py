"""Rooms (echovideo.md 2.5). A file never makes a building, nor puts a device into a room."""

from __future__ import annotations

from edu_csv.roster.nouns import BUILDING, ROOM
from imports.formats.base import Unique
from imports.formats.columns import ExternalId, Ignored, Text
from imports.formats.echovideo import schedules_left
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.references import OwnId, Reference


class Rooms(EchoVideoFormat):
    key = "echovideo.rooms.v1"
    title = "Rooms"
    target = ROOM
    order = 5

    room_id = OwnId("Room ID", ROOM)
    building = Reference("Building ID", BUILDING, field="building_id", required=True)
    room_name = Text(
        "Name", field="name", aliases=("Room Name",), required=True, max_length=NAME, folded=True,
        help="Unique within the building.",
    )  # fmt: skip
    external_id = ExternalId()
    device_id = Ignored("Device ID", "o.device_id")
    device_type = Ignored("Device Type", "o.device_type")
    device_software_version = Ignored("Device Software Version", "o.device_software_version")
    campus_name = Ignored("Campus Name", "campus.name")
    building_name = Ignored("Building Name", "building.name")

    label = ("external_id", "room_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(
            ("building_id", "name_folded"), "duplicate_object", "Name",
            "'the room `' || coalesce(o.external_id, o.id::text) || '` of this building'",
        ),
    )  # fmt: skip
    blocks_delete = (schedules_left.KEEP_A_ROOM, schedules_left.KEEP_A_ROOM_OF_OTHERS)
    effects = (schedules_left.GO_WITH_ROOM,)
    export_joins = """
        LEFT JOIN roster_building AS building
               ON (building.institution_id, building.id) = (o.institution_id, o.building_id)
        LEFT JOIN roster_campus AS campus
               ON (campus.institution_id, campus.id) = (o.institution_id, building.campus_id)
    """
    export_order = (
        'campus.name_folded COLLATE "C", building.name_folded COLLATE "C", o.name_folded COLLATE "C", o.id'
    )
    sample_rows = (
        {"building": "BLD-LIG", "room_name": "Auditorium 1", "external_id": "RM-LIG-A1"},
        {"building": "BLD-LIG", "room_name": "Seminar 204", "external_id": "RM-LIG-204"},
    )
