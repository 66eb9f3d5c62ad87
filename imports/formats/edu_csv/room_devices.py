"""Which device captures in which room.

A rooms file never assigns devices (echovideo.md 2.5), yet an institution may ask that a room has one
before anything is scheduled there (``rooms_need_device``): this file says so, room by room.
"""

from __future__ import annotations

from edu_csv.roster.ahead import SCHEDULES_AHEAD
from edu_csv.roster.nouns import ROOM, SCHEDULE
from imports.formats.base import Format, Rule, Unique
from imports.formats.columns import Ignored, Text
from imports.formats.references import OwnId

# The rooms of the file that have a device, with how many schedules still need one there.
_NEEDED = f"""JOIN (
    SELECT room.id, count(*) AS count
      FROM roster_room AS room
      JOIN access_institution AS institution ON institution.id = %(institution)s AND institution.rooms_need_device
      JOIN roster_schedule AS schedule
        ON schedule.institution_id = %(institution)s AND schedule.room_id = room.id AND schedule.deleted_at IS NULL
     WHERE room.institution_id = %(institution)s AND room.device_id IS NOT NULL
       AND schedule.id IN ({SCHEDULES_AHEAD})
     GROUP BY room.id) AS needed ON needed.id = w._id"""  # noqa: S608  # of our own words


class RoomDevices(Format):
    key = "edu-csv.room-devices"
    family = "edu-csv"
    title = "Room devices"
    target = ROOM
    actions = ("update",)
    order = 1
    unprotects_formulas = True

    room_id = OwnId("Room ID", ROOM, actions=("update",))
    device_id = Text(
        "Device ID",
        actions=("update",),
        help="A device is in one room at most; blank takes it out of its room.",
    )
    device_type = Text("Device Type", actions=("update",))
    device_software_version = Text("Device Software Version", actions=("update",))
    room_name = Ignored("Room Name", "o.name")
    building_name = Ignored("Building Name", "building.name")
    campus_name = Ignored("Campus Name", "campus.name")

    label = ("room_id",)
    sample_rows = (
        {
            "room_id": "RM-LIG-A1",
            "device_id": "POD-0117",
            "device_type": "Pod",
            "device_software_version": "5.1.2",
        },
        {
            "room_id": "RM-LIG-204",
            "device_id": "POD-0118",
            "device_type": "Pod",
            "device_software_version": "5.1.2",
        },
    )
    # A room holds one device at most (echovideo.md 2.5), and a device stands in one room.
    uniques = (Unique(("device_id",), "duplicate_object", "Device ID", "'the room `' || o.name || '`'"),)
    # What may not be scheduled in a room without a device (2.13) is not left in one either.
    rules = (
        Rule(
            "device_needed", "Device ID", "w.device_id IS NULL",
            "(SELECT r.text FROM ref_room_id AS r WHERE r.ordinal = w._o_room_id)",
            "jsonb_build_object('count', needed.count, 'children',"
            f" CASE WHEN needed.count = 1 THEN '{SCHEDULE.name}' ELSE '{SCHEDULE.many}' END)",
            actions=("update",), joins=_NEEDED, exported="FALSE",
        ),
    )  # fmt: skip
    export_joins = """
        LEFT JOIN roster_building AS building
          ON (building.institution_id, building.id) = (o.institution_id, o.building_id)
        LEFT JOIN roster_campus AS campus
          ON (campus.institution_id, campus.id) = (building.institution_id, building.campus_id)
    """
    export_order = (
        'campus.name_folded COLLATE "C", building.name_folded COLLATE "C", o.name_folded COLLATE "C", o.id'
    )
