"""The mail about a report, or about a schedule that pauses: what happened, in counts, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.conf import settings

from edu_csv.pages.mailing import one_line
from edu_csv.pages.words import counted, number, size
from reporting import clock
from reporting.models import Delivery, ReportRequest, ReportSchedule, ScheduleRun
from reporting.reports import reports
from reporting.services import RequestStatus, error_of, status_of
from reporting.windows import DAY


class Link(TypedDict):
    label: str
    url: str


class FileLine(TypedDict):
    """One request. what: the days; said: its rows, or why there are none; url: its page."""

    what: str
    said: str
    url: str


class ReportMail(TypedDict):
    """mail/report.txt and .html."""

    subject: str
    title: str
    said: str
    facts: list[tuple[str, str]]
    files: list[FileLine]
    links: list[Link]
    why: str


NO_FILE = "could not be made"


def mail(delivery: Delivery) -> ReportMail:
    """The content now, with its subject."""
    if delivery.schedule is not None:
        return _of_pause(delivery.schedule)
    if delivery.run is not None:
        return _of_run(delivery.run, _zone(delivery))
    if delivery.request is None:
        raise ValueError(f"a notice of nothing: {delivery.pk}")
    return _of_request(delivery.request, _zone(delivery))


def title_of(name: str) -> str:
    """ "Video views"; of a report that is gone its name."""
    report = reports().get(name)
    return report.title if report else name


def days_said(start: date | None, end: date | None) -> str:
    """ "3 Mar 2031", "3 to 9 Mar 2031", "24 Feb to 2 Mar 2031"; the last day is the one before ``end``."""
    if start is None or end is None:
        return "all time"
    last = end - DAY
    if start == last:
        return f"{last.day} {last:%b %Y}"
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day} to {last.day} {last:%b %Y}"
    year = f" {start.year}" if start.year != last.year else ""
    return f"{start.day} {start:%b}{year} to {last.day} {last:%b %Y}"


def _of_request(request: ReportRequest, zone: ZoneInfo) -> ReportMail:
    what = f"{title_of(request.report_name)}, {days_said(request.start, request.end)}"
    outcome = _outcome([request])
    return {
        "subject": f"{what}: {outcome}",
        "title": what,
        "said": _sentence([request], ""),
        "facts": _facts([request], zone),
        "files": [],
        "links": [{"label": "The request and its file", "url": page_of(request)}],
        "why": f"You get this mail since your address was named when {request.job.submitted_by} asked for this report.",
    }


def _of_run(run: ScheduleRun, zone: ZoneInfo) -> ReportMail:
    requests = list(run.requests.select_related("job").order_by("job__received"))
    schedule = run.schedule
    takes_dates = any(request.parameters for request in requests)
    days = days_said(run.start, run.end) if takes_dates else "all time"
    what = f"{title_of(schedule.report_name)}, {days}"
    of_one: list[Link] = []
    if len(requests) == 1:
        of_one.append({"label": "The request and its file", "url": page_of(requests[0])})
    facts = [*_facts(requests, zone), ("Recurring report", schedule.name or f"{schedule}")]
    if run.left_out:
        facts.append(("Left out", f"{counted(run.left_out, 'window')} before this, missed too long ago"))
    return {
        "subject": f"{what}: {_outcome(requests)}",
        "title": what,
        "said": _sentence(requests, days),
        "facts": facts,
        "files": [_line(request) for request in requests] if len(requests) > 1 else [],
        "links": [*of_one, {"label": "The recurring report", "url": schedule_page(schedule)}],
        "why": _why(schedule),
    }


def _of_pause(schedule: ReportSchedule) -> ReportMail:
    name = schedule.name or f"{title_of(schedule.report_name)}, {schedule.frequency}"
    return {
        "subject": f"{name}: paused",
        "title": f"{name} is paused",
        "said": f"{pause_said(schedule)} Nothing is made until somebody lets it go on.",
        "facts": [("Report", title_of(schedule.report_name)), ("Made by", schedule.made_by)],
        "files": [],
        "links": [{"label": "Let it go on, change or end it", "url": schedule_page(schedule)}],
        "why": _why(schedule),
    }


# Why a schedule rests, by reason; {detail} is what is kept beside it.
PAUSES = {
    "person": "Paused by {detail}.",
    "not_fetched": "It paused itself: nobody has fetched any of its last three results.",
    "not_permitted": "It paused itself: {detail} may not have this report any more. Somebody who may can make it anew.",
    "maker_gone": "It paused itself: {detail}, who made it, has no access any more. Somebody who has can make it anew.",
    "report_gone": "It paused itself: there is no report of this name any more.",
    "refused": "It paused itself, since what it asks for is refused: {detail}",
}


def pause_said(schedule: ReportSchedule) -> str:
    """Why it rests, in a sentence; blank while it runs."""
    said = PAUSES.get(schedule.pause_reason, "")
    return said.format(detail=schedule.pause_detail or schedule.made_by) if said else ""


def _outcome(requests: Sequence[ReportRequest]) -> str:
    """ "1,874 rows", "4 of 5 files, 1,874 rows", "could not be made"."""
    now = clock.now()
    made = [each for each in requests if status_of(each, now) in HAVE_FILES]
    if not made:
        return NO_FILE
    rows = counted(sum(each.rows or 0 for each in made), "row")
    if len(made) == len(requests) == 1:
        return rows
    files = counted(len(made), "file")
    return (
        f"{files}, {rows}"
        if len(made) == len(requests)
        else f"{number(len(made))} of {counted(len(requests), 'file')}, {rows}"
    )


EMPTY = "It has no rows, only its header."
HAVE_FILES = (RequestStatus.AVAILABLE, RequestStatus.EXPIRED)


def _sentence(requests: Sequence[ReportRequest], days: str) -> str:
    now = clock.now()
    failed = [each for each in requests if status_of(each, now) not in HAVE_FILES]
    if not failed:
        rows = sum(each.rows or 0 for each in requests)
        if len(requests) == 1:
            return (
                f"The report is ready: {counted(rows, 'row')}." if rows else f"The report is ready. {EMPTY}"
            )
        ready = f"All {len(requests)} files are ready"
        return (
            f"{ready}: {counted(rows, 'row')}." if rows else f"{ready}. They have no rows, only their header."
        )
    why = error_of(failed[0], now) or ""
    if len(requests) == 1:
        return f"The report could not be made. {why}"
    return f"{len(failed)} of {len(requests)} files for {days} could not be made. {why}"


def _facts(requests: Sequence[ReportRequest], zone: ZoneInfo) -> list[tuple[str, str]]:
    made = [each for each in requests if each.rows is not None]
    facts = [("Report", title_of(requests[0].report_name))] if requests else []
    if not made:
        return facts
    first = made[0]
    if first.start is not None and first.end is not None:
        days = days_said(first.start, max(each.end for each in made if each.end))
        facts.append(("Days, UTC", days))
    facts.append(("Rows", number(sum(each.rows or 0 for each in made))))
    facts.append(("Size", size(sum(each.bytes or 0 for each in made))))
    through = min((each.complete_through for each in made if each.complete_through), default=None)
    if through is not None:
        facts.append(("Data complete up to", f"{through:%d %b %Y}".lstrip("0")))
    facts.append(("Kept until", _moment(min(each.expires_at for each in made), zone)))
    return facts


def _line(request: ReportRequest) -> FileLine:
    made = request.rows is not None
    said = counted(request.rows or 0, "row") if made else f"{NO_FILE}. {error_of(request, clock.now()) or ''}"
    return {"what": days_said(request.start, request.end), "said": said.strip(), "url": page_of(request)}


def _why(schedule: ReportSchedule) -> str:
    return (
        f"You get this mail since your address stands in the recurring report “{one_line(str(schedule.name or schedule))}”,"
        f" which {one_line(schedule.made_by)} made."
    )


def page_of(request: ReportRequest) -> str:
    """Where the file can be fetched, by whoever may (ui.md 4)."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}/reports/requests/{request.pk}/"


def schedule_page(schedule: ReportSchedule) -> str:
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}/reports/recurring/{schedule.pk}/"


def _zone(delivery: Delivery) -> ZoneInfo:
    return ZoneInfo(delivery.institution.time_zone)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """ "5 Nov 2031, 14:20 (Europe/Berlin); 5 Nov 2031, 13:20 UTC"."""
    local, universal = at.astimezone(zone), at.astimezone(UTC)
    said = f"{local.day} {local:%b %Y, %H:%M}"
    utc = f"{universal.day} {universal:%b %Y, %H:%M} UTC"
    return utc if zone.key == "UTC" else f"{said} ({zone.key}); {utc}"
