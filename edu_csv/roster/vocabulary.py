"""What an institution calls the types of its org units and the roles of its people.

Types and roles that every institution has stand here; each may add its own (``/settings/mappings/``).
"""

from __future__ import annotations

from typing import Final

from edu_csv.roster.models import OrgUnitType, RoleName
from edu_csv.roster.roles import PersonRole

BUILT_IN_TYPES: Final = ("organization", "department")

# Compared letter for letter (d2l 7.3).
BUILT_IN_ROLE_NAMES: Final[dict[str, PersonRole]] = {
    "Student": PersonRole.STUDENT,
    "Learner": PersonRole.STUDENT,
    "Teacher": PersonRole.INSTRUCTOR,
    "Instructor": PersonRole.INSTRUCTOR,
    "Faculty": PersonRole.INSTRUCTOR,
    "Teaching Assistant": PersonRole.TEACHING_ASSISTANT,
    "TA": PersonRole.TEACHING_ASSISTANT,
    "Tutor": PersonRole.TUTOR,
    "Parent": PersonRole.OBSERVER,
    "Guardian": PersonRole.OBSERVER,
    "Auditor": PersonRole.OBSERVER,
    "Observer": PersonRole.OBSERVER,
    "Scheduler": PersonRole.SCHEDULER,
    "Administrator": PersonRole.ADMINISTRATOR,
    "Admin": PersonRole.ADMINISTRATOR,
}


def org_unit_types(institution: int) -> list[str]:
    """Names of all types an org unit may have: the two that are always there, then the institution's by name."""
    own = OrgUnitType.objects.filter(institution_id=institution).order_by("name")
    return [*BUILT_IN_TYPES, *own.values_list("name", flat=True)]


def role_names(institution: int) -> dict[str, str]:
    """What files may call a role -> the role (a value of PersonRole); the institution's own names win."""
    own = RoleName.objects.filter(institution_id=institution).values_list("name", "role")
    return {name: str(role) for name, role in BUILT_IN_ROLE_NAMES.items()} | dict(own)
