"""Domains to whose addresses mail about imports and feeds may go, beside accounts of the institution."""

from __future__ import annotations

import re

from edu_csv.access.mailing import in_domains, with_account
from edu_csv.access.models import Institution
from edu_csv.pages.words import counted, listed
from imports.models import Source

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
MOST, NAMED = 20, 5


class NoDomain(ValueError):
    """One of them is none; args: the sentence for people."""


def read(text: str) -> list[str]:
    """ "fjord.example, Nordic.example" as they are kept. Raises NoDomain."""
    found = list(dict.fromkeys(each.casefold().lstrip("@") for each in text.replace(",", " ").split()))
    for each in found:
        if not DOMAIN.fullmatch(each):
            raise NoDomain(f"Expected domains such as fjord.example, got “{each[:60]}”.")
    if len(found) > MOST:
        raise NoDomain(f"Expected {MOST} domains at most, got {len(found)}.")
    return found


def written(domains: list[str]) -> str:
    """As the form shows them; one that is left empty sends mail to accounts only."""
    return ", ".join(domains)


def effect(institution: Institution, wanted: list[str]) -> list[str]:
    """What it would do to the addresses that sources name, and to those of imports to come."""
    named = {
        address for notify in Source.objects.filter(institution_id=institution.pk).values_list("notify", flat=True)
        for address in notify
    }  # fmt: skip
    anyhow = with_account(institution.pk, named)
    now, then = in_domains(institution.notify_domains, named), in_domains(wanted, named)
    gained, lost = sorted(then - now - anyhow), sorted(now - then - anyhow)
    said = []
    if gained:
        said.append(
            f"{counted(len(gained), 'address')} of sources will be mailed from now on: {_some(gained)}."
        )
    if lost:
        said.append(f"{counted(len(lost), 'address')} of sources will not be mailed any more: {_some(lost)}.")
    where = (
        f"addresses in {listed(wanted)}, and to accounts of the institution" if wanted else "accounts only"
    )
    return [*said, f"Mail about imports and feeds will go to {where}."]


def _some(addresses: list[str]) -> str:
    more = len(addresses) - NAMED
    return listed(addresses[:NAMED]) + (f" and {more} more" if more > 0 else "")
