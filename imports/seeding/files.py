"""The files of an invented roster, written row by row, in the order in which they are imported."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from imports.formats.base import Format
from imports.formats.columns import CREATE
from imports.formats.echovideo.enrollments import Enrollments
from imports.formats.registry import formats
from imports.seeding import names, places, schedules, timetable
from imports.seeding.ids import course_id, department_id, organization_id, person_id, section_id, term_id
from imports.seeding.plan import ASSISTANT, STUDENT, RosterPlan

LINE_END = "\r\n"

Row = Mapping[str, str]


def write_roster(plan: RosterPlan, folder: Path) -> list[tuple[Path, type[Format], int]]:
    """Write a create file for each EchoVideo format; memory does not grow with the roster.

    A file is called ``07-courses.csv``, in the order to import them. Returns (file, its format, rows) in
    that order. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (rows, count) in _tables(plan).items():
        fmt = formats()[f"echovideo.{name}"]
        path = folder / f"{fmt.order:02d}-{name.removesuffix('.v1').replace('.', '_')}.csv"
        _table(path, fmt, rows(plan))
        written.append((path, fmt, count))
    path = folder / f"{Enrollments.order:02d}-enrollments.csv"
    written.append((_enrollments(path, plan), Enrollments, plan.enrollments))
    return sorted(written, key=lambda each: each[1].order)


def _tables(plan: RosterPlan) -> dict[str, tuple[Callable[[RosterPlan], Iterable[Row]], int]]:
    """Rows by format, and how many; enrollments are written in their own way."""
    return {
        "organizations.v1": (_organizations, plan.organizations),
        "departments.v1": (_departments, plan.departments),
        "campuses.v1": (places.campuses, timetable.campuses(plan)),
        "buildings.v1": (places.buildings, timetable.buildings(plan)),
        "rooms.v1": (places.rooms, timetable.rooms(plan)),
        "terms.v1": (_terms, plan.terms),
        "courses.v1": (_courses, plan.courses),
        "users.v1": (_users, plan.people),
        "sections.v1": (_sections, plan.sections),
        "schedules.v1": (schedules.by_id, len(schedules.numbers_by_id(plan))),
        "schedules.v2": (schedules.by_name, len(schedules.numbers_by_name(plan))),
    }


def _table(path: Path, fmt: type[Format], rows: Iterable[Row]) -> Path:
    """A create file of rows {header: cell}; whole or not at all, for half a file looks good too."""
    headers = [column.header for column in fmt.columns_for(CREATE)]
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        # A header that the format does not have is an error of ours, and raises.
        writer = csv.DictWriter(file, headers, lineterminator=LINE_END)
        writer.writeheader()
        writer.writerows(rows)
    return partial.replace(path)


def _organizations(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.organizations):
        subject = names.SUBJECTS[number % len(names.SUBJECTS)]
        yield {"Name": f"School {number + 1}: {subject}", "External ID": organization_id(number)}


def _departments(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.departments):
        organization = plan.organization_of(number)
        yield {
            "Name": f"{names.SUBJECTS[number % len(names.SUBJECTS)]} {number + 1}",
            "Organization ID": "" if organization is None else organization_id(organization),
            "External ID": department_id(number),
        }


def _terms(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.terms):
        called, start, end = timetable.season(number)
        yield {
            "Name": called,
            "Start Date": str(start),
            "End Date": str(end),
            "Exclusion Dates": f"{start.replace(day=20)};{start.replace(day=21)}",
            "External ID": term_id(number),
        }


def _courses(plan: RosterPlan) -> Iterator[Row]:
    chance = plan.chance("courses")
    for number in range(plan.courses):
        row = {
            "Course Code": places.course_code(number),
            "Course Name": f"{chance.choice(names.LEVELS)} {chance.choice(names.SUBJECTS)}",
            "External ID": course_id(number),
        }
        department = plan.department_of(number)
        if department is not None:
            row["Department ID"] = department_id(department)
            organization = plan.organization_of(department)
            # An organization need not be named beside its department.
            if organization is not None and number % 3:
                row["Organization ID"] = organization_id(organization)
        yield row


def _users(plan: RosterPlan) -> Iterator[Row]:
    key = plan.key("users")
    for number in range(plan.people):
        given, family, latin = names.person(key, number)
        yield {
            "First Name": given,
            "Last Name": family,
            "Email": places.address(plan, latin, number),
            "Role": plan.roles_of(number),
            # A third logs in under a name of its own.
            "SSO Id": f"{latin[0]}{number + 1}" if number % 3 == 0 else "",
            "External ID": person_id(number),
        }


def _sections(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.sections):
        yield {
            "Course ID": course_id(plan.course_of(number)),
            "Term ID": term_id(plan.term_of(number)),
            "Section Name": places.section_name(plan, number),
            "Instructor ID": person_id(plan.instructor_of(number)),
            "LMS Course IDs": f"lms-{number + 1};lms-{number + 1}b" if number % 2 else f"lms-{number + 1}",
            "External ID": section_id(number),
        }


def _enrollments(path: Path, plan: RosterPlan) -> Path:
    """Ids and roles need no quotes, so a section's rows are joined at once: a million takes a second."""
    headers = [Enrollments.column(name).header for name in ("user", "section", "role")]
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(headers) + LINE_END)
        for section, people, assisting in plan.enrolled():
            assists = f",{section_id(section)},{ASSISTANT}{LINE_END}"
            attends = f",{section_id(section)},{STUDENT}{LINE_END}"
            file.write("".join([person_id(person) + assists for person in people[:assisting]]))
            file.write("".join([person_id(person) + attends for person in people[assisting:]]))
    return partial.replace(path)
