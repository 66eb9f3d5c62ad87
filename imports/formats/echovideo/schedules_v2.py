"""Schedules, version 2: what they name, they name by name (echovideo.md 2.12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from edu_csv.roster.nouns import BUILDING, CAMPUS, COURSE, PERSON, ROOM, SCHEDULE, SECTION, TERM, Noun
from imports.formats.base import Rule, Unique
from imports.formats.columns import ACTIONS, WRITING, Choice, ExternalId, ListOf, Text
from imports.formats.dates import Date, Time
from imports.formats.echovideo import capture
from imports.formats.echovideo import schedule_names as names
from imports.formats.echovideo import schedule_parts as parts
from imports.formats.echovideo.family import CODE, NAME, EchoVideoFormat
from imports.formats.named import NamePart, NameReference, NameReferenceList, Naming
from imports.formats.references import EMAIL, OwnUuid, Reference

_MINUTES = parts.MOST_MINUTES
_END_TIME = "to_char(w.start_time + make_interval(mins => w.duration_minutes), 'HH24:MI')"


class EndTime(Time):
    """When a capture ends, on the day it starts; the roster keeps how long it lasts."""

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        minutes = f"(extract(epoch FROM s.v_{self.name} - s.v_start_time) / 60)::integer"
        return ((self.field or "", minutes, "integer"),)

    def given(self) -> str:
        return super().export(f"s.v_{self.name}")

    def export(self, source: str) -> str:
        of = source.partition(".")[0]
        return super().export(f"({of}.start_time + make_interval(mins => {source}))")


class SchedulesV2(EchoVideoFormat):
    key = "echovideo.schedules.v2"
    title = "Schedules V2, by name"
    target = SCHEDULE
    order = 12
    refuses_own_id = True

    schedule_id = OwnUuid(
        "Schedule ID", SCHEDULE, or_by="external_id",
        help="The system id alone; a delete may name its External ID instead. Not in a file that creates.",
    )  # fmt: skip
    external_id = ExternalId(
        actions=ACTIONS, required=WRITING, help="Unique among schedules; an update may change it."
    )
    schedule_name = Text(
        "Name", field="name", required=True, max_length=NAME, help="The title of the captures."
    )
    start_date = Date(
        "Start Date", required=True, help="Not in the past. Of a one-off capture, its only date."
    )
    start_time = Time("Start Time", required=True, whole_minutes=True, help="Local time of the campus.")
    end_time = EndTime(
        "End Time", field="duration_minutes", required=True, whole_minutes=True,
        help=f"Later than Start Time, on the same day, by at most {_MINUTES} minutes.",
    )  # fmt: skip
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
    campus = NamePart(
        "Campus Name", Naming(CAMPUS, max_length=NAME), written="campus.name", required=True,
        help="As it is stored, letter for letter.",
    )  # fmt: skip
    building = NamePart(
        "Building Name", Naming(BUILDING, max_length=NAME, inside={"campus_id": "campus"}),
        written="building.name", required=True, help="In that campus, letter for letter.",
    )  # fmt: skip
    room = NameReference(
        "Room Name", Naming(ROOM, max_length=NAME, inside={"building_id": "building"}),
        field="room_id", within=("campus", "building"), written="room.name", required=True,
        help="In that building, letter for letter.",
    )  # fmt: skip
    term = NamePart(
        "Term Name", Naming(TERM, max_length=NAME), written="listed.term_names", is_list=True,
        help="Letter for letter. Of several sections, one after the other, separated by “;”.",
    )  # fmt: skip
    course = NamePart(
        "Course Code", Naming(COURSE, key="code", max_length=CODE), written="listed.course_codes", is_list=True,
        help="Letter for letter; as many as terms.",
    )  # fmt: skip
    sections = NameReferenceList(
        "Section Name", Naming(SECTION, max_length=NAME, inside={"term_id": "term", "course_id": "course"}),
        field="section_ids", within=("term", "course"), written="listed.section_names",
        help="Letter for letter; as many as terms. Fill all three columns, or none.",
    )  # fmt: skip
    instructor = Reference(
        "Instructor Email", PERSON, field="instructor_id", by=(EMAIL,), written="instructor.email",
        aliases=("Presenter Email",), help="A user holding Instructor.",
    )  # fmt: skip
    guest_instructor = capture.GUEST_INSTRUCTOR
    stream_live = capture.STREAM_LIVE
    caption = capture.CAPTION
    auto_publish = capture.AUTO_PUBLISH
    input_1 = capture.INPUT_1
    input_2 = capture.INPUT_2
    capture_quality = capture.CAPTURE_QUALITY
    stream_quality = capture.STREAM_QUALITY

    label = ("external_id", "schedule_name")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),)
    rules = (
        Rule(
            "end_before_start", "End Time", "w.duration_minutes <= 0", _END_TIME,
            "jsonb_build_object('other', to_char(w.start_time, 'HH24:MI'), 'variant', 'time')",
        ),
        Rule(
            "capture_too_long", "End Time", f"w.duration_minutes > {_MINUTES}", _END_TIME,
            f"jsonb_build_object('minutes', w.duration_minutes, 'limit', {_MINUTES})",
        ),
        Rule(
            "ids_disagree", "External ID",
            "r.parts[1] <> '' AND r.parts[2] <> '' AND o.external_id IS DISTINCT FROM r.parts[1]", "r.parts[1]",
            "jsonb_build_object('other', coalesce('`' || o.external_id || '`', 'none'))", actions=("delete",),
            joins="JOIN ref_schedule_id AS r ON r.ordinal = w._o_schedule_id JOIN roster_schedule AS o"
            " ON o.institution_id = %(institution)s AND o.id = r.id",
        ),
        *parts.rules(room="Room Name", sections="Section Name", instructor="Instructor Email"),
    )  # fmt: skip
    completions = parts.COMPLETIONS
    omits = names.OMITS
    export_joins = parts.EXPORT_JOINS
    export_order = parts.EXPORT_ORDER
    export_filters: ClassVar[Mapping[str, tuple[str, Noun]]] = parts.EXPORT_FILTERS
    sample_rows = (
        {
            "external_id": "SCH-OCE210-02", "schedule_name": "Tides and Currents 02", "start_date": "2031-08-20",
            "start_time": "17:00", "end_time": "18:30", "end_date": "2031-12-17", "days_of_week": "MO;WE",
            "exclusion_dates": "2031-10-06", "campus": "Harbour Campus", "building": "Lighthouse Building",
            "room": "Auditorium 1", "term": "Autumn 2031", "course": "OCE210", "sections": "02",
            "instructor": "tomas.reyes@fjord.example", "stream_live": "FALSE", "caption": "FALSE",
            "auto_publish": "TRUE", "input_1": "Display", "input_2": "Video", "capture_quality": "Medium",
        },
        {
            "external_id": "SCH-VIS-01", "schedule_name": "Visitors' Evening", "start_date": "2031-10-18",
            "start_time": "18:00", "end_time": "19:30", "campus": "Harbour Campus",
            "building": "Lighthouse Building", "room": "Seminar 204", "guest_instructor": "Dr. Ada Nwosu",
            "stream_live": "FALSE", "caption": "TRUE", "auto_publish": "FALSE", "input_1": "Display",
            "capture_quality": "High",
        },
    )  # fmt: skip
