"""What of access is forgotten by night."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access import allowance, services, tasks, tokens
from edu_csv.access.models import AccessToken, Allowance, IdempotentRequest, TokenFamily
from tests.imports.harness import Tenant


def test_ended_tokens_and_old_answers_go_and_others_stay(tenant: Tenant) -> None:
    made = services.create_api_client(institution=tenant.pk, name="SIS", role="integration")
    now = timezone.now()
    with tenancy.use_institution(tenant.pk):
        live = tokens.issue(made.client).access
        AccessToken.objects.create(
            institution_id=tenant.pk,
            client=made.client,
            token_sha256="x",
            expires_at=now - timedelta(seconds=1),
        )
        for key, age in (("old", 25), ("young", 23)):
            IdempotentRequest.objects.create(
                institution_id=tenant.pk, caller="client:1", key=key, created_at=now - timedelta(hours=age)
            )
    tasks.purge()
    with tenancy.use_institution(tenant.pk):
        assert AccessToken.objects.count() == 1
        assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["young"]
    assert tokens.client_by_token(live) is not None


def test_grants_beyond_the_newest_are_forgotten_and_none_of_today(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "FAMILIES_OF_CLIENT", 2)
    made = services.create_api_client(institution=tenant.pk, name="SIS", role="integration")
    with tenancy.use_institution(tenant.pk):
        old = [tokens.issue(made.client).refresh for _ in range(4)]
        AccessToken.objects.update(expires_at=timezone.now() - timedelta(days=2))
        for days, family in enumerate(TokenFamily.objects.order_by("-pk"), start=2):
            TokenFamily.objects.filter(pk=family.pk).update(used_at=timezone.now() - timedelta(days=days))
        today = [tokens.issue(made.client).refresh for _ in range(3)]
    tasks.purge()
    # Two are kept, and of today all three.
    assert [tokens.refresh(made.key, token) is not None for token in (*old, *today)] == [False] * 4 + [
        True
    ] * 3


def test_allowances_that_are_whole_again_are_forgotten(tenant: Tenant) -> None:
    now = timezone.now()
    with tenancy.use_institution(tenant.pk):
        allowance.take_of_institution(tenant.pk, per_minute=120, now=now - timedelta(days=2))
        client = services.create_api_client(institution=tenant.pk, name="SIS", role="integration").client
        allowance.take(client, per_second=60, now=now)
    tasks.purge()
    with tenancy.use_institution(tenant.pk):
        assert [each.subject for each in Allowance.objects.all()] == [f"client {client.pk}"]
