"""Videos: captures and uploads, with whose they are and how long they last."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import VIDEO
from imports.formats.activity.family import (
    DEVICE,
    NAME,
    ActivityFormat,
    happened,
    moment,
    own_external_id,
    room,
    user,
)
from imports.formats.base import Unique
from imports.formats.columns import WRITING, Boolean, Integer, Text
from imports.formats.references import OwnId


class Media(ActivityFormat):
    key = "activity.media"
    title = "Media"
    target = VIDEO
    order = 1

    media_id = OwnId("Media ID", VIDEO)
    media_name = Text("Media Name", field="name", aliases=("Video Name",), required=True, max_length=NAME)
    created_at = moment("Created At", "made_at", aliases=("Create Date",))
    owner = user("Owner ID", field="owner_id", aliases=("Owner", "Owner Email"))
    duration = Integer(
        "Duration Seconds", 0, field="duration_seconds", aliases=("Duration",),
        help="Length in seconds; blank: not known.",
    )  # fmt: skip
    from_schedule = Boolean(
        "From Schedule",
        default=False,
        aliases=("Scheduled",),
        help="Blank: FALSE, an upload or a capture ad hoc.",
    )
    room = room(help="Where it was captured; blank: it is an upload.")
    device_type = Text(
        "Device Type",
        max_length=DEVICE,
        help="What captured it, such as ProHardwareCapture3; blank: it is an upload.",
    )
    auto_transcribed = Boolean(
        "Auto Transcribed",
        default=False,
        aliases=("Transcribed",),
        help="Blank: FALSE, no automatic transcript.",
    )
    external_id = own_external_id("the video")

    label = ("external_id", "media_name")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),)
    rules = (happened(created_at, *WRITING),)
    sample_rows = (
        {
            "media_name": "Tides, week 1", "created_at": "2026-09-02T10:05:12.480Z", "owner": "P-1001",
            "duration": "2974", "from_schedule": "TRUE", "room": "RM-LIG-A1", "device_type": "ProHardwareCapture3",
            "auto_transcribed": "TRUE", "external_id": "M-7001",
        },
        {
            "media_name": "How to read a tide table", "created_at": "2026-09-01T16:40:00Z", "duration": "412",
            "external_id": "M-7002",
        },
    )  # fmt: skip
