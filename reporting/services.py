"""What pages, API and schedules do with reports: ask for one, look, fetch it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from edu_csv import storage
from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.models import Institution
from edu_csv.access.policy import Ability
from edu_csv.jobs import services as jobs
from edu_csv.jobs.models import Kind
from edu_csv.roster.reach import units_within
from reporting import clock
from reporting.endings import ON_DONE
from reporting.models import ReportRequest
from reporting.parameters import read_output, read_parameters
from reporting.problems import (
    NOT_STARTED,
    OF_OURS,
    SENTENCES,
    Fault,
    NotAllowed,
    Refused,
    TooManyInFlight,
    UnknownReport,
)
from reporting.reports import reports
from reporting.statuses import RequestStatus, of_status, status_of
from reporting.steps.select import Output

# What an output that was left out comes to: gzip, commas.
AS_USUAL: Mapping[str, object] = MappingProxyType({})


def submit(
    actor: Actor,
    report_name: str,
    parameters: object = None,
    output: object = AS_USUAL,
    *,
    notify: Sequence[str] = (),
    waits: bool = False,
) -> ReportRequest:
    """Queue a report (reporting-api.md 2.3); what was wrong with the request is found before the limit counts.

    parameters, output: the members of the body as they came. notify: addresses to
    write to when it has ended. waits: queue it though the institution waits for as many reports as it may, of which
    it is then one more (section 8, recurring reports). Raises NotAllowed, UnknownReport, Refused, TooManyInFlight.
    """
    if not policy.may(actor, Ability.REPORT):
        raise NotAllowed("Your role has no reports. An administrator can ask for one.")
    now = clock.now()
    faults: list[Fault] = []
    kept, written = _read(report_name, parameters, output, now, faults)
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        if not waits:
            _take_a_place(actor.institution, now)
        job = jobs.create(actor, Kind.REPORT, created_at=now)
        request = ReportRequest.objects.create(
            job=job,
            institution_id=actor.institution,
            report_name=report_name,
            parameters=kept,
            compression=written.compression,
            delimiter=written.delimiter,
            spreadsheet_safe=written.spreadsheet_safe,
            notify=list(notify),
            by_system=actor.is_system,
            reach=policy.read_reach(actor, Ability.REPORT).units,
            expires_at=now + timedelta(days=settings.REPORT_RETENTION_DAYS),
        )
        jobs.enqueue(job)
    return request


def faults_of(report_name: str, parameters: object = None, output: object = AS_USUAL) -> list[Fault]:
    """What ``submit`` would refuse, for a door that finds faults of its own beside them. Raises UnknownReport."""
    faults: list[Fault] = []
    _read(report_name, parameters, output, clock.now(), faults)
    return faults


def _read(
    report_name: str, parameters: object, output: object, now: datetime, faults: list[Fault]
) -> tuple[dict[str, str], Output]:
    """What is kept of a request; adds what is wrong with it to ``faults``. Raises UnknownReport."""
    report = reports().get(report_name)
    if report is None:
        raise UnknownReport(report_name)
    return read_parameters(report, parameters, now.date(), faults), read_output(output, faults)


def _take_a_place(institution: int, now: datetime) -> None:
    """Raises TooManyInFlight. Whoever asks at the same time waits for us at the institution's row, and then counts
    ours (4.4). NO KEY: rows that only refer to the institution are written meanwhile."""
    Institution.objects.select_for_update(no_key=True).only("pk").get(pk=institution)
    pending = in_flight(institution, now)
    if len(pending) >= settings.REPORTS_IN_FLIGHT:
        raise TooManyInFlight(settings.REPORTS_IN_FLIGHT, pending)


def in_flight(institution: int, now: datetime | None = None) -> list[UUID]:
    """The institution's requests that are pending, oldest first."""
    requests = ReportRequest.objects.filter(institution_id=institution)
    pending = of_status(requests, RequestStatus.PENDING, now or clock.now())
    return list(pending.order_by("job__received").values_list("pk", flat=True))


def visible_requests(actor: Actor) -> QuerySet[ReportRequest]:
    """The requests that an actor may see, newest first, their jobs at hand.

    Of those who do not reach the whole institution their own, as far as they reach all that it reached (design
    section 6): a file made before a grant grew narrower is out of reach with what lies in it.
    """
    requests = (
        ReportRequest.objects.filter(institution_id=actor.institution)
        .select_related("job")
        .order_by("-job__created_at", "-job_id")
    )
    if policy.sees_all_reports(actor):
        return requests
    if not policy.may(actor, Ability.REPORT):
        return requests.none()
    reached = units_within(actor.institution, policy.read_reach(actor, Ability.REPORT))
    requests = requests.filter(reach__contained_by=reached)
    if actor.client is not None:
        return requests.filter(job__client_id=actor.client)
    return requests.filter(job__account_id=actor.account) if actor.account else requests.none()


def find(actor: Actor, request_id: UUID | str) -> ReportRequest | None:
    """One request that the actor may see; None when there is none of this id, or it is not theirs to see."""
    try:
        wanted = request_id if isinstance(request_id, UUID) else UUID(request_id)
    except ValueError:
        return None
    return visible_requests(actor).filter(pk=wanted).first()


def fresh_link(request: ReportRequest, now: datetime | None = None) -> str | None:
    """A new link to the file, for whoever holds it; None unless the request is ``Available``.

    It ends after ``REPORT_LINK_SECONDS`` and never after the file itself (4.6). The first one is noted as fetched.
    """
    now = now or clock.now()
    if status_of(request, now) is not RequestStatus.AVAILABLE:
        return None
    lifetime = min(timedelta(seconds=settings.REPORT_LINK_SECONDS), request.expires_at - now)
    if lifetime < timedelta(seconds=1):
        return None
    if request.fetched_at is None:
        ReportRequest.objects.filter(pk=request.pk, fetched_at__isnull=True).update(fetched_at=now)
        request.fetched_at = now
    return storage.signed_url(request.file_key, lifetime=lifetime, filename=request.file_name)


def error_of(request: ReportRequest, now: datetime | None = None) -> str | None:
    """Why there is no file, in one sentence; None unless the request is ``Failed`` or ``Missing``."""
    status = status_of(request, now or clock.now())
    if status is RequestStatus.MISSING:
        return SENTENCES[NOT_STARTED]
    if status is not RequestStatus.FAILED:
        return None
    return SENTENCES.get((request.job.problem or {}).get("code", ""), OF_OURS)


__all__ = [
    "ON_DONE",
    "Fault",
    "NotAllowed",
    "Refused",
    "RequestStatus",
    "TooManyInFlight",
    "UnknownReport",
    "error_of",
    "faults_of",
    "find",
    "fresh_link",
    "in_flight",
    "of_status",
    "status_of",
    "submit",
    "visible_requests",
]
