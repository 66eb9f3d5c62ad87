"""A clock that a test moves, and who is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.access.models import Institution
from reporting import clock as clocks
from reporting.models import Delivery, ReportRequest, ReportSchedule
from tests.imports.harness import Tenant
from tests.reporting.recurring.receiver import Receiver, receiving
from tests.reporting.requests.harness import Clock

LEFT = """
    SELECT institution_id FROM reporting_untold()
     UNION SELECT institution_id FROM reporting_deliveries_due('infinity', 1000)
     UNION SELECT institution_id FROM reporting_schedules_due('infinity')
"""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still at noon of Wednesday, 12 March 2031."""
    moved = Clock()
    monkeypatch.setattr(clocks, "now", moved)
    return moved


@pytest.fixture(autouse=True)
def no_mail() -> None:
    mail.outbox = []


def forget() -> None:
    """Leave nothing due in the institution that is entered."""
    ReportSchedule.objects.all().delete()
    Delivery.objects.all().delete()
    ReportRequest.objects.update(told_at=clocks.now())


@pytest.fixture
def fjord(tenant: Tenant) -> Iterator[Tenant]:
    """An institution in Berlin's zone that lets mail go to its own domain.

    What it leaves would be due in the tests after it: schedules and notices end with it. So does what other tests left
    to be told of requests.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        left = [institution for (institution,) in cursor.fetchall()]
    for institution in left:
        with tenancy.use_institution(institution):
            forget()
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(
            notify_domains=["fjord.example"], time_zone="Europe/Berlin"
        )
    yield tenant
    with tenancy.use_institution(tenant.pk):
        forget()


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver, to whose address webhooks may go."""
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as found:
        yield found
