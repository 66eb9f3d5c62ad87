from __future__ import annotations

from edu_csv.roster.models.changes import Change, Operation
from edu_csv.roster.models.courses import Course
from edu_csv.roster.models.enrollments import Enrollment
from edu_csv.roster.models.memberships import Membership
from edu_csv.roster.models.occurrences import Occurrence
from edu_csv.roster.models.offerings import Offering
from edu_csv.roster.models.org_units import OrgUnit
from edu_csv.roster.models.people import Person
from edu_csv.roster.models.person_attributes import PersonAttributes
from edu_csv.roster.models.personas import Persona
from edu_csv.roster.models.places import Building, Campus, Room
from edu_csv.roster.models.schedules import Schedule
from edu_csv.roster.models.sections import Section
from edu_csv.roster.models.terms import Term
from edu_csv.roster.models.viewing_permissions import ViewingPermission
from edu_csv.roster.models.vocabulary import OrgUnitType, RoleName

__all__ = [
    "Building",
    "Campus",
    "Change",
    "Course",
    "Enrollment",
    "Membership",
    "Occurrence",
    "Offering",
    "Operation",
    "OrgUnit",
    "OrgUnitType",
    "Person",
    "PersonAttributes",
    "Persona",
    "RoleName",
    "Room",
    "Schedule",
    "Section",
    "Term",
    "ViewingPermission",
]
