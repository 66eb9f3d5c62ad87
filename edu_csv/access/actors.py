"""Whoever acts: an account, an API client, or the system itself, with what each was granted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from edu_csv.access.models import Account, ApiClient, Grant
from edu_csv.access.roles import Role


@dataclass(frozen=True, slots=True)
class Granted:
    """One role, from one org unit downwards; None: the whole institution."""

    role: Role
    org_unit: UUID | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts within one institution. ``is_system``: a command on the machine itself."""

    institution: int
    name: str
    account: int | None = None
    client: int | None = None
    grants: tuple[Granted, ...] = ()
    is_system: bool = False

    @property
    def caller(self) -> str:
        """A stable name of who calls, for idempotency keys and rate limits."""
        return f"client:{self.client}" if self.client else f"account:{self.account}"


def actor_of_account(account: Account, institution: int) -> Actor:
    grants = Grant.objects.filter(account=account, institution_id=institution)
    return Actor(institution, str(account), account=account.pk, grants=_granted(list(grants)))


def actor_of_client(client: ApiClient) -> Actor:
    grants = Grant.objects.filter(client=client, institution_id=client.institution_id)
    return Actor(client.institution_id, client.name, client=client.pk, grants=_granted(list(grants)))


def system_actor(institution: int, name: str = "Command line") -> Actor:
    return Actor(institution, name, is_system=True)


def _granted(grants: list[Grant]) -> tuple[Granted, ...]:
    return tuple(Granted(Role(grant.role), grant.org_unit_id) for grant in grants)
