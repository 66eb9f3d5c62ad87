"""To whom mail about an import may go: accounts of the institution, and domains that it names."""

from __future__ import annotations

from collections.abc import Collection

from edu_csv.access.models import Account, Institution


def may_be_mailed(institution: int, addresses: Collection[str]) -> set[str]:
    """Those of the addresses that are mailed, as they were given; two statements at most."""
    wanted = {address: address.strip().casefold() for address in addresses}
    if not wanted:
        return set()
    accounts = set(
        Account.objects.filter(
            email__in=set(wanted.values()), is_active=True, grants__institution_id=institution
        ).values_list("email", flat=True)
    )
    named = Institution.objects.values_list("notify_domains", flat=True).get(pk=institution)
    domains = {domain.strip().casefold().lstrip("@") for domain in named}
    return {
        given
        for given, folded in wanted.items()
        if folded in accounts or folded.rpartition("@")[2] in domains
    }
