"""Help: how a script gets reports, from the docs."""

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
