"""Which addresses are told: the mail that goes out, and the webhooks that have a secret."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from edu_csv.access.mailing import may_be_mailed
from reporting.models import Webhook
from reporting.telling import targets
from reporting.telling.targets import AddressRefused

MOST = 50
WHO_IS_MAILED = (
    "mail goes to accounts of the institution and to its mail domains only. Add the domain under Settings, or give"
    " its reader an account."
)


def is_web(address: str) -> bool:
    """Whether an address is a webhook's, and not one for mail."""
    return "://" in address


def mail_faults(institution: int, addresses: Sequence[str]) -> dict[int, str]:
    """What is wrong, by place; two statements at most."""
    faults = {}
    for place, address in enumerate(addresses):
        try:
            validate_email(address)
        except ValidationError:
            faults[place] = f"Expected a mail address, got “{address[:80]}”."
    mailed = may_be_mailed(institution, addresses)
    for place, address in enumerate(addresses):
        if address not in mailed:
            faults.setdefault(place, f"No mail would reach {address[:80]}: {WHO_IS_MAILED}")
    return faults


def webhook_fault(institution: int, url: str) -> str | None:
    """Why nothing would be sent to this address; None: it would. One statement at most."""
    try:
        targets.read(url)
    except AddressRefused as refused:
        return str(refused)
    if not Webhook.objects.filter(institution_id=institution, url=url).exists():
        return (
            f"{url[:200]} has no secret here yet, so nobody there could tell that a notice is ours."
            " Make one with PUT /api/v1/report-webhooks, or under Reports, Recurring, Webhooks."
        )
    return None
