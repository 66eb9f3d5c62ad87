"""Reports run in this process, a clock that a test moves, and who asks."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from edu_csv import storage, tenancy
from edu_csv.access.actors import Actor, actor_of_account, actor_of_client
from edu_csv.access.models import Account, ApiClient, Grant
from edu_csv.access.roles import Role
from edu_csv.jobs.runners import work_one
from reporting import clock, services
from reporting.models import ReportRequest
from reporting.services import RequestStatus
from tests.imports.harness import Tenant

WEEK = {"start": "2031-03-03", "end": "2031-03-10"}
NOON = datetime(2031, 3, 12, 12, tzinfo=UTC)
VIDEOS = """
    INSERT INTO activity_video (id, institution_id, external_id, name, made_at, from_schedule, auto_transcribed)
    SELECT gen_random_uuid(), %s, 'V-' || n, 'Lecture ' || n, timestamptz '2031-03-04 08:00Z' + n * interval '1 minute',
           false, false
      FROM generate_series(1, %s) AS n
"""


@dataclass
class Clock:
    """The time as requests see it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def with_videos(tenant: Tenant, number: int) -> Tenant:
    """A tenant whose report ``asset`` has so many rows."""
    tenant.query(VIDEOS, tenant.pk, number)
    return tenant


def person(tenant: Tenant, role: Role = Role.ANALYST, org_unit: UUID | None = None) -> Actor:
    with tenancy.use_institution(tenant.pk):
        made = Account.objects.create_account(email=f"{uuid4().hex[:8]}@fjord.example", password=None)
        Grant.objects.create(institution_id=tenant.pk, account=made, role=role, org_unit_id=org_unit)
        return actor_of_account(made, tenant.pk)


def program(tenant: Tenant, role: Role = Role.INTEGRATION) -> Actor:
    with tenancy.use_institution(tenant.pk):
        made = ApiClient.objects.create(
            institution_id=tenant.pk, name="Warehouse", key=uuid4().hex, secret_sha256="0" * 64
        )
        Grant.objects.create(institution_id=tenant.pk, client=made, role=role)
        return actor_of_client(made)


def submit(
    tenant: Tenant, name: str = "asset", *given: Any, actor: Actor | None = None, **more: Any
) -> ReportRequest:
    with tenancy.use_institution(tenant.pk):
        return services.submit(actor or tenant.actor, name, *given, **more)


def work(tenant: Tenant) -> int:
    """Do all that waits; how many jobs that were."""
    done = 0
    while work_one(["reports"], only_institution=tenant.pk):
        done += 1
    return done


def fresh(tenant: Tenant, request: ReportRequest) -> ReportRequest:
    with tenancy.use_institution(tenant.pk):
        return ReportRequest.objects.select_related("job__account", "job__client").get(pk=request.pk)


def made(tenant: Tenant, name: str = "asset", *given: Any, **more: Any) -> ReportRequest:
    """Ask for a report, make it, and return it as it is then."""
    asked = submit(tenant, name, *given, **more)
    work(tenant)
    return fresh(tenant, asked)


def status(tenant: Tenant, request: ReportRequest) -> RequestStatus:
    return services.status_of(fresh(tenant, request), clock.now())


def error(tenant: Tenant, request: ReportRequest) -> str | None:
    return services.error_of(fresh(tenant, request))


def link(tenant: Tenant, request: ReportRequest) -> str:
    """A fresh link, which there must be."""
    with tenancy.use_institution(tenant.pk):
        found = services.fresh_link(fresh(tenant, request))
    assert found is not None
    return found


def no_link(tenant: Tenant, request: ReportRequest) -> bool:
    with tenancy.use_institution(tenant.pk):
        return services.fresh_link(fresh(tenant, request)) is None


def content(done: ReportRequest) -> bytes:
    """The text of the file, unpacked."""
    with storage.open_file(done.file_key) as file:
        data = file.read()
    return gzip.decompress(data) if done.compression else data


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of what our own door answers to a link."""
    answer = Client().get(url[url.index("/files/") :], headers=headers)
    return answer.status_code, answer.getvalue()


def keys(tenant: Tenant) -> list[str]:
    """All files that reports of the tenant have in storage."""
    return [found.key for found in storage.list_keys(f"reports/{tenant.pk}/")]
