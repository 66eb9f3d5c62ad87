"""What of access is forgotten by night."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access import services, tasks
from edu_csv.access.models import AccessToken, IdempotentRequest
from tests.imports.harness import Tenant


def test_ended_tokens_and_old_answers_go_and_others_stay(tenant: Tenant) -> None:
    made = services.create_api_client(institution=tenant.pk, name="SIS", role="integration")
    now = timezone.now()
    with tenancy.use_institution(tenant.pk):
        live, _ = services.issue_token(made.client)
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
    assert services.client_by_token(live) is not None
