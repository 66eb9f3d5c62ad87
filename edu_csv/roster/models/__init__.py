from __future__ import annotations

from edu_csv.roster.models.changes import Change, Operation
from edu_csv.roster.models.courses import Course
from edu_csv.roster.models.enrollments import Enrollment
from edu_csv.roster.models.occurrences import Occurrence
from edu_csv.roster.models.offerings import Offering
from edu_csv.roster.models.org_units import OrgUnit
from edu_csv.roster.models.people import Person
from edu_csv.roster.models.places import Building, Campus, Room
from edu_csv.roster.models.schedules import Schedule
from edu_csv.roster.models.sections import Section
from edu_csv.roster.models.terms import Term

__all__ = [
    "Building",
    "Campus",
    "Change",
    "Course",
    "Enrollment",
    "Occurrence",
    "Offering",
    "Operation",
    "OrgUnit",
    "Person",
    "Room",
    "Schedule",
    "Section",
    "Term",
]
