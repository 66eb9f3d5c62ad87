"""Today: the page, and the part of it that moves while something runs."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from edu_csv.access import policy
from edu_csv.access.policy import Ability
from edu_csv.front.exports.lines import export_lines
from edu_csv.front.sources.finding import visible_feeds
from edu_csv.front.sources.lines import todays_lanes
from edu_csv.front.today.feeds import feeds_sentence
from edu_csv.front.today.figures import causes_of, days_of, label_of, queue_of
from edu_csv.front.today.needs import needs_of
from edu_csv.front.today.reports import ended_reports
from edu_csv.front.today.running import running_lines
from edu_csv.jobs.models import State
from edu_csv.pages import moments
from edu_csv.pages.contexts.parts import Empty, Sentence
from edu_csv.pages.contexts.today import Need, TodayPage
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, listed
from exports.services import visible_exports
from imports.services import importable_formats, visible_imports
from imports.sources import manage
from imports.views.lines import line_of

ENDED_SHOWN, EXPORTS_SHOWN = 6, 4
NUMBERS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things")

# The term that is on, else the next one.
TERM = """
    SELECT t.name, t.start_date, t.end_date,
           (SELECT count(*) FROM roster_section AS s
             WHERE s.institution_id = t.institution_id AND s.term_id = t.id AND s.deleted_at IS NULL)
      FROM roster_term AS t
     WHERE t.institution_id = %(institution)s AND t.deleted_at IS NULL AND t.end_date >= %(today)s
     ORDER BY t.start_date, t.name_folded LIMIT 1
"""


@page()
@require_GET
def today(request: PersonRequest) -> HttpResponse:
    return render(request, "today.html", {**_page(request)})


@page()
@require_GET
def running(request: PersonRequest) -> HttpResponse:
    """What runs, asked again every 5 seconds as long as something does."""
    return render(
        request,
        "today/_running.html",
        {"running": running_lines(request.actor), "running_url": "/today/running/"},
    )


def _page(request: PersonRequest) -> TodayPage:
    actor, now = request.actor, timezone.now()
    feeds = visible_feeds(actor) if policy.may(actor, Ability.SOURCES) else []
    needs = needs_of(actor, feeds)
    may_import = policy.may(actor, Ability.IMPORT)
    ended = list(visible_imports(actor).filter(job__state=State.ENDED)[:ENDED_SHOWN]) if may_import else []
    made = []
    if policy.may(actor, Ability.EXPORT):
        made = list(visible_exports(actor).filter(job__state=State.ENDED)[:EXPORTS_SHOWN])
    goes = running_lines(actor)
    reports = ended_reports(actor)
    days = days_of(actor) if may_import else []
    causes, causes_total = causes_of(actor) if may_import else ([], 0)
    is_new = not (needs or ended or made or goes or feeds or reports)
    return {
        "title": "Today",
        "section": "today",
        "crumbs": [{"label": "Today", "href": ""}],
        "heading": moments.date_title(now),
        "sentence": _sentence(request, needs, feeds_sentence(feeds, now)),
        "needs": needs,
        "feeds": todays_lanes(feeds, now, may_decide=manage.may_manage(actor)),
        "running": goes,
        "running_url": "/today/running/",
        "ended": [line_of(actor, upload) for upload in ended],
        "exports": export_lines(made),
        "reports": reports,
        "first_steps": _first_steps(request) if is_new else None,
        "days": days,
        "days_label": label_of(days),
        "causes": causes,
        "causes_total": causes_total,
        "queue": queue_of(request.institution.pk),
    }


def _sentence(request: PersonRequest, needs: list[Need], feeds: str) -> Sentence:
    count = len(needs)
    subject = NUMBERS[count] if count < len(NUMBERS) else counted(count, "thing")
    lead = format_html("<b>{} {} you.</b>", subject, "needs" if count < 2 else "need")
    term = _term(request) if policy.may(request.actor, Ability.READ_ROSTER) else ""
    return {"lead": lead, "rest": f"{feeds} {term}".strip()}


def _term(request: PersonRequest) -> str:
    """ "Fall 2026 begins in 13 days, with 3,701 sections." """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(TERM, {"institution": request.institution.pk, "today": today})
        row = cursor.fetchone()
    if row is None:
        return ""
    name, begins, ends, sections = row
    return f"{name} {_distance(today, begins, ends)}, with {counted(sections, 'section')}."


def _distance(today: date, begins: date | None, ends: date) -> str:
    if begins and begins > today:
        days = (begins - today).days
        return "begins tomorrow" if days == 1 else f"begins in {counted(days, 'day')}"
    days = (ends - today).days
    return "ends today" if not days else f"ends in {counted(days, 'day')}"


def _order(request: PersonRequest) -> str:
    """What this person may load, in the order in which one needs the other."""
    first, *others = dict.fromkeys(fmt.target.many for fmt in importable_formats(request.actor))
    return f"Load {first} first, then {listed(others)}." if others else f"Load {first}."


def _first_steps(request: PersonRequest) -> Empty:
    if policy.may(request.actor, Ability.IMPORT):
        return {
            "title": "No imports yet",
            "text": f"{_order(request)} Each file is looked at before anything changes, and can be undone after.",
            "actions": [
                {"label": "New import", "href": "/imports/new/", "kind": "primary", "icon": "plus"},
                {"label": "Formats and sample files", "href": "/help/formats/"},
            ],
        }
    if policy.may(request.actor, Ability.REPORT):
        return {
            "title": "No requests yet",
            "text": "A report is a file of what people watched, asked and noted on the days of your choice.",
            "actions": [
                {"label": "Choose a report", "href": "/reports/", "kind": "primary", "icon": "chart"},
                {"label": "New export", "href": "/exports/new/", "icon": "out"},
            ],
        }
    return {
        "title": "No exports yet",
        "text": "An export is a file of what the roster says now, in the layout of your choice.",
        "actions": [{"label": "New export", "href": "/exports/new/", "kind": "primary", "icon": "out"}],
    }
