"""One request: how it goes, what the file is, how to tell that it came whole."""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html

from edu_csv.jobs.models import State
from edu_csv.pages.contexts.parts import Action, Fact, Sentence
from edu_csv.pages.contexts.reports import RequestPage
from edu_csv.pages.moments import prose, utc
from edu_csv.pages.words import counted, number, size
from reporting import clock, services
from reporting.models import ReportRequest
from reporting.services import RequestStatus
from reporting.views.lines import action_of, link_ends, pill
from reporting.views.recurring.notices import notice_lines
from reporting.views.words import REQUESTS_URL, URL, range_of, report_href, request_href, title_of, written


def request_page(request: ReportRequest) -> RequestPage:
    now = clock.now()
    status = services.status_of(request, now)
    name = title_of(request.report_name)
    facts: list[Fact] = [{"text": range_of(request) + (" (UTC)" if request.start else "")}]
    facts += [{"text": f"by {request.job.submitted_by}"}, {"text": "asked for", "at": request.job.created_at}]
    if status is RequestStatus.AVAILABLE:
        facts.append({"text": "kept until", "at": request.expires_at})
    return {
        "title": f"{status}: {name}",
        "section": "reports",
        "crumbs": [
            {"label": "Reports", "href": URL},
            {"label": "Requests", "href": REQUESTS_URL},
            {"label": name, "href": ""},
        ],
        "heading": name,
        "kind": "Report request",
        "status": pill(request, status),
        "facts": facts,
        "sentence": _sentence(request, status, now),
        "actions": _actions(request, status),
        "details": _details(request, status, now),
        "notices": notice_lines(
            request.deliveries.select_related("request__job", "run").order_by("-created_at"),
            back=request_href(request),
        ),
        "is_active": status is RequestStatus.PENDING,
        "self_url": request_href(request, "part"),
    }


def _sentence(request: ReportRequest, status: RequestStatus, now: datetime) -> Sentence:
    match status:
        case RequestStatus.PENDING:
            return _pending(request)
        case RequestStatus.AVAILABLE:
            rows = request.rows or 0
            lead = format_html("<b>{} {} ready.</b>", counted(rows, "row"), "is" if rows == 1 else "are")
            until = prose(link_ends(request, now))
            return {
                "lead": lead,
                "rest": f"A link that is taken now works until {until}, for whoever holds it.",
            }
        case RequestStatus.EXPIRED:
            return {
                "lead": f"The file was removed {prose(request.expires_at)}.",
                "rest": "What it was made of is all there: request it again.",
            }
        case RequestStatus.FAILED | RequestStatus.MISSING:
            return {"lead": "There is no file.", "rest": services.error_of(request, now) or ""}


def _pending(request: ReportRequest) -> Sentence:
    told = f"{counted(len(request.notify), 'address')} will be told." if request.notify else ""
    if request.job.state != State.RUNNING:
        rest = "You can leave this page: it begins by itself."
        return {"lead": "It waits for its turn.", "rest": f"{rest} {told}".strip()}
    so_far = request.job.rows_done
    lead = f"{counted(so_far, 'row')} so far." if so_far else "It has begun."
    return {"lead": lead, "rest": f"You can leave this page. {told}".strip()}


def _actions(request: ReportRequest, status: RequestStatus) -> list[Action]:
    actions: list[Action] = []
    action = action_of(request, status)
    if action is not None:
        if status is RequestStatus.AVAILABLE and request.bytes is not None:
            action["label"] = f"Download {size(request.bytes)}"
        action["kind"] = "primary"
        actions.append(action)
    actions.append(
        {"label": "Columns explained", "href": report_href(request.report_name, "columns"), "icon": "columns"}
    )
    return actions


def _details(request: ReportRequest, status: RequestStatus, now: datetime) -> list[tuple[str, str]]:
    job = request.job
    details = [("Report", request.report_name), ("Days", range_of(request))]
    details += [(name, request.parameters[name]) for name in ("start", "end") if name in request.parameters]
    details.append(("Written", written(request)))
    if request.complete_through is not None:
        details.append(("Complete through", f"{request.complete_through.isoformat()} (UTC)"))
    if request.rows is not None:
        details.append(("Rows", number(request.rows)))
    if request.columns is not None:
        details.append(("Columns", number(request.columns)))
    if request.bytes is not None:
        details.append(("Size", f"{size(request.bytes)} ({number(request.bytes)} bytes)"))
    if request.sha256:
        details.append(("SHA-256", request.sha256))
    if request.file_name:
        details.append(("File", request.file_name))
    details += [("Asked for by", job.submitted_by), ("Asked for", utc(job.created_at))]
    if job.started_at:
        details.append(("Began", utc(job.started_at)))
    if job.finished_at and job.state == State.ENDED:
        details.append(("Ended", utc(job.finished_at)))
    if status is RequestStatus.AVAILABLE:
        details.append(("File kept until", utc(request.expires_at)))
        details.append(("A link taken now ends", utc(link_ends(request, now))))
    if request.notify:
        details.append(("Told when ready", ", ".join(request.notify)))
    details.append(("Request", str(request.pk)))
    return details
