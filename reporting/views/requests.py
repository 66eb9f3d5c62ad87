"""Requests: all that this person may see, one, its file, and the same once more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts.parts import Empty, Filter, Sentence
from edu_csv.pages.contexts.reports import RequestsPage
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.paging import PAGE_SIZE, Cursor, Query, href, pager
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from reporting import clock, services
from reporting.models import ReportRequest
from reporting.problems import NotAllowed, Refused, TooManyInFlight, UnknownReport
from reporting.reports import reports
from reporting.services import RequestStatus
from reporting.views import form
from reporting.views.lines import request_lines
from reporting.views.one import request_page
from reporting.views.words import REQUESTS_URL, URL, report_href, request_href, title_of

# So many people are offered as a filter.
MOST_PEOPLE = 30
STATUSES = {status.value.lower(): status for status in RequestStatus}


@page(Ability.REPORT)
@require_GET
def requests_list(request: PersonRequest) -> HttpResponse:
    return render(request, "reports/requests.html", {**_page(request)})


@page(Ability.REPORT)
@require_GET
def requests_lines(request: PersonRequest) -> HttpResponse:
    return render(request, "reports/_list.html", {**_page(request)})


@page(Ability.REPORT)
@require_GET
def one_request(request: PersonRequest, request_id: UUID) -> HttpResponse:
    return render(request, "reports/request.html", {**request_page(find(request, request_id))})


@page(Ability.REPORT)
@require_GET
def one_request_part(request: PersonRequest, request_id: UUID) -> HttpResponse:
    return render(request, "reports/_request.html", {**request_page(find(request, request_id))})


@page(Ability.REPORT)
@require_GET
def request_file(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """To a fresh link to the file (reporting-api.md 4.6). 404 when there is none, or no longer."""
    found = find(request, request_id)
    link = services.fresh_link(found)
    if link is None:
        raise Http404
    audit(request, "report_download", found.report_name, report_request=str(found.pk))
    return HttpResponseRedirect(link)


@page(Ability.REPORT)
@require_POST
def request_again(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """The same report of the same days, written the same way. What stands in the way is told, and leads to where it can be changed."""
    found = find(request, request_id)
    output = {
        "compression": found.compression,
        "delimiter": found.delimiter,
        "spreadsheetSafe": found.spreadsheet_safe,
    }
    known = {request.user.email, *form.whens(request.actor)}
    own = [address for address in found.notify if address in known]
    try:
        made = services.submit(request.actor, found.report_name, found.parameters, output, notify=own)
    except UnknownReport as gone:
        messages.info(request, str(gone))
        return HttpResponseRedirect(URL)
    except (TooManyInFlight, Refused, NotAllowed) as refusal:
        messages.info(request, str(refusal))
        back = report_href(found.report_name) if isinstance(refusal, Refused) else request_href(found)
        return HttpResponseRedirect(back)
    audit(request, "report", made.report_name, report_request=str(made.pk), **made.parameters)
    return HttpResponseRedirect(request_href(made))


def find(request: PersonRequest, request_id: UUID) -> ReportRequest:
    """One request that this person may see; raises Http404 for all others, foreign ones too."""
    found = services.find(request.actor, request_id)
    if found is None:
        raise Http404
    return found


def _page(request: PersonRequest) -> RequestsPage:
    now = clock.now()
    visible = services.visible_requests(request.actor)
    given = {name: asked(request.GET, name) for name in ("status", "report", "by")}
    query = [(name, value) for name, value in given.items() if value]
    cursor = Cursor.read(asked(request.GET, "cursor"))
    # Ids are in the order of asking.
    found = _matching(visible, given, now).order_by("-job_id")
    if last := _as_id(cursor.after):
        found = found.filter(pk__lt=last)
    requests = list(found[: PAGE_SIZE + 1])
    more = requests[PAGE_SIZE - 1].pk.hex if len(requests) > PAGE_SIZE else ""
    requests = requests[:PAGE_SIZE]
    return {
        "title": "Report requests",
        "section": "reports",
        "crumbs": [{"label": "Reports", "href": URL}, {"label": "Requests", "href": ""}],
        "sentence": _sentence(request, now),
        "filters": _filters(visible, given, query),
        "requests": request_lines(requests),
        "list_url": href(f"{REQUESTS_URL}lines/", query) if not cursor.after else "",
        "is_active": any(services.status_of(each, now) is RequestStatus.PENDING for each in requests),
        "pager": pager(cursor, len(requests), more, REQUESTS_URL, query, total=None, what="requests"),
        "empty": None if requests else _empty(is_filtered=bool(query)),
    }


def _matching(
    visible: QuerySet[ReportRequest], given: dict[str, str], now: datetime
) -> QuerySet[ReportRequest]:
    found = visible
    if status := STATUSES.get(given["status"]):
        found = services.of_status(found, status, now)
    if given["report"]:
        found = found.filter(report_name=given["report"])
    if given["by"]:
        found = found.filter(job__submitted_by=given["by"])
    return found


def _sentence(request: PersonRequest, now: datetime) -> Sentence:
    pending = len(services.in_flight(request.institution.pk, now))
    if not pending:
        return {"lead": "No request is in flight.", "rest": "Each download is a link of its own."}
    verb = "is" if pending == 1 else "are"
    return {"lead": f"{counted(pending, 'request')} {verb} in flight.", "rest": "You can leave this page."}


def _filters(visible: QuerySet[ReportRequest], given: dict[str, str], query: Query) -> list[Filter]:
    people = visible.order_by("job__submitted_by").values_list("job__submitted_by", flat=True).distinct()
    choices: list[tuple[str, str, dict[str, str]]] = [
        ("status", "State", {value: str(status) for value, status in STATUSES.items()}),
        ("report", "Report", {name: report.title for name, report in reports().items()}),
        ("by", "Who", {name: name for name in people[:MOST_PEOPLE]}),
    ]
    filters: list[Filter] = []
    for name, label, options in choices:
        others = [pair for pair in query if pair[0] != name]
        filters.append(
            {
                "name": name,
                "label": label,
                "value": options.get(given[name], title_of(given[name])),
                "clear_href": href(REQUESTS_URL, others),
                "options": [
                    {
                        "label": text,
                        "value": value,
                        "href": href(REQUESTS_URL, [*others, (name, value)]),
                        "is_on": False,
                    }
                    for value, text in options.items()
                ],
            }
        )
    return filters


def _empty(*, is_filtered: bool) -> Empty:
    if is_filtered:
        return {
            "title": "No request matches",
            "text": "Take one of the filters away.",
            "actions": [{"label": "Clear filters", "href": REQUESTS_URL}],
        }
    return {
        "title": "No requests yet",
        "text": "Choose a report and the days; its file will stand here, with its rows, its size and a link to it.",
        "actions": [{"label": "Choose a report", "href": URL, "kind": "primary", "icon": "chart"}],
    }


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
