"""Help: how templates work, with every function, from the docs."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from edu_csv.front.handbook import handbook_page
from edu_csv.front.templates.finding import LIST_URL
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest


@page()
@require_GET
def templates_help(request: PersonRequest) -> HttpResponse:
    """The whole page of the docs."""
    return handbook_page(
        request,
        "templates.md",
        title="How templates work",
        section="templates",
        way=[{"label": "Templates", "href": LIST_URL}, {"label": "How they work", "href": ""}],
    )
