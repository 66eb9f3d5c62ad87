"""The gallery of reports, the chosen one, and the parts of its page that are worked out by themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.pages import charts as drawn
from edu_csv.pages.contexts.parts import Action, Note
from edu_csv.pages.contexts.reports import Cell, ChartsPart, PreviewPart, ReportPage, RequestsPart
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.moments import prose
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, listed, number
from reporting import clock, services
from reporting.models import ReportRequest
from reporting.problems import Refused, TooManyInFlight
from reporting.reports import reports
from reporting.reports.base import Report
from reporting.services import RequestStatus
from reporting.steps.complete import complete_through
from reporting.views import drawing
from reporting.views.days import Days
from reporting.views.days import read as read_days
from reporting.views.form import Wanted, form, read, told
from reporting.views.lines import request_lines
from reporting.views.words import URL, gallery, range_of, report_href, request_href, title_of

# The one that is open when none was chosen: what most come for.
FIRST = "videoview"
REQUESTS_SHOWN = 5
# Texts of more letters are drawn in several lines.
LONG = 48


@page(Ability.REPORT)
@require_GET
def reports_home(request: PersonRequest) -> HttpResponse:
    return _shown(request, _report(FIRST))


@page(Ability.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: PersonRequest, name: str) -> HttpResponse:
    """One report; a POST asks for it and leads to the request."""
    report = _report(name)
    if request.method != "POST":
        return _shown(request, report)
    wanted = read(request, request.POST, report)
    if not wanted.days.are_good:
        return _shown(request, report, wanted, status=422)
    try:
        made = services.submit(
            request.actor,
            report.name,
            wanted.days.parameters,
            wanted.output,
            notify=told(wanted, request.user.email),
        )
    except TooManyInFlight as refusal:
        pending = len(refusal.ids)
        return _shown(request, report, wanted, in_the_way(request, refusal), status=429, pending=pending)
    except Refused as refusal:
        return _shown(request, report, wanted, _refused(refusal), status=422)
    audit(request, "report", made.report_name, report_request=str(made.pk), **made.parameters)
    return HttpResponseRedirect(request_href(made))


@page(Ability.REPORT)
@require_GET
def report_part(request: PersonRequest, name: str) -> HttpResponse:
    """What hangs on the days, for others: each piece goes to its own place, and the form stays as it is."""
    report = _report(name)
    wanted = read(request, request.GET, report)
    answer = render(request, "reports/_part.html", {**_page(request, report, wanted), "is_part": True})
    answer.headers["HX-Replace-Url"] = report_href(report.name, query=wanted.days.query)
    return answer


@page(Ability.REPORT)
@require_GET
def estimate_part(request: PersonRequest, name: str) -> HttpResponse:
    report, days = _asked(request, name)
    said = drawing.rows_said(drawing.asked_for(request.actor, report, days))
    return render(request, "reports/_estimate.html", {"said": said})


@page(Ability.REPORT)
@require_GET
def charts_part(request: PersonRequest, name: str) -> HttpResponse:
    report, days = _asked(request, name)
    return render(request, "reports/_charts.html", {**_charts(request, report, days)})


@page(Ability.REPORT)
@require_GET
def preview_part(request: PersonRequest, name: str) -> HttpResponse:
    report, days = _asked(request, name)
    is_safe = asked(request.GET, "safe", 5) != "no"
    return render(request, "reports/_preview.html", {**_preview(request, report, days, is_safe=is_safe)})


def _charts(request: PersonRequest, report: Report, days: Days) -> ChartsPart:
    wanted = drawing.asked_for(request.actor, report, days)
    charts: list[tuple[str, drawn.Chart]] = []
    late: list[str] = []
    for place, chart in enumerate(report.charts):
        try:
            made = drawing.chart_of(wanted, chart, days)
        except drawing.TookTooLong:
            # The others read the same rows, and would keep the reader as long for nothing.
            late = [each.title for each in report.charts[place:]]
            break
        if made is not None:
            charts.append(("columns" if made.columns else "bars", made))
    # Columns need the wider place, which is the first.
    charts.sort(key=lambda pair: pair[0] != "columns")
    return {"charts": charts, "late": _late(late, drawing.CHART_SECONDS) if late else None}


def _preview(request: PersonRequest, report: Report, days: Days, *, is_safe: bool) -> PreviewPart:
    rows: list[list[str | None]] = []
    is_late = False
    try:
        rows = drawing.first_rows(drawing.asked_for(request.actor, report, days), is_safe=is_safe)
    except drawing.TookTooLong:
        is_late = True
    return {
        "headers": [(column.header, not column.type.is_quoted) for column in report.columns],
        "rows": [_cells(report, row) for row in rows],
        "said": _rows_said(report, len(rows)),
        "rows_late": _late(["The first rows"], drawing.PREVIEW_SECONDS) if is_late else None,
    }


@page(Ability.REPORT)
@require_GET
def requests_part(request: PersonRequest, name: str) -> HttpResponse:
    return render(request, "reports/_requests.html", {**_requests(request, _report(name)), "kept": _kept()})


def in_the_way(request: PersonRequest, refusal: TooManyInFlight) -> Note:
    """Why nothing more can be asked for, and what is pending; of requests that are not in sight only how many."""
    seen = list(services.visible_requests(request.actor).filter(pk__in=refusal.ids))
    said = [_pending(each) for each in reversed(seen)]
    if hidden := len(refusal.ids) - len(seen):
        said.append(f"{counted(hidden, 'request')} of other people")
    verb = "is" if refusal.limit == 1 else "are"
    return {
        "kind": "turn",
        "icon": "clock",
        "title": f"{counted(len(refusal.ids), 'request')} {'is' if len(refusal.ids) == 1 else 'are'} in flight,"
        f" and {number(refusal.limit)} {verb} all that can be at once",
        "text": f"Pending: {listed(said)}. Wait for one to end, then request this report. Nothing was asked for yet.",
        "actions": [
            {"label": title_of(each.report_name), "href": request_href(each)} for each in reversed(seen[-3:])
        ],
    }


def _pending(request: ReportRequest) -> str:
    asked_at = prose(request.job.created_at)
    return f"{title_of(request.report_name)}, {range_of(request, is_short=True)} (by {request.job.submitted_by}, {asked_at})"


def _refused(refusal: Refused) -> Note:
    text = " ".join(fault.message for fault in refusal.faults)
    return {
        "kind": "failed",
        "icon": "warn",
        "title": "This cannot be asked for",
        "text": text,
        "actions": [],
    }


def _late(titles: list[str], seconds: float) -> Note:
    many = len(titles) > 1 or titles[0].endswith("rows")
    return {
        "kind": "plain",
        "icon": "clock",
        "title": f"{listed(titles)} {'take' if many else 'takes'} longer than {counted(round(seconds), 'second')}",
        "text": "So much is worked out by a worker: request the report, and the file has all of it.",
        "actions": [],
    }


def _report(name: str) -> Report:
    """Raises Http404 for a name that is no report's."""
    report = reports().get(name)
    if report is None:
        raise Http404
    return report


def _asked(request: PersonRequest, name: str) -> tuple[Report, Days]:
    """Raises Http404 for days that cannot be asked for: the page asks for none of those."""
    report = _report(name)
    days = read_days(request.GET, report)
    if not days.are_good:
        raise Http404
    return report, days


def _shown(
    request: PersonRequest,
    report: Report,
    wanted: Wanted | None = None,
    problem: Note | None = None,
    *,
    status: int = 200,
    pending: int | None = None,
) -> HttpResponse:
    wanted = wanted or read(request, request.GET, report)
    context = {**_page(request, report, wanted, problem, pending=pending)}
    if asked(request.GET, "whole", 5) and wanted.days.are_good:
        # For browsers without script: what comes by itself elsewhere, at once.
        context |= {**_charts(request, report, wanted.days), "is_whole": True}
        context |= {**_preview(request, report, wanted.days, is_safe=wanted.is_safe)}
    return render(request, "reports/report.html", context, status=status)


def _page(
    request: PersonRequest,
    report: Report,
    wanted: Wanted,
    problem: Note | None = None,
    *,
    pending: int | None = None,
) -> ReportPage:
    days, now = wanted.days, clock.now()
    safe = {} if wanted.is_safe else {"safe": "no"}
    return {
        "title": f"Report: {report.title}",
        "section": "reports",
        "crumbs": [{"label": "Reports", "href": URL}, {"label": report.title, "href": ""}],
        "gallery": gallery(report.name),
        "name": report.name,
        "heading": report.title,
        "row_is": report.row_is,
        "note": report.note,
        "complete": _brief_day(complete_through(now), now),
        "grows": _grows(days, now),
        "columns_href": report_href(report.name, "columns"),
        "columns_label": f"{counted(len(report.columns), 'column')} explained",
        "actions": actions(),
        "form": form(request, report, wanted, problem, pending=pending),
        "whole_url": report_href(report.name, query={**days.query, "whole": "yes"}),
        "charts_url": report_href(report.name, "charts", query=days.query) if days.are_good else "",
        "preview_url": report_href(report.name, "rows", query={**days.query, **safe})
        if days.are_good
        else "",
        "kept": _kept(),
        **_requests(request, report),
    }


def actions() -> list[Action]:
    return [
        {"label": "Recurring reports", "href": f"{URL}recurring/", "icon": "clock"},
        {"label": "Use the API", "href": "/help/reporting/", "icon": "plug"},
    ]


def _requests(request: PersonRequest, report: Report) -> RequestsPart:
    found = list(services.visible_requests(request.actor)[:REQUESTS_SHOWN])
    now = clock.now()
    return {
        "requests": request_lines(found),
        "requests_url": report_href(report.name, "requests"),
        "is_active": any(services.status_of(each, now) is RequestStatus.PENDING for each in found),
    }


def _kept() -> str:
    files = counted(settings.REPORT_RETENTION_DAYS, "day")
    links = counted(max(settings.REPORT_LINK_SECONDS // 86_400, 1), "day")
    return f"Files are kept {files}, each link to one {links}."


def _grows(days: Days, now: datetime) -> str:
    """Which of the chosen days may still get rows (4.1.6); blank when all are complete."""
    complete = complete_through(now)
    if days.first is None or days.last is None or days.last <= complete:
        return ""
    first = max(days.first, complete + timedelta(days=1))
    if first == days.last:
        return f"{_brief_day(first, now)} may still get rows."
    joint = "and" if (days.last - first).days == 1 else "to"
    return f"{_brief_day(first, now)} {joint} {_brief_day(days.last, now)} may still get rows."


def _brief_day(day: date, now: datetime) -> str:
    """ "19 November", with its year when it is not this one."""
    return f"{day.day} {day:%B}" if day.year == now.year else f"{day.day} {day:%B %Y}"


def _cells(report: Report, row: list[str | None]) -> list[Cell]:
    return [
        _cell(text, is_number=not column.type.is_quoted)
        for column, text in zip(report.columns, row, strict=True)
    ]


def _cell(text: str | None, *, is_number: bool) -> Cell:
    if text is None:
        return {"text": "", "kind": ""}
    if not text:
        return {"text": '""', "kind": "none"}
    kind = "num" if is_number else "long" if len(text) > LONG or "\n" in text else ""
    return {"text": text, "kind": kind}


def _rows_said(report: Report, rows: int) -> str:
    columns = counted(len(report.columns), "column")
    first = (
        f"the first {rows} rows"
        if rows == drawing.PREVIEW_ROWS
        else f"all {rows} rows"
        if rows > 1
        else "one row"
    )
    return f"All {columns}, {first}, cells as in the file, times in UTC"
