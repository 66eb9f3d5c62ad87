"""Recurring reports made, run and told in this process."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.core import mail

from edu_csv import tenancy
from edu_csv.access.actors import Actor
from reporting import services
from reporting.models import Delivery, ReportRequest, ReportSchedule, ScheduleRun
from reporting.schedules import manage
from reporting.schedules.manage import NewSchedule
from reporting.tasks import recur, tell
from reporting.telling import webhooks
from tests.imports.harness import Tenant
from tests.reporting.requests.harness import work

REGISTRY = "registry@fjord.example"


def schedule(
    tenant: Tenant,
    frequency: str = "daily",
    report: str = "notes",
    *,
    actor: Actor | None = None,
    **more: Any,
) -> ReportSchedule:
    """A recurring report at 06:00 of the institution's day, which mails the registry."""
    given = {"email": (REGISTRY,), **more}
    with tenancy.use_institution(tenant.pk):
        return manage.create(actor or tenant.actor, NewSchedule(report, frequency, **given))


def fresh(tenant: Tenant, of: ReportSchedule) -> ReportSchedule:
    with tenancy.use_institution(tenant.pk):
        return ReportSchedule.objects.select_related("institution", "account", "client").get(pk=of.pk)


def strike(tenant: Tenant) -> list[ReportRequest]:
    """The clock strikes, what it queues is made and told. Returns what this institution asked for, oldest first."""
    before = {request.pk for request in requests(tenant)}
    recur()
    work(tenant)
    tell()
    return [request for request in requests(tenant) if request.pk not in before]


def requests(tenant: Tenant) -> list[ReportRequest]:
    with tenancy.use_institution(tenant.pk):
        return list(ReportRequest.objects.select_related("job", "run__schedule").order_by("job__received"))


def runs(tenant: Tenant) -> list[tuple[str, str]]:
    with tenancy.use_institution(tenant.pk):
        return [
            (start.isoformat(), end.isoformat())
            for start, end in ScheduleRun.objects.order_by("start", "end").values_list("start", "end")
        ]


def days(found: list[ReportRequest]) -> list[str]:
    """ "03-09": the one day of each; "03-01…03-08" of more."""
    return [_days(request.start, request.end) for request in found]


def _days(start: date | None, end: date | None) -> str:
    if start is None or end is None:
        return "all"
    return f"{start:%m-%d}" if (end - start).days == 1 else f"{start:%m-%d}…{end:%m-%d}"


def look(tenant: Tenant, request: ReportRequest) -> None:
    """Somebody takes a link."""
    with tenancy.use_institution(tenant.pk):
        found = ReportRequest.objects.select_related("job").get(pk=request.pk)
        assert services.fresh_link(found) is not None


def deliveries(tenant: Tenant) -> list[Delivery]:
    with tenancy.use_institution(tenant.pk):
        return list(Delivery.objects.select_related("request", "run", "schedule").order_by("pk"))


def delivery(tenant: Tenant) -> Delivery:
    """The only one."""
    [found] = deliveries(tenant)
    return found


def secret(tenant: Tenant, url: str, actor: Actor | None = None) -> str:
    """The address has this secret from now on."""
    with tenancy.use_institution(tenant.pk):
        return webhooks.new_secret(actor or tenant.actor, url).secret


def sent() -> list[mail.EmailMultiAlternatives]:
    return cast("list[mail.EmailMultiAlternatives]", mail.outbox)


def said(message: mail.EmailMultiAlternatives) -> tuple[str, str]:
    """Text and HTML, blanks run together."""
    [(html, _)] = message.alternatives
    return " ".join(str(message.body).split()), " ".join(str(html).split())
