"""What takes place at the demo institution these weeks: the samples lie years ahead, and a calendar is for now.

A term that began some weeks ago, two sections of the samples' course with their students, captures from tomorrow
on, and a file of schedules that waits for approval, of which one row finds its room taken. What has taken place by
now is invented by the generator of activity.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from edu_csv.activity.events.seeding import SeedPlan
from edu_csv.local import demo_people
from imports.formats.base import Format
from imports.formats.echovideo.enrollments import Enrollments
from imports.formats.echovideo.schedules_v1 import SchedulesV1
from imports.formats.echovideo.sections import Sections
from imports.formats.echovideo.terms import Terms
from imports.formats.echovideo.users import Users

TERM = "T-NOW"
WEEKS = 16
# Of these, so many are over or going on.
WEEKS_PAST = 6
SECTIONS = ("S-NOW-01", "S-NOW-02")
ROOM, OTHER_ROOM = "RM-LIG-A1", "RM-LIG-204"

Rows = Sequence[dict[str, str]]


def files(today: date) -> list[tuple[type[Format], bytes]]:
    """The files of what is there, in the order to import them."""
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_PAST)
    last = monday + timedelta(weeks=WEEKS, days=-3)
    term = {
        "term_name": "This term", "start_date": monday.isoformat(), "end_date": last.isoformat(),
        "external_id": TERM,
    }  # fmt: skip
    sections = [
        {
            "course": "C-OCE210",
            "term": TERM,
            "section_name": name,
            "instructor": instructor,
            "external_id": id_,
        }
        for name, instructor, id_ in zip(("01", "02"), ("P-1001", "P-1002"), SECTIONS, strict=True)
    ]
    return [
        (Terms, _file(Terms, [term])),
        (Sections, _file(Sections, sections)),
        (Users, _file(Users, demo_people.users())),
        (Enrollments, _file(Enrollments, demo_people.enrollments(*SECTIONS))),
        (SchedulesV1, _file(SchedulesV1, _captures(today, last))),
    ]


def activity(yesterday: date) -> SeedPlan:
    """What has happened in the term so far: little, but enough that each report and chart has something to say."""
    return SeedPlan(until=yesterday, weeks=WEEKS_PAST, videos=4 * WEEKS_PAST, view_events=6_000)


def waiting_file(today: date) -> bytes:
    """Schedules of which the second row clashes with what is there."""
    last = today + timedelta(weeks=WEEKS // 2)
    return _file(
        SchedulesV1,
        [
            _series(today, last, "Exercises", "FR", "11:00", 60, ROOM, "S-NOW-01", "SCH-NOW-6"),
            _series(today, last, "Repetition", "TU", "10:00", 60, ROOM, "S-NOW-02", "SCH-NOW-7"),
            _series(today, last, "Office hour", "MO;TU", "16:00", 45, OTHER_ROOM, "S-NOW-02", "SCH-NOW-8"),
        ],
    )


def _captures(today: date, last: date) -> Rows:
    talk = {
        **_series(today, last, "Open lecture", "", "18:00", 90, ROOM, "", "SCH-NOW-5"),
        "start_date": (today + timedelta(days=3)).isoformat(), "end_date": "", "guest_instructor": "Dr. Ada Nwosu",
    }  # fmt: skip
    return [
        _series(today, last, "Tides and Currents", "TU;TH", "09:00", 90, ROOM, "S-NOW-01", "SCH-NOW-1"),
        _series(today, last, "Tides and Currents", "MO;WE", "10:15", 45, ROOM, "S-NOW-02", "SCH-NOW-2"),
        _series(today, last, "Seminar", "MO;WE;FR", "13:00", 60, OTHER_ROOM, "S-NOW-02", "SCH-NOW-3"),
        _series(today, last, "Laboratory", "TH", "14:00", 180, OTHER_ROOM, "S-NOW-01;S-NOW-02", "SCH-NOW-4"),
        talk,
    ]


def _series(
    today: date, last: date, name: str, days: str, time: str, minutes: int, room: str, sections: str, id_: str
) -> dict[str, str]:
    # From tomorrow: no schedule begins in the past, and today's hour may be over.
    begins = (today + timedelta(days=1)).isoformat()
    return {
        "schedule_name": name, "start_date": begins, "start_time": time, "duration_minutes": str(minutes),
        "end_date": last.isoformat(), "days_of_week": days, "room": room, "sections": sections,
        "input_1": "Display", "input_2": "Video", "capture_quality": "High", "external_id": id_,
    }  # fmt: skip


def _file(declared: type[Format], rows: Rows) -> bytes:
    """A file to create these rows by: {column's name: cell}."""
    columns = declared.columns_for("create")
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.header for column in columns])
    writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return written.getvalue().encode()
