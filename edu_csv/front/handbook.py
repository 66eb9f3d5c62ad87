"""Pages of the docs as help. The docs are part of every installation; the image's are held to it by a test."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from edu_csv.pages.contexts.help import Handbook, HelpTextPage
from edu_csv.pages.contexts.parts import Crumb
from edu_csv.pages.markdown import sections, to_html
from edu_csv.pages.sessions import PersonRequest

GENERATED = "<!--"
# Their title, and the marks around what is generated.
NOT_SHOWN = re.compile(r"^(# .*|<!--.*-->)\n", re.MULTILINE)


def handbook(name: str, *, is_whole: bool = False) -> Handbook:
    """A page of the docs up to what is generated, which pages show in a form of their own; or all of it."""
    text = (settings.BASE_DIR / "docs" / name).read_text("utf-8")
    text = NOT_SHOWN.sub("", text if is_whole else text.partition(GENERATED)[0])
    return {"preface": to_html(text.partition("\n## ")[0]), "parts": sections(text)}


def handbook_page(
    request: PersonRequest, name: str, *, title: str, section: str, way: list[Crumb], is_whole: bool = True
) -> HttpResponse:
    """A page that is one of the docs. section: of the navigation. way: what stands above it, itself last."""
    context: HelpTextPage = {
        "title": title,
        "section": section,
        "crumbs": way,
        **handbook(name, is_whole=is_whole),
    }
    return render(request, "help/text.html", {**context})
