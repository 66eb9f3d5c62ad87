"""The schedules of an invented roster: the first half by id (version 1), the second by name (version 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imports.seeding import names, places, timetable
from imports.seeding.ids import person_id, room_id, schedule_id, section_id
from imports.seeding.plan import RosterPlan
from imports.seeding.timetable import Slot

QUALITIES = ("High", "Medium", "Highest")

Row = Mapping[str, str]


def numbers_by_id(plan: RosterPlan) -> range:
    return range(plan.schedules - plan.schedules // 2)


def numbers_by_name(plan: RosterPlan) -> range:
    return range(plan.schedules - plan.schedules // 2, plan.schedules)


def by_id(plan: RosterPlan) -> Iterator[Row]:
    for number in numbers_by_id(plan):
        slot = timetable.slot(plan, number)
        yield {
            **_common(plan, number, slot),
            "Duration Minutes": str(slot.minutes),
            "Room ID": room_id(slot.room),
            "Section IDs": ";".join(section_id(section) for section in slot.sections),
            "Instructor ID": person_id(plan.instructor_of(slot.sections[0])) if slot.sections else "",
        }


def by_name(plan: RosterPlan) -> Iterator[Row]:
    people = plan.key("users")
    for number in numbers_by_name(plan):
        slot = timetable.slot(plan, number)
        campus, building, room = places.room_names(plan, slot.room)
        sections = [places.section_names(plan, section) for section in slot.sections]
        instructor = ""
        if slot.sections:
            person = plan.instructor_of(slot.sections[0])
            instructor = places.address(plan, names.person(people, person)[2], person)
        yield {
            **_common(plan, number, slot),
            "End Time": _clock(slot.end_minute),
            "Campus Name": campus,
            "Building Name": building,
            "Room Name": room,
            "Term Name": ";".join(term for term, _, _ in sections),
            "Course Code": ";".join(code for _, code, _ in sections),
            "Section Name": ";".join(name for _, _, name in sections),
            "Instructor Email": instructor,
        }


def _common(plan: RosterPlan, number: int, slot: Slot) -> dict[str, str]:
    """What both versions say in the same way."""
    streamed = bool(slot.sections) and number % 4 == 0
    return {
        "Name": _title(plan, number, slot),
        "Start Date": str(slot.start),
        "Start Time": _clock(slot.start_minute),
        "End Date": str(slot.end or ""),
        "Days Of Week": ";".join(slot.days),
        "Exclusion Dates": ";".join(map(str, slot.exclusions)),
        "Guest Instructor": "" if slot.sections else names.GUESTS[number % len(names.GUESTS)],
        "Stream Live": "TRUE" if streamed else "FALSE",
        "Caption": "TRUE" if number % 3 == 0 else "FALSE",
        # Blank: as whether there are sections says.
        "Auto Publish": "" if number % 2 else ("TRUE" if slot.sections else "FALSE"),
        "Input 1": "Display",
        "Input 2": "Video" if number % 2 else "",
        "Capture Quality": QUALITIES[number % 3],
        "Stream Quality": QUALITIES[number % 2] if streamed else "",
        "External ID": schedule_id(number),
    }


def _title(plan: RosterPlan, number: int, slot: Slot) -> str:
    if not slot.sections:
        return f"Open day {number + 1}"
    _, code, section = places.section_names(plan, slot.sections[0])
    return f"{code} {section}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
