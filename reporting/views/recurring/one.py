"""One recurring report: its results, its notices, its settings; pausing it, and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts.parts import Action, Fact, Note, Pager, Sentence
from edu_csv.pages.contexts.recurring import NoticeLine, RunLine, SchedulePage
from edu_csv.pages.doors import asked, audit, own_address, page
from edu_csv.pages.moments import prose
from edu_csv.pages.paging import PAGE_SIZE, Cursor, pager
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from reporting.models import ReportSchedule, ScheduleRun
from reporting.schedules import manage, notices
from reporting.schedules.manage import BadField
from reporting.services import visible_requests
from reporting.telling.wording import pause_said
from reporting.views.lines import request_lines
from reporting.views.recurring import forms
from reporting.views.recurring.notices import notice_lines
from reporting.views.recurring.words import (
    RECURRING_URL,
    as_id,
    name_of,
    rhythm_said,
    schedule_href,
    status_of,
    told_said,
    window_said,
)
from reporting.views.words import URL, title_of

TABS = {"results": "Results", "notices": "Notices", "settings": "Settings"}


@page(Ability.REPORT)
@require_GET
def one_schedule(request: PersonRequest, schedule_id: UUID) -> HttpResponse:
    """?tab= results, notices or settings; the last only for who may change it."""
    schedule = find(request, schedule_id)
    tab = asked(request.GET, "tab", 20) or "results"
    if tab not in TABS or (tab == "settings" and not manage.may_change(request.actor, schedule)):
        raise Http404
    return show(request, schedule, tab)


def find(request: PersonRequest, schedule_id: UUID) -> ReportSchedule:
    """One that this person may see; raises Http404 for all others."""
    found = manage.visible_schedules(request.actor).filter(pk=schedule_id).first()
    if found is None:
        raise Http404
    return found


def show(
    request: PersonRequest,
    schedule: ReportSchedule,
    tab: str,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """values, errors: what was typed into the settings and could not be saved."""
    may_change = manage.may_change(request.actor, schedule)
    wrong = errors or {}
    runs, told, pages = list[RunLine](), list[NoticeLine](), None
    if tab == "results":
        runs, pages = _runs(request, schedule)
    elif tab == "notices":
        told, pages = _notices(request, schedule)
    form = None
    if tab == "settings":
        given = values or forms.of_schedule(schedule)
        form = forms.form(request.actor, schedule_href(schedule, "change"), "Save", given, wrong)
    context: SchedulePage = {
        "title": f"{status_of(schedule)['label']}: {name_of(schedule)}",
        "section": "reports",
        "crumbs": [
            {"label": "Reports", "href": URL},
            {"label": "Recurring", "href": RECURRING_URL},
            {"label": name_of(schedule), "href": ""},
        ],
        "heading": name_of(schedule),
        "kind": "Recurring report",
        "status": status_of(schedule),
        "facts": _facts(schedule),
        "actions": _actions(schedule) if may_change else [],
        "sentence": _sentence(schedule),
        "note": _note(schedule, may_change),
        "tabs": [
            {"label": label, "href": schedule_href(schedule, tab=key), "is_on": key == tab, "count": None}
            for key, label in TABS.items()
            if may_change or key != "settings"
        ],
        "tab": tab,
        "runs": runs,
        "notices": told,
        "pager": pages,
        "errors": list(wrong.items()),
        "form": form,
        "end": _end(schedule) if may_change and tab == "settings" else None,
    }
    return render(request, "reports/schedules/one.html", {**context}, status=status)


def _facts(schedule: ReportSchedule) -> list[Fact]:
    told = told_said(schedule)
    return [
        {"text": title_of(schedule.report_name), "href": f"{URL}{schedule.report_name}/"},
        {"text": rhythm_said(schedule)},
        {"text": f"tells {told}" if told else "tells nobody"},
        {"text": f"made by {schedule.made_by},", "at": schedule.created_at},
    ]


def _sentence(schedule: ReportSchedule) -> Sentence:
    if schedule.paused_at is not None:
        return {
            "lead": "Nothing is asked for while it is paused.",
            "rest": "What is due meanwhile is not made up for.",
        }
    days = window_said(schedule)
    return {
        "lead": f"Next: {days}, {prose(schedule.next_due)}.",
        "rest": f"With the rights that {schedule.made_by} has then. Days are those of UTC.",
    }


def _note(schedule: ReportSchedule, may_change: bool) -> Note | None:
    if schedule.paused_at is None:
        return None
    resume: Action = {
        "label": "Let it go on", "href": schedule_href(schedule, "pause"), "method": "post", "fields": {"on": "yes"},
    }  # fmt: skip
    by_person = schedule.pause_reason == "person"
    return {
        "kind": "plain" if by_person else "turn",
        "icon": "clock" if by_person else "warn",
        "title": f"Paused since {prose(schedule.paused_at)}",
        "text": pause_said(schedule),
        "actions": [resume] if may_change else [],
    }


def _actions(schedule: ReportSchedule) -> list[Action]:
    if schedule.paused_at is not None:
        return []
    return [
        {"label": "Pause", "href": schedule_href(schedule, "pause"), "method": "post", "fields": {"on": ""}, "kind": "plain"}
    ]  # fmt: skip


def _end(schedule: ReportSchedule) -> Action:
    return {
        "label": "End this report",
        "href": schedule_href(schedule, "end"),
        "method": "post",
        "kind": "danger",
    }


def _runs(request: PersonRequest, schedule: ReportSchedule) -> tuple[list[RunLine], Pager]:
    found = schedule.runs.prefetch_related(
        Prefetch("requests", visible_requests(request.actor).order_by("job__received"))
    ).order_by("-pk")
    cursor = Cursor.read(asked(request.GET, "cursor"))
    if last := as_id(cursor.after):
        found = found.filter(pk__lt=last)
    runs = list(found[: PAGE_SIZE + 1])
    more = runs[PAGE_SIZE - 1].pk.hex if len(runs) > PAGE_SIZE else ""
    shown = [_run(schedule, run) for run in runs[:PAGE_SIZE]]
    address = schedule_href(schedule)
    return shown, pager(cursor, len(shown), more, address, [("tab", "results")], total=None, what="results")


def _run(schedule: ReportSchedule, run: ScheduleRun) -> RunLine:
    left_out = run.left_out
    note = f"{counted(left_out, 'window')} before this, missed too long ago, left out" if left_out else ""
    return {
        "days": window_said(schedule, run),
        "at": run.made_at,
        "note": note,
        "requests": request_lines(run.requests.all()),
    }


def _notices(request: PersonRequest, schedule: ReportSchedule) -> tuple[list[NoticeLine], Pager]:
    found = notices.of_schedule(notices.visible_notices(request.actor), schedule)
    cursor = Cursor.read(asked(request.GET, "cursor"))
    if last := as_id(cursor.after):
        found = found.filter(pk__lt=last)
    told = list(found[: PAGE_SIZE + 1])
    more = told[PAGE_SIZE - 1].pk.hex if len(told) > PAGE_SIZE else ""
    shown = notice_lines(told[:PAGE_SIZE], back=schedule_href(schedule, tab="notices"))
    address = schedule_href(schedule)
    return shown, pager(cursor, len(shown), more, address, [("tab", "notices")], total=None, what="notices")


@page(Ability.REPORT)
@require_POST
def change_schedule(request: PersonRequest, schedule_id: UUID) -> HttpResponse:
    """Save its settings."""
    schedule = _changed(request, schedule_id)
    values = forms.read(request.POST)
    try:
        manage.change(request.actor, schedule, **values)
    except BadField as wrong:
        told = {forms.place(wrong.field): wrong.detail.replace("`", "")}
        return show(request, schedule, "settings", values, told, status=422)
    audit(request, "report_schedule.changed", str(schedule.pk), report=values["report_name"])
    messages.success(request, "Saved.")
    return HttpResponseRedirect(schedule_href(schedule))


@page(Ability.REPORT)
@require_POST
def pause_schedule(request: PersonRequest, schedule_id: UUID) -> HttpResponse:
    """on: yes lets it go on, all else lets it rest."""
    schedule = _changed(request, schedule_id)
    goes_on = asked(request.POST, "on", 5) == "yes"
    (manage.resume if goes_on else manage.pause)(request.actor, schedule)
    audit(request, f"report_schedule.{'goes_on' if goes_on else 'paused'}", str(schedule.pk))
    messages.success(request, "It goes on." if goes_on else "It is paused.")
    return HttpResponseRedirect(schedule_href(schedule))


@page(Ability.REPORT)
@require_POST
def end_schedule(request: PersonRequest, schedule_id: UUID) -> HttpResponse:
    """It ends for good; what it asked for stays."""
    schedule = _changed(request, schedule_id)
    name = name_of(schedule)
    manage.delete(request.actor, schedule)
    audit(request, "report_schedule.deleted", str(schedule_id), report=schedule.report_name)
    messages.success(request, f"{name} has ended. What it asked for stays under Requests.")
    return HttpResponseRedirect(RECURRING_URL)


def _changed(request: PersonRequest, schedule_id: UUID) -> ReportSchedule:
    """One that this person may change; raises Http404 for all others."""
    schedule = find(request, schedule_id)
    if not manage.may_change(request.actor, schedule):
        raise Http404
    return schedule


@page(Ability.REPORT)
@require_POST
def notice_again(request: PersonRequest, notice_id: UUID) -> HttpResponse:
    """Send a notice once more, and back to the log."""
    found = notices.visible_notices(request.actor).filter(pk=notice_id).first()
    if found is None:
        raise Http404
    if notices.send_again(found):
        audit(request, "report_notice.sent_again", str(found.pk), to=found.address)
        messages.success(request, f"It is sent to {found.address} again.")
    else:
        messages.info(request, "It waits already, and is tried again by itself.")
    return HttpResponseRedirect(own_address(asked(request.POST, "back"), RECURRING_URL))
