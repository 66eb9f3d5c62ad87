"""CircleIn V1 files of any size: courses, users, enrollments, and renames to send after them (circlein-csv.md).

Renames stand apart: they are read before all others, and what they rename must be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from imports.seeding import names, places, timetable
from imports.seeding.feed_files import Row, SeededFile, package, table
from imports.seeding.ids import department_id, person_id, section_id, term_id
from imports.seeding.plan import NotPossible, RosterPlan

COURSES = (
    "Unique Course/Section Identifier", "Term", "Session", "Subject/Department", "Catalog Number", "Section Name",
    "Full Course Name", "Enrollment Count", "Term Length", "Start Date", "End Date", "Status",
)  # fmt: skip
USERS = ("Unique User Identifier", "First Name", "Last Name", "Email", "Status")
ENROLLMENTS = (
    "Unique Course/Section Identifier", "Term", "Role", "Unique User Identifier", "First Name", "Last Name", "Email",
    "Status",
)  # fmt: skip
RENAMES = ("old_id", "new_id", "obj_type")
# Of fifty renames one is a swap of two and one a chain of three.
ONE_SWAP_IN, ONE_CHAIN_IN = 50, 50
# One rename in ten is a course's.
ONE_COURSE_IN = 10


def write_circlein(plan: RosterPlan, folder: Path, *, renames: int | None = None) -> list[SeededFile]:
    """Write the three files, the zip of them, and ``UpdateIDs.csv`` beside it.

    renames: one for ten people and sections unless told. Raises NotPossible when there are fewer objects.
    """
    most = plan.people + plan.sections
    renames = most // 10 if renames is None else renames
    if not 0 <= renames <= most:
        raise NotPossible(
            f"--renames: expected 0 to {most:,}, as many as people and sections; got {renames:,}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        table(folder / "Courses.csv", COURSES, _courses(plan), "circlein.courses"),
        table(folder / "Users.csv", USERS, _users(plan), "circlein.users"),
        table(folder / "Enrollments.csv", ENROLLMENTS, _enrollments(plan), "circlein.enrollments"),
    ]
    return [
        *files,
        package(folder / "CircleIn.zip", files, "circlein.package"),
        table(folder / "UpdateIDs.csv", RENAMES, _renames(plan, renames), "circlein.update-ids"),
    ]


def _courses(plan: RosterPlan) -> Iterator[Row]:
    for number in range(plan.sections):
        course, term = plan.course_of(number), plan.term_of(number)
        _, start, end = timetable.season(term)
        department = plan.department_of(course)
        subject = names.SUBJECTS[course % len(names.SUBJECTS)]
        yield {
            "Unique Course/Section Identifier": section_id(number),
            "Term": term_id(term),
            "Session": str(number % 2 + 1),
            "Subject/Department": "GEN" if department is None else department_id(department),
            # Text: leading zeros stay.
            "Catalog Number": f"{course + 1:05d}",
            "Section Name": places.section_name(plan, number),
            "Full Course Name": f"{names.LEVELS[course % len(names.LEVELS)]} {subject}",
            "Enrollment Count": "0",
            "Term Length": "0",
            "Start Date": f"{start}" if number % 3 else f"{start:%m/%d/%Y}",
            "End Date": f"{end}" if number % 5 else f"{end:%m.%d.%Y}",
            "Status": "Available",
        }


def _users(plan: RosterPlan) -> Iterator[Row]:
    key = plan.key("users")
    for number in range(plan.people):
        given, family, latin = names.person(key, number)
        yield {
            "Unique User Identifier": person_id(number),
            "First Name": given,
            "Last Name": family,
            "Email": places.address(plan, latin, number),
            "Status": "Active",
        }


def _enrollments(plan: RosterPlan) -> Iterator[Row]:
    """As many rows as the plan has enrollments: the teacher of each section, then the others."""
    left = plan.enrollments
    for section in range(min(plan.sections, left)):
        left -= 1
        yield _enrolled(plan, section, "faculty" if section % 2 else "teacher", plan.instructor_of(section))
    for section, people, assisting in plan.enrolled():
        for place, person in enumerate(people):
            if not left:
                return
            left -= 1
            yield _enrolled(plan, section, "SI Leader" if place < assisting else "student", person)


def _enrolled(plan: RosterPlan, section: int, role: str, person: int) -> Row:
    """Names are left blank, as the family recommends: people come in their own file."""
    return {
        "Unique Course/Section Identifier": section_id(section),
        "Term": term_id(plan.term_of(section)),
        "Role": role,
        "Unique User Identifier": person_id(person),
        "Status": "Active",
    }


def _renames(plan: RosterPlan, count: int) -> Iterator[Row]:
    """Courses and users in turn: swaps first, then chains of three, then plain ones."""
    courses = min(plan.sections, count // ONE_COURSE_IN)
    courses += max(0, count - courses - plan.people)
    yield from chain(
        ({**row, "obj_type": "Course"} for row in _moved([section_id(number) for number in range(courses)])),
        (
            {**row, "obj_type": "User"}
            for row in _moved([person_id(number) for number in range(count - courses)])
        ),
    )


def _moved(ids: list[str]) -> Iterator[dict[str, str]]:
    swapped, chained = 2 * (len(ids) // ONE_SWAP_IN), 3 * (len(ids) // ONE_CHAIN_IN)
    for place in range(0, swapped, 2):
        yield {"old_id": ids[place], "new_id": ids[place + 1]}
        yield {"old_id": ids[place + 1], "new_id": ids[place]}
    for place in range(swapped, swapped + chained, 3):
        first, second, third = ids[place : place + 3]
        yield {"old_id": first, "new_id": second}
        yield {"old_id": second, "new_id": third}
        yield {"old_id": third, "new_id": f"N-{third}"}
    for id_ in ids[swapped + chained :]:
        yield {"old_id": id_, "new_id": f"N-{id_}"}
