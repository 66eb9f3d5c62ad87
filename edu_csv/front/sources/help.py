"""Help: how sources work, from the docs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.front.handbook import handbook
from edu_csv.pages.contexts.help import HelpTextPage
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest


@page()
@require_GET
def sources_help(request: PersonRequest) -> HttpResponse:
    context: HelpTextPage = {
        "title": "How sources work",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": "/sources/"}, {"label": "How they work", "href": ""}],
        **handbook("sources.md"),
    }
    return render(request, "help/text.html", {**context})
