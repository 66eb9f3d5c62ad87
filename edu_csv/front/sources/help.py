"""Help: how sources work, from the docs."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from edu_csv.front.handbook import handbook_page
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest


@page()
@require_GET
def sources_help(request: PersonRequest) -> HttpResponse:
    return handbook_page(
        request,
        "sources.md",
        title="How sources work",
        section="sources",
        way=[{"label": "Sources", "href": "/sources/"}, {"label": "How they work", "href": ""}],
        is_whole=False,
    )
