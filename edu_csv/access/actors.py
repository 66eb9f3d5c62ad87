"""Whoever acts: an account, an API client, or the system itself, with what each was granted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from edu_csv.access.models import Account, ApiClient, Grant
from edu_csv.access.roles import Role, XapiAccess


@dataclass(frozen=True, slots=True)
class Granted:
    """One role, from one org unit downwards; None: the whole institution."""

    role: Role
    org_unit: UUID | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts within one institution. ``is_system``: a command on the machine itself.

    shows_unpublished_captures: the institution's switch, on which hangs what some of the grants show.
    xapi_access: of a client, an ``XapiAccess``, or blank for what its role allows; blank for everybody else.
    """

    institution: int
    name: str
    account: int | None = None
    client: int | None = None
    grants: tuple[Granted, ...] = ()
    is_system: bool = False
    shows_unpublished_captures: bool = False
    xapi_access: str = ""

    @property
    def caller(self) -> str:
        """A stable name of who calls, for idempotency keys and rate limits."""
        return f"client:{self.client}" if self.client else f"account:{self.account}"


def actor_of_account(account: Account, institution: int) -> Actor:
    grants = _grants(institution).filter(account=account)
    return _granted(Actor(institution, str(account), account=account.pk), grants)


def actor_of_client(client: ApiClient) -> Actor:
    grants = _grants(client.institution_id).filter(client=client)
    xapi_access = client.xapi_access if client.may_use_xapi else XapiAccess.OFF
    actor = Actor(client.institution_id, client.name, client=client.pk, xapi_access=xapi_access)
    return _granted(actor, grants)


def system_actor(institution: int, name: str = "Command line") -> Actor:
    return Actor(institution, name, is_system=True)


def _grants(institution: int) -> QuerySet[Grant]:
    return Grant.objects.filter(institution_id=institution).select_related("institution")


def _granted(actor: Actor, grants: QuerySet[Grant]) -> Actor:
    """In one statement: the grants, and the switch that says what some of them show."""
    found = list(grants)
    return replace(
        actor,
        grants=tuple(Granted(Role(grant.role), grant.org_unit_id) for grant in found),
        shows_unpublished_captures=any(grant.institution.shows_unpublished_captures for grant in found),
    )
