"""Addresses that have a secret: making it, making another, taking an address away.

A secret belongs to an address: whoever names the address in a request or a schedule has its notices signed with it, and
whoever reads there can tell that they are ours. Doors note in the audit log what they let somebody do here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.errors import EduCsvError
from reporting import clock
from reporting.models import ReportSchedule, Webhook
from reporting.problems import NotAllowed
from reporting.telling import keys, targets
from reporting.telling.targets import AddressRefused

MOST = 100


class InUse(EduCsvError):
    """The address cannot go: schedules tell it. The message names how many."""


class TooMany(EduCsvError):
    """The institution has as many addresses as it may; the message says how many."""


@dataclass(frozen=True, slots=True)
class Made:
    """secret: to be shown this once."""

    webhook: Webhook
    secret: str
    is_new: bool


def visible_webhooks(actor: Actor) -> QuerySet[Webhook]:
    """All of the institution, by address: to name one needs no secret."""
    found = Webhook.objects.filter(institution_id=actor.institution).order_by("url")
    return found if policy.may(actor, Ability.REPORT) else found.none()


def may_change(actor: Actor, webhook: Webhook) -> bool:
    """Whoever made it, and administrators of the whole institution."""
    own = policy.is_own(actor, account=webhook.account_id, client=webhook.client_id)
    return policy.may_change_report(actor, own=own)


def new_secret(actor: Actor, url: str) -> Made:
    """Give an address a secret, in place of any former one at once. Raises NotAllowed, AddressRefused, TooMany.

    Whether its name is known is not asked: it may be so tomorrow, and each notice says what became of it.
    """
    if not policy.may(actor, Ability.REPORT):
        raise NotAllowed("Your role has no reports. An administrator can make webhooks.")
    targets.read(url)
    seed, secret, sha256 = keys.new_seed()
    with transaction.atomic():
        webhook = (
            Webhook.objects.select_for_update().filter(institution_id=actor.institution, url=url).first()
        )
        if webhook is not None and not may_change(actor, webhook):
            raise NotAllowed(
                f"{webhook.made_by} made this webhook. They can give it a new secret, or an administrator of the"
                " whole institution."
            )
        if webhook is None and Webhook.objects.filter(institution_id=actor.institution).count() >= MOST:
            raise TooMany(f"There are {MOST} webhooks already. Take away one that is not used any more.")
        values = {"seed": seed, "secret_sha256": sha256, "secret_at": clock.now()}
        made = {"account_id": actor.account, "client_id": actor.client, "made_by": actor.name}
        stored, is_new = Webhook.objects.update_or_create(
            institution_id=actor.institution,
            url=url,
            defaults=values,
            create_defaults={**values, **made, "created_at": clock.now()},
        )
    return Made(stored, secret, is_new)


def delete(actor: Actor, webhook: Webhook) -> None:
    """Take an address away: what still waits for it is given up. Raises NotAllowed, InUse."""
    if not may_change(actor, webhook):
        raise NotAllowed(
            f"{webhook.made_by} made this webhook. They can take it away, or an administrator of the whole institution."
        )
    used = ReportSchedule.objects.filter(institution_id=actor.institution, webhook=webhook.url).count()
    if used:
        many = f"{used} recurring reports tell" if used > 1 else "1 recurring report tells"
        raise InUse(f"{many} this address. Take it out there first.")
    webhook.delete()


__all__ = [
    "AddressRefused",
    "InUse",
    "Made",
    "TooMany",
    "delete",
    "may_change",
    "new_secret",
    "visible_webhooks",
]
