"""Campuses, buildings and rooms of an invented roster, and what its objects are called.

Rooms of different buildings have the same names, and so have buildings of different campuses: only
together do they name one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imports.seeding import names, timetable
from imports.seeding.ids import building_id, campus_id, room_id
from imports.seeding.plan import RosterPlan

Row = Mapping[str, str]


def campus_name(number: int) -> str:
    turn, which = divmod(number, len(names.CAMPUSES))
    return names.CAMPUSES[which][0] + (f" {turn + 1}" if turn else "")


def building_name(plan: RosterPlan, number: int) -> str:
    return f"Building {number // timetable.campuses(plan) + 1}"


def room_name(plan: RosterPlan, number: int) -> str:
    floor, door = divmod(number // timetable.buildings(plan), 4)
    return f"Room {floor}{door + 1:02d}"


def campus_of(plan: RosterPlan, building: int) -> int:
    return building % timetable.campuses(plan)


def building_of(plan: RosterPlan, room: int) -> int:
    return room % timetable.buildings(plan)


def room_names(plan: RosterPlan, room: int) -> tuple[str, str, str]:
    """(campus, building, room) by name."""
    building = building_of(plan, room)
    return campus_name(campus_of(plan, building)), building_name(plan, building), room_name(plan, room)


def course_code(number: int) -> str:
    return f"CRS{number + 1:05d}"


def section_name(plan: RosterPlan, number: int) -> str:
    return f"{plan.number_of(number):02d}"


def section_names(plan: RosterPlan, number: int) -> tuple[str, str, str]:
    """(term, course code, section) by name."""
    term, _, _ = timetable.season(plan.term_of(number))
    return term, course_code(plan.course_of(number)), section_name(plan, number)


def address(plan: RosterPlan, latin: str, number: int) -> str:
    return f"{latin}{number + 1}@{plan.institution}.example"


def campuses(plan: RosterPlan) -> Iterator[Row]:
    for number in range(timetable.campuses(plan)):
        yield {
            "Name": campus_name(number),
            "Time Zone": names.CAMPUSES[number % len(names.CAMPUSES)][1],
            "External ID": campus_id(number),
        }


def buildings(plan: RosterPlan) -> Iterator[Row]:
    for number in range(timetable.buildings(plan)):
        yield {
            "Campus ID": campus_id(campus_of(plan, number)),
            "Name": building_name(plan, number),
            "External ID": building_id(number),
        }


def rooms(plan: RosterPlan) -> Iterator[Row]:
    for number in range(timetable.rooms(plan)):
        yield {
            "Building ID": building_id(building_of(plan, number)),
            "Name": room_name(plan, number),
            "External ID": room_id(number),
        }
