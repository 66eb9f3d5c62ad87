"""The five files of an invented roster, written row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from imports.formats.base import Format
from imports.formats.columns import CREATE
from imports.formats.echovideo.courses import Courses
from imports.formats.echovideo.enrollments import Enrollments
from imports.formats.echovideo.sections import Sections
from imports.formats.echovideo.terms import Terms
from imports.formats.echovideo.users import Users
from imports.seeding import names
from imports.seeding.plan import ASSISTANT, STUDENT, RosterPlan

FIRST_YEAR = 2031
LINE_END = "\r\n"


def term_id(number: int) -> str:
    return f"T-{number + 1:03d}"


def course_id(number: int) -> str:
    return f"C-{number + 1:05d}"


def person_id(number: int) -> str:
    return f"P-{number + 1:07d}"


def section_id(number: int) -> str:
    return f"S-{number + 1:06d}"


def write_roster(plan: RosterPlan, folder: Path) -> list[tuple[Path, type[Format], int]]:
    """Write terms, courses, users, sections and enrollments; memory does not grow with the roster.

    Returns (file, its format, rows) in the order to import them. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        (_table(folder / "terms.csv", Terms, _terms(plan)), Terms, plan.terms),
        (_table(folder / "courses.csv", Courses, _courses(plan)), Courses, plan.courses),
        (_table(folder / "users.csv", Users, _users(plan)), Users, plan.people),
        (_table(folder / "sections.csv", Sections, _sections(plan)), Sections, plan.sections),
        (_enrollments(folder / "enrollments.csv", plan), Enrollments, plan.enrollments),
    ]


def _table(path: Path, fmt: type[Format], rows: Iterable[Mapping[str, str]]) -> Path:
    """A create file of rows {column's name: cell}; whole or not at all, for half a file looks good too."""
    columns = fmt.columns_for(CREATE)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=LINE_END)
        writer.writerow(column.header for column in columns)
        writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return partial.replace(path)


def _terms(plan: RosterPlan) -> Iterator[Mapping[str, str]]:
    for number in range(plan.terms):
        year = FIRST_YEAR + number // len(names.SEASONS)
        season, start, end = names.SEASONS[number % len(names.SEASONS)]
        month = f"{year}-{start[:2]}"
        yield {
            "term_name": f"{season} {year}",
            "start_date": f"{year}-{start}",
            "end_date": f"{year}-{end}",
            "exclusion_dates": f"{month}-20;{month}-21",
            "external_id": term_id(number),
        }


def _courses(plan: RosterPlan) -> Iterator[Mapping[str, str]]:
    chance = plan.chance("courses")
    for number in range(plan.courses):
        yield {
            "code": f"CRS{number + 1:05d}",
            "course_name": f"{chance.choice(names.LEVELS)} {chance.choice(names.SUBJECTS)}",
            "external_id": course_id(number),
        }


def _users(plan: RosterPlan) -> Iterator[Mapping[str, str]]:
    invented = names.people(plan.chance("users"))
    for number in range(plan.people):
        given, family, latin = next(invented)
        yield {
            "given_name": given,
            "family_name": family,
            "email": f"{latin}{number + 1}@{plan.institution}.example",
            "roles": plan.roles_of(number),
            # A third logs in under a name of its own.
            "sso_id": f"{latin[0]}{number + 1}" if number % 3 == 0 else "",
            "external_id": person_id(number),
        }


def _sections(plan: RosterPlan) -> Iterator[Mapping[str, str]]:
    for number in range(plan.sections):
        yield {
            "course": course_id(plan.course_of(number)),
            "term": term_id(plan.term_of(number)),
            "section_name": f"{plan.number_of(number):02d}",
            "instructor": person_id(plan.instructor_of(number)),
            "lms_course_ids": f"lms-{number + 1};lms-{number + 1}b" if number % 2 else f"lms-{number + 1}",
            "external_id": section_id(number),
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
