"""Who may do and see what (design section 6). Every door asks here, and only here.

The test ``tests/access/test_policy.py`` walks each door and role and compares with one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from edu_csv.access.actors import Actor, Granted
from edu_csv.access.models import ApiClient
from edu_csv.access.roles import Role, XapiAccess


class Ability(StrEnum):
    IMPORT = "import"
    EXPORT = "export"
    REPORT = "report"
    READ_ROSTER = "read_roster"
    # Feeds: to see those one is named in. Setting them up takes SETTINGS for the whole institution.
    SOURCES = "sources"
    # Import templates: to read them. Changing them takes SETTINGS for the whole institution.
    TEMPLATES = "templates"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody reaches.

    units: org units from which it goes downwards; None: the whole institution. unpublished: schedules
    that publish to no section, which lie nowhere, are within it too (echovideo.md 5.2, 5.4).
    """

    units: tuple[UUID, ...] | None = None
    unpublished: bool = True

    @property
    def is_whole(self) -> bool:
        return self.units is None

    @property
    def granted(self) -> list[UUID]:
        """The parameter of statements that go by reach."""
        return list(self.units or ())


EVERYWHERE = Reach()

EVERYTHING = frozenset(
    {
        "organization", "department", "campus", "building", "room", "term", "course", "person", "section",
        "enrollment", "schedule", "offering", "org_unit", "membership", "person_attributes",
        "persona", "viewing_permission",
    }
)  # fmt: skip
# What people did lies below no org unit: as with statements, who feeds the whole institution sends it.
OF_ACTIVITY = frozenset(
    {
        "video", "publication", "view", "view_event", "download", "presentation", "slide", "presentation_view",
        "slide_view", "confusion", "poll", "poll_answer", "poll_answer_revision", "question", "answer",
        "answer_revision", "note", "note_revision",
    }
)  # fmt: skip
# csv data import G25: files that go through templates are for these, and for the whole institution.
WITH_STATEMENTS = EVERYTHING | OF_ACTIVITY | {"statement"}
# echovideo.md 1.2: schedulers import these and nothing else.
OF_SCHEDULERS = frozenset({"term", "course", "section", "schedule"})

IMPORTS: dict[Role, frozenset[str]] = {
    Role.ADMIN: WITH_STATEMENTS,
    Role.ORG_ADMIN: EVERYTHING,
    Role.DEPARTMENT_ADMIN: EVERYTHING,
    Role.SCHEDULER: OF_SCHEDULERS,
    Role.ANALYST: frozenset(),
    Role.INTEGRATION: WITH_STATEMENTS,
}
OF_FEEDERS = frozenset(
    {
        Ability.IMPORT, Ability.EXPORT, Ability.REPORT, Ability.READ_ROSTER, Ability.SOURCES, Ability.TEMPLATES,
    }
)  # fmt: skip
ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.ADMIN: frozenset(Ability),
    Role.ORG_ADMIN: OF_FEEDERS,
    Role.DEPARTMENT_ADMIN: OF_FEEDERS,
    Role.SCHEDULER: frozenset({Ability.IMPORT, Ability.EXPORT, Ability.READ_ROSTER}),
    Role.ANALYST: frozenset({Ability.EXPORT, Ability.REPORT, Ability.READ_ROSTER}),
    Role.INTEGRATION: OF_FEEDERS,
}
ADMINS = frozenset({Role.ADMIN, Role.ORG_ADMIN, Role.DEPARTMENT_ADMIN})
# csv data import G25: to whom its API tells what was imported; sending and voiding go by IMPORTS.
READERS_OF_CSV_DATA = frozenset({Role.ADMIN, Role.INTEGRATION, Role.ANALYST})
STATEMENT_WRITERS = ADMINS | {Role.INTEGRATION}


def may(actor: Actor, ability: Ability) -> bool:
    """Whether any grant gives this ability at all."""
    return actor.is_system or any(ability in ABILITIES[grant.role] for grant in actor.grants)


def may_import(actor: Actor, object_type: str) -> bool:
    return actor.is_system or any(object_type in IMPORTS[grant.role] for grant in actor.grants)


def may_export(actor: Actor, object_type: str) -> bool:
    """Exports of every type: schedulers need the ids (echovideo.md 1.2)."""
    return may(actor, Ability.EXPORT)


def may_send_csv_data(actor: Actor) -> bool:
    """Whether the CSV Data Import API takes files and voids of the actor: statements lie below no org unit."""
    return may_import(actor, "statement") and import_reach(actor, "statement").is_whole


def may_read_csv_data(actor: Actor) -> bool:
    """Whether that API tells the actor of imports, statements' ids and all."""
    return actor.is_system or any(
        grant.role in READERS_OF_CSV_DATA and grant.org_unit is None for grant in actor.grants
    )


def import_reach(actor: Actor, object_type: str) -> Reach:
    """What an import of objects of this type may touch."""
    if actor.is_system:
        return EVERYWHERE
    return _reach(actor, [grant for grant in actor.grants if object_type in IMPORTS[grant.role]])


def read_reach(actor: Actor, ability: Ability = Ability.READ_ROSTER) -> Reach:
    """The same for reading: exports, and the roster in pages and API."""
    if actor.is_system:
        return EVERYWHERE
    return _reach(actor, [grant for grant in actor.grants if ability in ABILITIES[grant.role]])


def _reach(actor: Actor, grants: list[Granted]) -> Reach:
    units = [grant.org_unit for grant in grants if grant.org_unit is not None]
    return Reach(
        units=tuple(dict.fromkeys(units)) if len(units) == len(grants) else None,
        unpublished=any(_sees_unpublished(actor, grant) for grant in grants),
    )


def _sees_unpublished(actor: Actor, grant: Granted) -> bool:
    """Whether a grant shows schedules without a section; to schedulers none does (echovideo.md 5.4)."""
    if grant.role is Role.SCHEDULER:
        return False
    return grant.org_unit is None or (grant.role in ADMINS and actor.shows_unpublished_captures)


def free_reach(actor: Actor) -> Reach:
    """Where an import of schedules may leave them unpublished: what grants other than a scheduler's reach."""
    if actor.is_system:
        return EVERYWHERE
    free = [grant for grant in actor.grants if grant.role is not Role.SCHEDULER]
    return _reach(actor, [grant for grant in free if "schedule" in IMPORTS[grant.role]])


def must_publish(actor: Actor) -> bool:
    """Whether schedules that whoever imports them makes beyond ``free_reach`` must publish to their sections.

    So it is for schedulers (echovideo.md 5.4), grant by grant: to administer one department frees nobody elsewhere.
    """
    is_scheduler = any(grant.role is Role.SCHEDULER for grant in actor.grants)
    return is_scheduler and not free_reach(actor).is_whole


def sees_all_jobs(actor: Actor, *, designated_administration: bool) -> bool:
    """Whether imports and exports of others are shown (echovideo.md 5.3); one's own always are."""
    if actor.is_system:
        return True
    if designated_administration:
        return any(grant.role == Role.ADMIN and grant.org_unit is None for grant in actor.grants)
    return any(grant.role in ADMINS for grant in actor.grants)


def sees_all_reports(actor: Actor) -> bool:
    """Whether requested reports of others are shown: to whoever has reports of the whole institution."""
    return may(actor, Ability.REPORT) and read_reach(actor, Ability.REPORT).is_whole


def may_change_report(actor: Actor, *, own: bool) -> bool:
    """Whether the actor may change a recurring report, or a webhook, that they see: their own, or any as an administrator
    of the whole institution."""
    administers = may(actor, Ability.SETTINGS) and read_reach(actor, Ability.SETTINGS).is_whole
    return may(actor, Ability.REPORT) and (own or administers)


def is_own(actor: Actor, *, account: int | None, client: int | None) -> bool:
    """Whether the actor submitted a job."""
    return (actor.account is not None and account == actor.account) or (
        actor.client is not None and client == actor.client
    )


def may_delete_export(actor: Actor, *, own: bool) -> bool:
    """Whether the actor may delete an export that they see: their own, or any when all of it is in reach."""
    return may(actor, Ability.EXPORT) and (own or read_reach(actor, Ability.EXPORT) == EVERYWHERE)


def may_decide(actor: Actor, object_type: str, *, own: bool) -> bool:
    """Whether the actor may approve, cancel or undo an import of such objects. own: they submitted it.

    Somebody else's import may touch what the actor cannot reach, so that takes the whole institution.
    """
    return may_import(actor, object_type) and (own or import_reach(actor, object_type) == EVERYWHERE)


class StatementsRead(IntEnum):
    """Which statements somebody reads; of two, the greater includes the lesser."""

    NONE = 0
    OWN = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class XapiRights:
    """What a credential may do at the xAPI statements endpoint (xapi.md section 5)."""

    writes: bool = False
    reads: StatementsRead = StatementsRead.NONE

    @property
    def voids(self) -> bool:
        """xapi.md A15: whoever reads all statements and writes."""
        return self.writes and self.reads is StatementsRead.ALL


OF_ACCESS: dict[XapiAccess, XapiRights] = {
    XapiAccess.OFF: XapiRights(),
    XapiAccess.WRITE: XapiRights(writes=True),
    XapiAccess.ISOLATED: XapiRights(writes=True, reads=StatementsRead.OWN),
    XapiAccess.ALL: XapiRights(writes=True, reads=StatementsRead.ALL),
}


def xapi_rights(actor: Actor, client: ApiClient) -> XapiRights:
    """What the client's setting and its role both allow; with no setting, what the role allows."""
    allowed = _xapi_rights_of_grants(actor)
    chosen = OF_ACCESS[XapiAccess(client.xapi_access)] if client.xapi_access else allowed
    if not client.may_use_xapi:
        chosen = OF_ACCESS[XapiAccess.OFF]
    writes, reads = allowed.writes and chosen.writes, min(allowed.reads, chosen.reads)
    # Of who wrote nothing there is nothing to read.
    return XapiRights(writes, StatementsRead.NONE if reads is StatementsRead.OWN and not writes else reads)


def reads_statements(actor: Actor, *, own: bool) -> bool:
    """Whether rows of an import show the actor the statements that they make. own: they submitted it.

    Whoever sent the file knows it. Others read what the xAPI endpoint would show them: all statements or none.
    """
    if actor.is_system or own:
        return True
    reads = _xapi_rights_of_grants(actor).reads
    if actor.xapi_access:
        reads = min(reads, OF_ACCESS[XapiAccess(actor.xapi_access)].reads)
    return reads is StatementsRead.ALL


def _xapi_rights_of_grants(actor: Actor) -> XapiRights:
    """Who feeds the roster writes statements; who has reports of the whole institution reads them all.

    A statement belongs to the institution and to no org unit: from below one, nobody reads what others wrote.
    """
    writes = any(grant.role in STATEMENT_WRITERS for grant in actor.grants)
    reads_all = any(
        grant.org_unit is None and Ability.REPORT in ABILITIES[grant.role] for grant in actor.grants
    )
    if reads_all:
        return XapiRights(writes, StatementsRead.ALL)
    return XapiRights(writes, StatementsRead.OWN if writes else StatementsRead.NONE)
