"""All recurring reports, and a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts.parts import Action, Empty, Sentence
from edu_csv.pages.contexts.recurring import NewSchedulePage, ScheduleLine, SchedulesPage
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.paging import PAGE_SIZE, Cursor, pager
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from reporting.models import ReportSchedule, ScheduleRun
from reporting.reports import reports
from reporting.schedules import manage
from reporting.schedules.manage import BadField, NewSchedule
from reporting.views.recurring import forms
from reporting.views.recurring.words import (
    NEW_URL,
    RECURRING_URL,
    WEBHOOKS_URL,
    as_id,
    name_of,
    rhythm_said,
    schedule_href,
    status_of,
    takes_dates,
    window_said,
)
from reporting.views.words import URL, days_said, title_of
from reporting.windows import DAY

NEW: Action = {"label": "New recurring report", "href": NEW_URL, "kind": "primary", "icon": "plus"}
WEBHOOKS: Action = {"label": "Webhooks", "href": WEBHOOKS_URL, "kind": "ghost"}
HELP: Action = {"label": "How they work", "href": "/help/recurring-reports/", "kind": "ghost"}
FIRST = "videoview"


@page(Ability.REPORT)
@require_GET
def schedules_list(request: PersonRequest) -> HttpResponse:
    """What this person may see, newest first."""
    visible = manage.visible_schedules(request.actor)
    cursor = Cursor.read(asked(request.GET, "cursor"))
    found = _with_last(visible)
    if last := as_id(cursor.after):
        found = found.filter(pk__lt=last)
    schedules = list(found[: PAGE_SIZE + 1])
    more = schedules[PAGE_SIZE - 1].pk.hex if len(schedules) > PAGE_SIZE else ""
    schedules = schedules[:PAGE_SIZE]
    context: SchedulesPage = {
        "title": "Recurring reports",
        "section": "reports",
        "crumbs": [{"label": "Reports", "href": URL}, {"label": "Recurring", "href": ""}],
        "sentence": _sentence(visible),
        "lines": [_line(schedule) for schedule in schedules],
        "actions": [HELP, WEBHOOKS, *([NEW] if schedules else [])],
        "pager": pager(cursor, len(schedules), more, RECURRING_URL, [], total=None, what="recurring reports"),
        "empty": None if schedules else _empty(),
    }
    return render(request, "reports/schedules/list.html", {**context})


def _with_last(schedules: QuerySet[ReportSchedule]) -> QuerySet[Any]:
    """With the last run of each, in one statement."""
    runs = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-start")
    return schedules.annotate(
        last_start=Subquery(runs.values("start")[:1]),
        last_end=Subquery(runs.values("end")[:1]),
        last_at=Subquery(runs.values("made_at")[:1]),
    )


def _sentence(visible: QuerySet[ReportSchedule]) -> Sentence:
    all_of_them = visible.order_by()
    paused = all_of_them.filter(paused_at__isnull=False).count()
    running = all_of_them.filter(paused_at__isnull=True).count()
    rest = "Each asks for its report by itself, once its days are complete, 48 hours after the last of them ends."
    if not running and not paused:
        return {"lead": "No report comes by itself.", "rest": rest}
    verb = "runs" if running == 1 else "run"
    lead = f"{counted(running, 'recurring report')} {verb}"
    return {
        "lead": f"{lead}, {paused} {'is' if paused == 1 else 'are'} paused." if paused else f"{lead}.",
        "rest": rest,
    }


def _line(schedule: Any) -> ScheduleLine:
    rests = schedule.paused_at is not None
    last = ""
    if schedule.last_start is not None:
        has_days = takes_dates(schedule)
        last = (
            days_said(schedule.last_start, schedule.last_end - DAY, is_short=True) if has_days else "all time"
        )
    return {
        "href": schedule_href(schedule),
        "name": name_of(schedule),
        "report": title_of(schedule.report_name),
        "rhythm": rhythm_said(schedule),
        "status": status_of(schedule),
        "next": None if rests else schedule.next_due,
        "days": "" if rests else window_said(schedule),
        "last": last,
        "last_at": schedule.last_at,
        "by": schedule.made_by,
    }


def _empty() -> Empty:
    return {
        "title": "No recurring reports yet",
        "text": "A recurring report is asked for by itself: each day, week or month, once its days are complete."
        " Whoever it names gets a mail when it is ready. After three results that nobody fetched it pauses itself.",
        "actions": [NEW],
    }


@page(Ability.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_schedule(request: PersonRequest) -> HttpResponse:
    """The form; ?report= chooses one. A POST makes it, and its page is next."""
    if request.method != "POST":
        report = asked(request.GET, "report", 40)
        values = forms.of_new(report if report in reports() else FIRST, request.user.email)
        return _form(request, values, {})
    values = forms.read(request.POST)
    known = {each.name for each in fields(NewSchedule)}
    try:
        given = {name: value for name, value in values.items() if name in known}
        schedule = manage.create(request.actor, NewSchedule(**{**given, "email": tuple(values["email"])}))
    except BadField as wrong:
        return _form(request, values, {forms.place(wrong.field): wrong.detail.replace("`", "")}, status=422)
    audit(request, "report_schedule.created", str(schedule.pk), report=schedule.report_name)
    messages.success(request, f"{name_of(schedule)} is made.")
    return HttpResponseRedirect(schedule_href(schedule))


def _form(
    request: PersonRequest, values: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    told: Sequence[tuple[str, str]] = list(errors.items())
    context: NewSchedulePage = {
        "title": "New recurring report",
        "section": "reports",
        "crumbs": [
            {"label": "Reports", "href": URL},
            {"label": "Recurring", "href": RECURRING_URL},
            {"label": "New", "href": ""},
        ],
        "errors": list(told),
        "form": forms.form(request.actor, NEW_URL, "Make it recur", values, errors),
    }
    return render(request, "reports/schedules/new.html", {**context}, status=status)
