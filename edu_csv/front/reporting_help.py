"""Help: how a script gets reports, and how they come by themselves, from the docs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.access.policy import Ability
from edu_csv.front.handbook import handbook
from edu_csv.pages.contexts.help import HelpTextPage
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest


@page(Ability.REPORT)
@require_GET
def reporting_help(request: PersonRequest) -> HttpResponse:
    """The whole page of the docs."""
    context: HelpTextPage = {
        "title": "Reports by script",
        "section": "reports",
        "crumbs": [{"label": "Reports", "href": "/reports/"}, {"label": "By script", "href": ""}],
        **handbook("reporting.md", is_whole=True),
    }
    return render(request, "help/text.html", {**context})


@page(Ability.REPORT)
@require_GET
def recurring_help(request: PersonRequest) -> HttpResponse:
    """When recurring reports come, whom they tell, and how a receiver checks what it is told."""
    context: HelpTextPage = {
        "title": "Recurring reports",
        "section": "reports",
        "crumbs": [
            {"label": "Reports", "href": "/reports/"},
            {"label": "Recurring", "href": "/reports/recurring/"},
            {"label": "How they work", "href": ""},
        ],
        **handbook("recurring-reports.md", is_whole=True),
    }
    return render(request, "help/text.html", {**context})
