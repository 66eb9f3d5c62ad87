"""Reports on Today: what runs, what has ended, and files about to go that nobody has fetched."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.jobs.models import State
from edu_csv.pages import moments
from edu_csv.pages.contexts.reports import RequestLine
from edu_csv.pages.contexts.today import Need, RunningLine
from edu_csv.pages.words import counted
from reporting import clock, services
from reporting.models import PauseReason, ReportRequest, ReportSchedule
from reporting.schedules import manage
from reporting.services import RequestStatus
from reporting.telling.wording import pause_said
from reporting.views.lines import pill, request_lines
from reporting.views.recurring.words import name_of, schedule_href
from reporting.views.words import range_of, request_href, title_of

MOST, SHOWN = 10, 4
ENDS_WITHIN = timedelta(days=2)
# What came to nothing is told for a day.
FORGOTTEN_AFTER = timedelta(days=1)


def running_reports(actor: Actor) -> list[RunningLine]:
    """In the order of receipt."""
    if not policy.may(actor, Ability.REPORT):
        return []
    now = clock.now()
    visible = services.visible_requests(actor)
    going = services.of_status(visible, RequestStatus.PENDING, now).order_by("job_id")
    return [
        {
            "name": f"Report {title_of(each.report_name)}, {range_of(each, is_short=True)}",
            "href": request_href(each),
            "status": pill(each, RequestStatus.PENDING),
            "detail": f"{counted(each.job.rows_done, 'row')} so far" if each.job.rows_done else "",
            "percent": None,
        }
        for each in going[:MOST]
    ]


def ended_reports(actor: Actor) -> list[RequestLine]:
    """The last that ended, newest first; they come again as lines of the list of requests."""
    if not policy.may(actor, Ability.REPORT):
        return []
    ended = services.visible_requests(actor).filter(job__state=State.ENDED)
    return request_lines(ended[:SHOWN])


def needs_of_reports(actor: Actor) -> list[Need]:
    """One's own: recurring reports that rest though nobody said so, requests that came to nothing within a day, and
    files that are about to go. Two statements.
    """
    if not policy.may(actor, Ability.REPORT) or actor.account is None:
        return []
    now = clock.now()
    own = services.visible_requests(actor).filter(job__account_id=actor.account)
    # In one statement; what is shown by the clock is asked of each.
    told = own.filter(
        Q(job__finished_at__gt=now - FORGOTTEN_AFTER, file_key="")
        | Q(expires_at__gt=now, expires_at__lt=now + ENDS_WITHIN, fetched_at__isnull=True)
    )
    needs: dict[RequestStatus, list[Need]] = {RequestStatus.FAILED: [], RequestStatus.AVAILABLE: []}
    for each in told[: 2 * MOST]:
        match services.status_of(each, now):
            case RequestStatus.FAILED:
                needs[RequestStatus.FAILED].append(_failed(each, now))
            case RequestStatus.AVAILABLE:
                needs[RequestStatus.AVAILABLE].append(_ending(each))
    return _paused(actor) + needs[RequestStatus.FAILED] + needs[RequestStatus.AVAILABLE]


def _paused(actor: Actor) -> list[Need]:
    """Those that paused themselves wait for whoever made them, until they go on or are ended."""
    resting = manage.visible_schedules(actor).filter(account_id=actor.account or 0, paused_at__isnull=False)
    found = resting.exclude(pause_reason=PauseReason.PERSON).order_by("-paused_at")[:MOST]
    return [_paused_itself(each) for each in found]


def _paused_itself(schedule: ReportSchedule) -> Need:
    return {
        "title": f"The recurring report {name_of(schedule)} is paused",
        "text": f"{pause_said(schedule)} Nothing is made until you let it go on.",
        "action": {"label": "See recurring report", "href": schedule_href(schedule)},
    }


def _ending(request: ReportRequest) -> Need:
    return {
        "title": f"The file of {title_of(request.report_name)} is about to go",
        "text": f"{range_of(request)}; it is removed {moments.prose(request.expires_at)}, and nobody has fetched it.",
        "action": {"label": "See request", "href": request_href(request)},
    }


def _failed(request: ReportRequest, now: datetime) -> Need:
    return {
        "title": f"{title_of(request.report_name)}, {range_of(request)}, came to nothing",
        "text": services.error_of(request, now) or "",
        "action": {"label": "See request", "href": request_href(request)},
    }
