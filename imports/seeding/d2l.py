"""A D2L package of any size: nine files and a manifest, version 3.0 (d2l-standard-csv.md 2 and 6 to 9).

Custom units are of the type ``organization``, which every institution has, so that the package imports
into an empty one without any setting.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from imports.seeding import names, places, timetable
from imports.seeding.feed_files import Row, SeededFile, package, table
from imports.seeding.ids import (
    campus_id,
    course_id,
    department_id,
    organization_id,
    person_id,
    section_id,
    term_id,
)
from imports.seeding.plan import RosterPlan

ORGS = (
    "type", "action", "code", "name", "start_date", "end_date", "is_active", "department_code", "template_code",
    "semester_code", "offering_code", "custom_code", "discover",
)  # fmt: skip
USERS = (
    "type", "action", "username", "org_defined_id", "first_name", "last_name", "password", "is_active", "role_name",
    "email", "relationships", "pref_first_name", "pref_last_name", "sort_last_name", "pronouns",
)  # fmt: skip
ENROLLMENTS = ("type", "action", "child_code", "role_name", "parent_code")
ATTRIBUTES = (
    "LMS Username", "Company Employee Id", "Company Name", "Department", "Division", "Employee Role", "Hired Date",
    "Location", "Manager", "Region", "Role Category", "Team", "Affiliated Org Units",
)  # fmt: skip
MANIFEST = {"version": "3.0"}
# What a name may not hold (d2l 5.3), as something that it may.
LEGAL = str.maketrans({"'": "’", '"': "”", ":": " –", "&": "and", "#": "", "*": "", "?": ""})
TEACHER, ASSISTANT, STUDENT = "Teacher", "Teaching Assistant", "Student"
TITLES = ("Head of Department", "Senior Lecturer", "Lecturer")


def write_d2l(plan: RosterPlan, folder: Path, *, offerings: int | None = None) -> list[SeededFile]:
    """Write the nine files, the manifest and the zip of them; memory does not grow with the roster.

    offerings: half as many as sections unless told. The enrollments file has as many rows as the plan has
    enrollments: the teacher of each section, the head of each department, then the others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hung = _Offerings(plan, -(-plan.sections // 2) if offerings is None else offerings)
    files = [
        table(folder / "01-Other.csv", ORGS, _units(plan), "d2l.orgs"),
        table(folder / "02-Departments.csv", ORGS, _departments(plan), "d2l.orgs"),
        table(folder / "03-Semesters.csv", ORGS, _semesters(plan), "d2l.orgs"),
        table(folder / "04-Templates.csv", ORGS, _templates(plan), "d2l.orgs"),
        table(folder / "05-Offerings.csv", ORGS, hung.rows(), "d2l.orgs"),
        table(folder / "06-Sections.csv", ORGS, hung.sections(), "d2l.orgs"),
        table(folder / "07-Users.csv", USERS, _users(plan), "d2l.users"),
        table(folder / "08-Enrollments.csv", ENROLLMENTS, _enrollments(plan), "d2l.enrollments"),
        table(folder / "09-Attributes.csv", ATTRIBUTES, _attributes(plan), "d2l.attributes"),
    ]
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    return [*files, package(folder / "D2LStdCSV.zip", files, "d2l.package", MANIFEST)]


def legal(name: str) -> str:
    return name.translate(LEGAL)


def _units(plan: RosterPlan) -> Iterator[Row]:
    """Campuses, and schools below one or two of them."""
    campuses = min(3, plan.organizations)
    for number in range(campuses):
        yield _org("organization", campus_id(number), places.campus_name(number))
    for number in range(plan.organizations):
        above = {campus_id(number % campuses), campus_id((number + 1) % campuses)}
        parents = sorted(above) if number % 4 == 0 else [campus_id(number % campuses)]
        name = f"School {number + 1} of {names.SUBJECTS[number % len(names.SUBJECTS)]}"
        yield _org("organization", organization_id(number), name, custom_code="|".join(parents))


def _departments(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.departments):
        school = plan.organization_of(number)
        above = [] if school is None else [organization_id(school)]
        if number % 7 == 0:
            # A department of two schools, as only a directed graph can say.
            above.append(organization_id((number + 1) % plan.organizations))
        name = f"{names.SUBJECTS[number % len(names.SUBJECTS)]} {number + 1}"
        yield _org("department", department_id(number), name, custom_code="|".join(dict.fromkeys(above)))


def _semesters(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.terms):
        yield _org("semester", term_id(number), timetable.season(number)[0])


def _templates(plan: RosterPlan) -> Iterator[Row]:
    chance = plan.chance("templates")
    for number in range(plan.courses):
        name = f"{chance.choice(names.LEVELS)} {chance.choice(names.SUBJECTS)}"
        department = plan.department_of(number)
        above = [] if department is None else [department_id(department)]
        if plan.departments and number % 9 == 0:
            above.append(department_id((number + 1) % plan.departments))
        school = (
            organization_id(number % plan.organizations) if plan.organizations and number % 5 == 0 else ""
        )
        yield _org(
            "course template", course_id(number), name,
            department_code="|".join(dict.fromkeys(above)), custom_code=school,
        )  # fmt: skip


class _Offerings:
    """Offerings by number from 0, and the sections that hang on them."""

    def __init__(self, plan: RosterPlan, count: int) -> None:
        self.plan = plan
        self.count = count

    def rows(self) -> Iterator[Row]:
        plan = self.plan
        for number in range(self.count):
            course, term = number % plan.courses, number // plan.courses % plan.terms
            called, start, end = timetable.season(term)
            courses, terms = [course_id(course)], [term_id(term)]
            if number % 15 == 0:
                courses.append(course_id((course + 1) % plan.courses))
            if number % 10 == 0:
                terms.append(term_id((term + 1) % plan.terms))
            timed = number % 4 == 0
            yield _org(
                "course offering", offering_code(number), f"Course {course + 1}, {called}, run {number + 1}",
                start_date=f"{start}T08:00:00.000" if timed else str(start),
                end_date=f"{end}T17:30:00.000" if timed else str(end),
                is_active="0" if number % 50 == 49 else "1",
                template_code="|".join(dict.fromkeys(courses)),
                semester_code="|".join(dict.fromkeys(terms)),
                custom_code=organization_id(number % plan.organizations)
                if plan.organizations and number % 5 == 0
                else "",
                discover="1" if number % 20 == 0 else "",
            )  # fmt: skip

    def sections(self) -> Iterator[Row]:
        for number in range(self.plan.sections):
            name = f"Group {number // self.count + 1}, {places.course_code(number % self.count)}"
            yield _org(
                "course section", section_id(number), name, offering_code=offering_code(number % self.count)
            )


def offering_code(number: int) -> str:
    return f"OFF-{number + 1:06d}"


def _org(type_: str, code: str, name: str, **cells: str) -> Row:
    return {"type": type_, "action": "UPDATE", "code": code, "name": legal(name), **cells}


def _users(plan: RosterPlan) -> Iterator[Row]:
    key = plan.key("users")
    for number in range(plan.people):
        given, family, latin = names.person(key, number)
        yield {
            "type": "user", "action": "UPDATE", "username": f"{latin}.{number + 1}",
            "org_defined_id": person_id(number), "first_name": given, "last_name": family, "is_active": "1",
            "role_name": _role(plan, number), "email": places.address(plan, latin, number),
            "relationships": _relationships(plan, number),
            "pref_first_name": given[:1] if number % 30 == 0 else "",
            "sort_last_name": family.rpartition(" ")[2] if " " in family else "",
            "pronouns": ("she/her", "he/him", "they/them")[number % 3] if number % 11 == 0 else "",
        }  # fmt: skip


def _role(plan: RosterPlan, number: int) -> str:
    if number < plan.instructors:
        return TEACHER
    return ASSISTANT if number < plan.instructors + plan.assistants else STUDENT


def _relationships(plan: RosterPlan, number: int) -> str:
    """Every 40th student has an adviser, and every 80th somebody who also studies as a parent."""
    if number < plan.instructors + plan.assistants or number % 40:
        return ""
    found = [f"Parent:{person_id(number - 1)}"] if number % 80 == 0 else []
    return "|".join(
        [*found, f"Auditor:{person_id(number % plan.instructors)}"] if plan.instructors else found
    )


def _enrollments(plan: RosterPlan) -> Iterator[Row]:
    left = plan.enrollments
    for section in range(min(plan.sections, left)):
        left -= 1
        yield _enrolled(plan.instructor_of(section), TEACHER, section_id(section))
    for department in range(min(plan.departments, left) if plan.instructors else 0):
        left -= 1
        yield _enrolled(department % plan.instructors, TEACHER, department_id(department))
    for section, people, assisting in plan.enrolled():
        for place, person in enumerate(people):
            if not left:
                return
            left -= 1
            yield _enrolled(person, ASSISTANT if place < assisting else STUDENT, section_id(section))


def _enrolled(person: int, role: str, unit: str) -> Row:
    return {
        "type": "enrollment", "action": "UPDATE", "child_code": person_id(person), "role_name": role,
        "parent_code": unit,
    }  # fmt: skip


def _attributes(plan: RosterPlan) -> Iterator[Row]:
    """Those who teach, in teams of twenty below the first of each."""
    key = plan.key("users")
    for number in range(plan.instructors):
        head = number - number % 20
        department = number % plan.departments if plan.departments else None
        yield {
            "LMS Username": f"{names.person(key, number)[2]}.{number + 1}",
            "Company Employee Id": f"E-{number + 1:05d}",
            "Company Name": "Northfield Institute",
            "Department": ""
            if department is None
            else legal(names.SUBJECTS[department % len(names.SUBJECTS)]),
            "Division": "Teaching|Research" if number % 3 == 0 else "Teaching",
            "Employee Role": TITLES[0] if number == head else TITLES[1 + number % 2],
            "Hired Date": f"{2005 + number % 20}-{number % 12 + 1:02d}-15",
            "Location": places.campus_name(number % 3),
            "Manager": "" if number == head else f"{names.person(key, head)[2]}.{head + 1}",
            "Region": "Coast" if number % 2 else "Inland",
            "Role Category": "Academic",
            "Team": f"Team {number // 20 + 1}",
            "Affiliated Org Units": "" if department is None else department_id(department),
        }
