"""Help: how a script gets reports, and how they come by themselves, from the docs."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from edu_csv.access.policy import Ability
from edu_csv.front.handbook import handbook_page
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest


@page(Ability.REPORT)
@require_GET
def reporting_help(request: PersonRequest) -> HttpResponse:
    """The whole page of the docs."""
    return handbook_page(
        request,
        "reporting.md",
        title="Reports by script",
        section="reports",
        way=[{"label": "Reports", "href": "/reports/"}, {"label": "By script", "href": ""}],
    )


@page(Ability.REPORT)
@require_GET
def recurring_help(request: PersonRequest) -> HttpResponse:
    """When recurring reports come, whom they tell, and how a receiver checks what it is told."""
    return handbook_page(
        request,
        "recurring-reports.md",
        title="Recurring reports",
        section="reports",
        way=[
            {"label": "Reports", "href": "/reports/"},
            {"label": "Recurring", "href": "/reports/recurring/"},
            {"label": "How they work", "href": ""},
        ],
    )
