"""What an institution calls the types of its org units and the roles of its people.

Types and roles that every institution has stand here; each may add its own (``/settings/mappings/``). Whoever
changes them is noted by the door.
"""

from __future__ import annotations

import re
from typing import Final

from django.db import OperationalError, connection, transaction

from edu_csv.errors import EduCsvError
from edu_csv.roster import lock
from edu_csv.roster.models import OrgUnitType, RoleName
from edu_csv.roster.nouns import ORG_UNIT
from edu_csv.roster.roles import PersonRole

BUILT_IN_TYPES: Final = ("organization", "department")
# What D2L calls units that are no org units here: no file could mean a custom type by them (d2l 0, 6).
TAKEN_TYPES: Final = (
    "semester", "course template", "course offering", "course section", "user", "enrollment",
)  # fmt: skip
# d2l 5.3; a comma would end the cell.
UNWRITABLE: Final = re.compile(r"""[:%&#*?<>|\\"',\x00-\x1f]""")
LONGEST_TYPE: Final = 50
# d2l D-17.
LONGEST_ROLE_NAME: Final = 128

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

USED = """
    SELECT type, count(*) FROM roster_org_unit
     WHERE institution_id = %(institution)s AND deleted_at IS NULL GROUP BY type
"""
# Deleted units too: an undo or a feed may bring them back.
RETYPE = """
    WITH renamed AS (
        UPDATE roster_org_unit SET type = %(after)s, updated_at = now()
         WHERE institution_id = %(institution)s AND type = %(before)s
     RETURNING id, deleted_at IS NULL AS is_alive),
    noted AS (
        INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, account_id)
        SELECT now(), %(institution)s, %(code)s, renamed.id, 2, jsonb_build_object('type', %(before)s::text),
               jsonb_build_object('type', %(after)s::text), %(account)s
          FROM renamed)
    SELECT count(*) FILTER (WHERE is_alive) FROM renamed
"""
# A page waits so long for an import that is being applied.
LOCK_WAIT = "SET LOCAL lock_timeout = '5s'"


class NotPossible(EduCsvError):
    """The word cannot be this one; the message says why, and how to mend it."""


def org_unit_types(institution: int) -> list[str]:
    """Names of all types an org unit may have: the two that are always there, then the institution's by name."""
    own = OrgUnitType.objects.filter(institution_id=institution).order_by("name")
    return [*BUILT_IN_TYPES, *own.values_list("name", flat=True)]


def plural_names(institution: int) -> dict[str, str]:
    """What several units of a type are called, of the types for which somebody said it."""
    own = OrgUnitType.objects.filter(institution_id=institution).exclude(plural_name="")
    return dict(own.values_list("name", "plural_name"))


def role_names(institution: int) -> dict[str, str]:
    """What files may call a role -> the role (a value of PersonRole); the institution's own names win."""
    return {name: str(role) for name, role in BUILT_IN_ROLE_NAMES.items()} | own_role_names(institution)


def own_role_names(institution: int) -> dict[str, str]:
    """Those that the institution added, by name."""
    own = RoleName.objects.filter(institution_id=institution).order_by("name")
    return dict(own.values_list("name", "role"))


def units_of_types(institution: int) -> dict[str, int]:
    """How many live org units there are of each type."""
    with connection.cursor() as cursor:
        cursor.execute(USED, {"institution": institution})
        return dict(cursor.fetchall())


def add_type(institution: int, name: str) -> None:
    """A new type of org units. Raises NotPossible."""
    _check_type(institution, name)
    OrgUnitType.objects.create(institution_id=institution, name=name)


@transaction.atomic
def rename_type(institution: int, before: str, after: str, *, account: int | None) -> int:
    """Give a type another name, and the units that have it; returns how many they are. Raises NotPossible."""
    own = OrgUnitType.objects.filter(institution_id=institution, name=before)
    if not own.exists():
        raise NotPossible(f"There is no type “{before}” that could be renamed.")
    _check_type(institution, after)
    params: dict[str, str | int | None] = {
        "institution": institution, "before": before, "after": after, "account": account, "code": ORG_UNIT.code,
    }  # fmt: skip
    with connection.cursor() as cursor:
        try:
            cursor.execute(LOCK_WAIT)
            lock.lock_roster(institution)
        except OperationalError:
            raise NotPossible("An import is being applied just now. Try again in a minute.") from None
        own.update(name=after)
        cursor.execute(RETYPE, params)
        (units,) = cursor.fetchone()
    lock.raise_version(institution)
    return int(units)


def remove_type(institution: int, name: str) -> None:
    """Forget a type that no unit has. Raises NotPossible."""
    units = units_of_types(institution).get(name, 0)
    if units:
        whose = "1 org unit has" if units == 1 else f"{units:,} org units have"
        raise NotPossible(
            f"{whose} the type “{name}”. Rename it, or delete them or give them another type first."
        )
    removed, _ = OrgUnitType.objects.filter(institution_id=institution, name=name).delete()
    if not removed:
        raise NotPossible(f"There is no type “{name}” that could be removed.")


def _check_type(institution: int, name: str) -> None:
    if not name:
        raise NotPossible("The name of the type is blank. Write it as files do, such as faculty.")
    if name != name.lower():
        raise NotPossible(f"Files write types in lower case. Write “{name.lower()}”.")
    if len(name) > LONGEST_TYPE:
        raise NotPossible(f"The name has {len(name)} characters. Write {LONGEST_TYPE} at most.")
    if found := UNWRITABLE.search(name):
        raise NotPossible(f"The name has the character {found[0]!r}, which no file may have in a type.")
    if name in TAKEN_TYPES:
        raise NotPossible(f"D2L calls something else “{name}”. Choose another name.")
    if name in org_unit_types(institution) or units_of_types(institution).get(name):
        raise NotPossible(f"There is a type “{name}” already.")


def set_role_name(institution: int, name: str, role: str) -> None:
    """Let files call a role by this name, which may have meant another until now. Raises NotPossible."""
    if not name:
        raise NotPossible("The name is blank. Write it as files do, letter for letter.")
    if len(name) > LONGEST_ROLE_NAME:
        raise NotPossible(f"The name has {len(name)} characters. Write {LONGEST_ROLE_NAME} at most.")
    if role not in PersonRole.values:
        raise NotPossible(f"Expected one of {', '.join(PersonRole.values)}, got {role!r}.")
    RoleName.objects.update_or_create(institution_id=institution, name=name, defaults={"role": role})


def remove_role_name(institution: int, name: str) -> None:
    """Forget a name that the institution added. Raises NotPossible."""
    removed, _ = RoleName.objects.filter(institution_id=institution, name=name).delete()
    if not removed:
        raise NotPossible(f"“{name}” is no name that could be removed.")
