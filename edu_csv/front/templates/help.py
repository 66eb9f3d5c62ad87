"""Help: how templates work, with every function, from the docs."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.front.templates.finding import LIST_URL
from edu_csv.pages.contexts.help import HelpTextPage
from edu_csv.pages.doors import page
from edu_csv.pages.markdown import sections, to_html
from edu_csv.pages.sessions import PersonRequest

# Its title, and the marks around what is generated.
NOT_SHOWN = re.compile(r"^(# .*|<!--.*-->)\n", re.MULTILINE)


@page()
@require_GET
def templates_help(request: PersonRequest) -> HttpResponse:
    """The whole page of the docs; nothing where the docs are not installed."""
    try:
        text = NOT_SHOWN.sub("", (settings.BASE_DIR / "docs" / "templates.md").read_text("utf-8"))
    except FileNotFoundError:
        text = ""
    context: HelpTextPage = {
        "title": "How templates work",
        "section": "templates",
        "crumbs": [{"label": "Templates", "href": LIST_URL}, {"label": "How they work", "href": ""}],
        "preface": to_html(text.partition("\n## ")[0]),
        "parts": sections(text),
    }
    return render(request, "help/text.html", {**context})
