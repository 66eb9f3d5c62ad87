"""Schedules, version 1: what they name, they name by id (echovideo.md 2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from edu_csv.roster.nouns import PERSON, ROOM, SCHEDULE, SECTION, Noun
from imports.formats.base import Unique
from imports.formats.columns import Choice, ExternalId, Ignored, Integer, ListOf, Text
from imports.formats.dates import Date, Time
from imports.formats.echovideo import capture
from imports.formats.echovideo import schedule_parts as parts
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.references import EMAIL, EXTERNAL_ID, SYSTEM_ID, OwnId, Reference, ReferenceList


class SchedulesV1(EchoVideoFormat):
    key = "echovideo.schedules.v1"
    title = "Schedules V1, by id"
    target = SCHEDULE
    order = 11

    schedule_id = OwnId("Schedule ID", SCHEDULE)
    schedule_name = Text(
        "Name", field="name", required=True, max_length=NAME, help="The title of the captures."
    )
    start_date = Date(
        "Start Date", required=True, help="Not in the past. Of a one-off capture, its only date."
    )
    start_time = Time("Start Time", required=True, whole_minutes=True, help="Local time of the campus.")
    duration_minutes = Integer(
        "Duration Minutes", 1, parts.MOST_MINUTES, aliases=("Duration",), required=True
    )
    end_date = Date(
        "End Date", is_completed=True,
        help="The last day of a series: needed when Days Of Week is filled, and only then.",
    )  # fmt: skip
    days_of_week = ListOf(
        "Days Of Week", Choice("", parts.DAYS), sort_as=tuple(parts.DAYS),
        help="Filled: the capture takes place every week on these days.",
    )  # fmt: skip
    exclusion_dates = ListOf(
        "Exclusion Dates",
        Date(""),
        help="Days without capture, from Start Date to End Date, separated by “;”.",
    )
    room = Reference("Room ID", ROOM, field="room_id", required=True)
    sections = ReferenceList(
        "Section IDs", SECTION, field="section_ids", aliases=("Section ID",),
        help="Where captures are published, separated by “;”.",
    )  # fmt: skip
    instructor = Reference(
        "Instructor ID", PERSON, field="instructor_id", by=(SYSTEM_ID, EXTERNAL_ID, EMAIL),
        aliases=("Primary Instructor ID", "Presenter ID"), help="A user holding Instructor.",
    )  # fmt: skip
    guest_instructor = capture.GUEST_INSTRUCTOR
    stream_live = capture.STREAM_LIVE
    caption = capture.CAPTION
    auto_publish = capture.AUTO_PUBLISH
    input_1 = capture.INPUT_1
    input_2 = capture.INPUT_2
    capture_quality = capture.CAPTURE_QUALITY
    stream_quality = capture.STREAM_QUALITY
    external_id = ExternalId()
    campus_name = Ignored("Campus Name", "campus.name")
    building_name = Ignored("Building Name", "building.name")
    room_name = Ignored("Room Name", "room.name")
    term_name = Ignored("Term Name", "listed.term_names")
    course_code = Ignored("Course Code", "listed.course_codes")
    section_name = Ignored("Section Name", "listed.section_names")
    instructor_email = Ignored("Instructor Email", "instructor.email")

    label = ("external_id", "schedule_name")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),)
    repeated_by = ("room_id", "start_date", "start_time", "name")
    rules = tuple(parts.rules(room="Room ID", sections="Section IDs", instructor="Instructor ID"))
    completions = parts.COMPLETIONS
    export_joins = parts.EXPORT_JOINS
    export_order = parts.EXPORT_ORDER
    export_filters: ClassVar[Mapping[str, tuple[str, Noun]]] = parts.EXPORT_FILTERS
    sample_rows = (
        {
            "schedule_name": "Tides and Currents 01", "start_date": "2031-08-19", "start_time": "09:00",
            "duration_minutes": "90", "end_date": "2031-12-16", "days_of_week": "TU;TH",
            "exclusion_dates": "2031-10-07", "room": "RM-LIG-A1", "sections": "S-OCE210-31A-01",
            "instructor": "P-1001", "stream_live": "FALSE", "caption": "FALSE", "auto_publish": "TRUE",
            "input_1": "Display", "input_2": "Video", "capture_quality": "High", "external_id": "SCH-OCE210-01",
        },
        {
            "schedule_name": "Open Day Talk", "start_date": "2031-09-20", "start_time": "13:30",
            "duration_minutes": "60", "room": "RM-LIG-A1", "instructor": "P-1002",
            "guest_instructor": "Dr. Ada Nwosu", "stream_live": "FALSE", "caption": "TRUE", "auto_publish": "FALSE",
            "input_1": "Display", "capture_quality": "Medium",
        },
    )  # fmt: skip
