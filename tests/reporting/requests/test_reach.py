"""Who may have a file when grants have changed since it was made (design section 6)."""

from __future__ import annotations

from uuid import UUID, uuid4

from edu_csv import tenancy
from edu_csv.access.actors import Actor, actor_of_account
from edu_csv.access.models import Account, Grant
from reporting import services
from tests.imports.harness import Tenant
from tests.reporting.requests.harness import made, person, submit, with_videos, work


def unit(tenant: Tenant, *parents: UUID) -> UUID:
    new = uuid4()
    tenant.query(
        "INSERT INTO roster_org_unit (id, institution_id, external_id, name, name_folded, parent_ids, type)"
        " VALUES (%s, %s, %s, 'x', 'x', %s, 'department')",
        new, tenant.pk, str(new), list(parents),
    )  # fmt: skip
    return new


def granted(tenant: Tenant, actor: Actor, where: UUID | None) -> Actor:
    """The same account with its one grant moved."""
    assert actor.account is not None
    with tenancy.use_institution(tenant.pk):
        Grant.objects.filter(account_id=actor.account).update(org_unit_id=where)
        return actor_of_account(Account.objects.get(pk=actor.account), tenant.pk)


def seen(tenant: Tenant, actor: Actor) -> list[UUID]:
    with tenancy.use_institution(tenant.pk):
        return [request.pk for request in services.visible_requests(actor)]


def test_a_file_of_the_institution_is_gone_for_who_reaches_a_part_of_it_now(tenant: Tenant) -> None:
    with_videos(tenant, 3)
    analyst = person(tenant)
    wide = made(tenant, actor=analyst)
    narrowed = granted(tenant, analyst, unit(tenant))
    assert seen(tenant, narrowed) == []
    with tenancy.use_institution(tenant.pk):
        assert services.find(narrowed, wide.pk) is None
    assert seen(tenant, granted(tenant, analyst, None)) == [wide.pk]


def test_of_a_part_one_has_what_reaches_no_further_than_oneself(tenant: Tenant) -> None:
    above = unit(tenant)
    below, beside = unit(tenant, above), unit(tenant)
    analyst = person(tenant, org_unit=below)
    request = made(tenant, actor=analyst)
    assert request.reach == [below]
    assert seen(tenant, granted(tenant, analyst, above)) == [request.pk]
    assert seen(tenant, granted(tenant, analyst, beside)) == []


def test_a_request_reaches_as_far_as_whoever_asked_and_then_as_far_as_its_file(tenant: Tenant) -> None:
    analyst = person(tenant)
    waiting = submit(tenant, "asset", actor=analyst)
    narrowed = granted(tenant, analyst, unit(tenant))
    assert seen(tenant, narrowed) == []
    work(tenant)
    assert seen(tenant, narrowed) == [waiting.pk]
