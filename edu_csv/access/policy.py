"""Who may do and see what (design section 6). Every door asks here, and only here.

The test ``tests/access/test_policy.py`` walks each door and role and compares with one table.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from edu_csv.access.actors import Actor, Granted
from edu_csv.access.roles import Role


class Ability(StrEnum):
    IMPORT = "import"
    EXPORT = "export"
    REPORT = "report"
    READ_ROSTER = "read_roster"
    SETTINGS = "settings"


EVERYTHING = frozenset(
    {
        "organization", "department", "campus", "building", "room", "term", "course", "person", "section",
        "enrollment", "schedule", "offering", "org_unit",
    }
)  # fmt: skip
# echovideo.md 1.2: schedulers import these and nothing else.
OF_SCHEDULERS = frozenset({"term", "course", "section", "schedule"})

IMPORTS: dict[Role, frozenset[str]] = {
    Role.ADMIN: EVERYTHING,
    Role.ORG_ADMIN: EVERYTHING,
    Role.DEPARTMENT_ADMIN: EVERYTHING,
    Role.SCHEDULER: OF_SCHEDULERS,
    Role.ANALYST: frozenset(),
    Role.INTEGRATION: EVERYTHING,
}
ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.ADMIN: frozenset(Ability),
    Role.ORG_ADMIN: frozenset({Ability.IMPORT, Ability.EXPORT, Ability.REPORT, Ability.READ_ROSTER}),
    Role.DEPARTMENT_ADMIN: frozenset({Ability.IMPORT, Ability.EXPORT, Ability.REPORT, Ability.READ_ROSTER}),
    Role.SCHEDULER: frozenset({Ability.IMPORT, Ability.EXPORT, Ability.READ_ROSTER}),
    Role.ANALYST: frozenset({Ability.EXPORT, Ability.REPORT, Ability.READ_ROSTER}),
    Role.INTEGRATION: frozenset({Ability.IMPORT, Ability.EXPORT, Ability.REPORT, Ability.READ_ROSTER}),
}
ADMINS = frozenset({Role.ADMIN, Role.ORG_ADMIN, Role.DEPARTMENT_ADMIN})


def may(actor: Actor, ability: Ability) -> bool:
    """Whether any grant gives this ability at all."""
    return actor.is_system or any(ability in ABILITIES[grant.role] for grant in actor.grants)


def may_import(actor: Actor, object_type: str) -> bool:
    return actor.is_system or any(object_type in IMPORTS[grant.role] for grant in actor.grants)


def may_export(actor: Actor, object_type: str) -> bool:
    """Exports of every type: schedulers need the ids (echovideo.md 1.2)."""
    return may(actor, Ability.EXPORT)


def import_reach(actor: Actor, object_type: str) -> list[UUID] | None:
    """The org units from which an import of this type reaches downwards; None: the whole institution."""
    if actor.is_system:
        return None
    return _reach([grant for grant in actor.grants if object_type in IMPORTS[grant.role]])


def read_reach(actor: Actor, ability: Ability = Ability.READ_ROSTER) -> list[UUID] | None:
    """The same for reading: exports, and the roster in pages and API."""
    if actor.is_system:
        return None
    return _reach([grant for grant in actor.grants if ability in ABILITIES[grant.role]])


def _reach(grants: list[Granted]) -> list[UUID] | None:
    if any(grant.org_unit is None for grant in grants):
        return None
    return [grant.org_unit for grant in grants if grant.org_unit is not None]


def sees_all_jobs(actor: Actor, *, designated_administration: bool) -> bool:
    """Whether imports and exports of others are shown (echovideo.md 5.3); one's own always are."""
    if actor.is_system:
        return True
    if designated_administration:
        return any(grant.role == Role.ADMIN and grant.org_unit is None for grant in actor.grants)
    return any(grant.role in ADMINS for grant in actor.grants)


def is_own(actor: Actor, *, account: int | None, client: int | None) -> bool:
    """Whether the actor submitted a job."""
    return (actor.account is not None and account == actor.account) or (
        actor.client is not None and client == actor.client
    )


def may_decide(actor: Actor, object_type: str, *, own: bool) -> bool:
    """Whether the actor may approve, cancel or undo an import of such objects. own: they submitted it.

    Somebody else's import may touch what the actor cannot reach, so that takes the whole institution.
    """
    return may_import(actor, object_type) and (own or import_reach(actor, object_type) is None)
