"""Who exists in an invented roster, and who sits where: all computed, nothing kept in memory.

People are numbered 0 … people-1: instructors first, then teaching assistants, then students. A
section has one instructor of its own (in the sections file) and its enrollments are other people,
drawn without repetition; so every row of the enrollments file makes one new enrollment, in a role
that its person holds. Where and when schedules take place is in ``timetable``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from edu_csv.errors import EduCsvError

INSTRUCTOR, ASSISTANT, STUDENT = "Instructor", "Teaching Assistant", "Student"
# A section this large has a teaching assistant.
ASSISTANT_FROM = 12


class NotPossible(EduCsvError):
    """The numbers contradict each other; the message says which, and what would do."""


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """The size of a roster. Same numbers, seed and institution: same files, byte for byte."""

    institution: str
    people: int
    sections: int
    enrollments: int
    courses: int
    terms: int
    departments: int
    schedules: int
    seed: int = 1

    @classmethod
    def of_size(
        cls, institution: str, *, people: int, sections: int, enrollments: int,
        courses: int | None = None, terms: int | None = None, departments: int | None = None,
        schedules: int | None = None, seed: int = 1,
    ) -> RosterPlan:  # fmt: skip
        """Unless told: four sections to a course, two terms, 90 courses to a department, seven schedules to five sections.

        Raises NotPossible.
        """
        courses = -(-sections // 4) if courses is None else courses
        plan = cls(
            institution, people, sections, enrollments, courses,
            terms=min(2, sections) if terms is None else terms,
            departments=-(-courses // 90) if departments is None else departments,
            schedules=sections * 7 // 5 if schedules is None else schedules,
            seed=seed,
        )  # fmt: skip
        plan.check()
        return plan

    def check(self) -> None:
        """Raises NotPossible."""
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.institution):
            # It becomes part of e-mail addresses.
            raise NotPossible(
                f"--institution: expected a slug such as fjord-state, got {self.institution!r}."
            )
        for name in ("people", "sections", "enrollments", "courses", "terms", "departments", "schedules"):
            if getattr(self, name) < 0:
                raise NotPossible(f"--{name}: expected 0 or more, got {getattr(self, name)}.")
        if self.sections and not (self.courses and self.terms):
            raise NotPossible("--sections: a section needs a course and a term; allow at least one of each.")
        if self.sections and not self.people:
            raise NotPossible("--people: a section needs an instructor; allow at least one person.")
        if self.schedules and not self.sections:
            raise NotPossible("--schedules: they capture sections; allow at least one.")
        most = self.sections * self.seated
        if self.enrollments > most:
            raise NotPossible(
                f"--enrollments: {self.sections:,} sections and {self.people:,} people, of whom"
                f" {self.instructors:,} only teach, make at most {most:,} pairs; got {self.enrollments:,}."
                " Ask for fewer, or allow more people or sections."
            )

    @property
    def instructors(self) -> int:
        """The first people only teach: one for four sections, and never more than a fifth of all."""
        return min(-(-self.sections // 4), max(1, self.people // 5)) if self.people and self.sections else 0

    @property
    def assistants(self) -> int:
        return min(-(-self.sections // 4), self.seated // 10)

    @property
    def seated(self) -> int:
        """People who can be enrolled by the enrollments file."""
        return self.people - self.instructors

    def chance(self, topic: str) -> Random:
        """Randomness of one file: the others may change without it."""
        return Random(f"{self.seed}/{self.institution}/{topic}")  # noqa: S311  # invented data, no secret

    def key(self, topic: str) -> int:
        """The same as a number, for what is computed and not drawn."""
        return self.chance(topic).getrandbits(64)

    @property
    def organizations(self) -> int:
        return -(-self.departments // 8)

    def organization_of(self, department: int) -> int | None:
        """Every tenth department stands alone."""
        return None if department % 10 == 9 else department % self.organizations

    def department_of(self, course: int) -> int | None:
        """Every 21st course is nobody's."""
        return None if course % 21 == 20 or not self.departments else course % self.departments

    def roles_of(self, person: int) -> str:
        if person < self.instructors:
            return INSTRUCTOR
        if person < self.instructors + self.assistants:
            return f"{ASSISTANT};{STUDENT}"
        return STUDENT

    def course_of(self, section: int) -> int:
        return section % self.courses

    def term_of(self, section: int) -> int:
        return section // self.courses % self.terms

    def number_of(self, section: int) -> int:
        """Which section of its course and term it is, from 1."""
        return section // (self.courses * self.terms) + 1

    def instructor_of(self, section: int) -> int:
        return section % self.instructors

    def seats(self, section: int) -> int:
        """Enrollments of a section: neighbours differ by half their size, and the sum is exact."""
        fewest, rest = divmod(self.enrollments, self.sections)
        own = fewest + (section < rest)
        # Pairs of equal sections give and take; the first with one more than its neighbour stays as it is.
        partner = section ^ 1
        if partner >= self.sections or fewest + (partner < rest) != own:
            return own
        shift = min(own // 2, self.seated - own)
        return own + shift if section % 2 else own - shift

    def enrolled(self) -> Iterator[tuple[int, list[int], int]]:
        """For each section: (section, people without repetition, how many of them assist, at the front)."""
        chance = self.chance("enrollments")
        first, assistants = self.instructors, self.assistants
        students = range(first + assistants, self.people)
        for section in range(self.sections):
            seats = self.seats(section)
            assisting = 1 if assistants and seats >= ASSISTANT_FROM else 0
            # A full house: those who assist elsewhere sit here as the students they also are.
            assistants_seated = max(assisting, seats - len(students))
            chosen = chance.sample(range(first, first + assistants), assistants_seated)
            yield section, chosen + chance.sample(students, seats - assistants_seated), assisting
