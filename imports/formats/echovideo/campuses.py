"""Campuses (echovideo.md 2.3). There is no delete: it would take the rooms within along (1.3)."""

from __future__ import annotations

from edu_csv.roster.nouns import CAMPUS
from imports.formats.base import Rule, Unique
from imports.formats.columns import ExternalId, Text, TimeZone
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.references import OwnId


class Campuses(EchoVideoFormat):
    key = "echovideo.campuses.v1"
    title = "Campuses"
    target = CAMPUS
    actions = ("create", "update")
    order = 3

    campus_id = OwnId("Campus ID", CAMPUS, actions=("update",))
    campus_name = Text(
        "Name", field="name", aliases=("Campus Name",), required=True, max_length=NAME, folded=True,
        help="Unique within the institution.",
    )  # fmt: skip
    time_zone = TimeZone("Time Zone", help="Blank: the institution's time zone.")
    external_id = ExternalId()

    label = ("external_id", "campus_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(
            ("name_folded",), "duplicate_object", "Name",
            "'the campus `' || coalesce(o.external_id, o.id::text) || '`'",
        ),
    )  # fmt: skip
    rules = (
        # Schedules are expanded by the database, which has a list of zones of its own.
        Rule(
            "unknown_time_zone", "Time Zone",
            "w.time_zone IS NOT NULL AND w.time_zone NOT IN (SELECT zone.name FROM pg_timezone_names AS zone)",
            "w.time_zone",
        ),
    )  # fmt: skip
    export_order = 'o.name_folded COLLATE "C", o.id'
    sample_rows = (
        {"campus_name": "Harbour Campus", "time_zone": "Europe/Oslo", "external_id": "CAM-HAR"},
        {"campus_name": "Hill Campus", "external_id": "CAM-HIL"},
    )
