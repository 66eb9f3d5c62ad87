"""A clock that a test moves, and who is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.access.models import Institution
from reporting import clock as clocks
from reporting.models import Delivery, ReportRequest, ReportSchedule
from tests.imports.harness import Tenant
from tests.reporting.recurring.receiver import Receiver, receiving
from tests.reporting.requests.harness import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still at noon of Wednesday, 12 March 2031."""
    moved = Clock()
    monkeypatch.setattr(clocks, "now", moved)
    return moved


@pytest.fixture(autouse=True)
def no_mail() -> None:
    mail.outbox = []


@pytest.fixture
def fjord(tenant: Tenant) -> Iterator[Tenant]:
    """An institution in Berlin's zone that lets mail go to its own domain.

    What it leaves would be due in the tests after it: schedules and notices end with it.
    """
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(
            notify_domains=["fjord.example"], time_zone="Europe/Berlin"
        )
    yield tenant
    with tenancy.use_institution(tenant.pk):
        ReportSchedule.objects.all().delete()
        Delivery.objects.all().delete()
        ReportRequest.objects.update(told_at=clocks.now())


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver, to whose address webhooks may go."""
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as found:
        yield found
