"""To whom mail about an import may go: accounts of the institution, and domains that it names."""

from __future__ import annotations

from collections.abc import Collection

from edu_csv.access.models import Account, Institution


def may_be_mailed(institution: int, addresses: Collection[str]) -> set[str]:
    """Those of the addresses that are mailed, as they were given; two statements at most."""
    if not addresses:
        return set()
    named = Institution.objects.values_list("notify_domains", flat=True).get(pk=institution)
    return with_account(institution, addresses) | in_domains(named, addresses)


def with_account(institution: int, addresses: Collection[str]) -> set[str]:
    """Those that belong to an account of the institution; one statement."""
    folded = {address: address.strip().casefold() for address in addresses}
    accounts = set(
        Account.objects.filter(
            email__in=set(folded.values()), is_active=True, grants__institution_id=institution
        ).values_list("email", flat=True)
    )
    return {given for given, address in folded.items() if address in accounts}


def in_domains(domains: Collection[str], addresses: Collection[str]) -> set[str]:
    """Those that lie in one of the domains."""
    known = {domain.strip().casefold().lstrip("@") for domain in domains}
    return {given for given in addresses if given.strip().casefold().rpartition("@")[2] in known}
