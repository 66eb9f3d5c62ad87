"""Help: every format with its columns, rules and sample, from its declaration."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.pages.contexts.help import Handbook, HelpFamily, HelpFormatPage, HelpFormatsPage
from edu_csv.pages.doors import asked, page
from edu_csv.pages.markdown import sections, to_html
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, listed
from imports.formats.base import Format
from imports.formats.columns import CREATE, DELETE
from imports.services import visible_formats
from imports.views.format_help import format_help, sample_href
from imports.views.names import FAMILIES, format_name

INTROS = {
    "echovideo": "One action a file; a blank optional cell empties its field.",
    "d2l": "The Standard CSV of Brightspace: an action in each row.",
    "circlein": "Courses and enrollments; terms and departments are made when unknown.",
    "edu-csv": "Layouts of our own, for what no vendor's file says.",
}
REPEATS = {
    "first": "When several rows are about one object, the first good one counts; later ones fail.",
    "fold": "When several rows are about one object, they are folded top to bottom; the last carries the outcome.",
}
BLANKS = {
    "clear": "A blank optional cell empties the field. A column that is absent from the file does so only when confirmed.",
    "keep": "A blank optional cell keeps what is stored.",
}
BAD_BYTES = {
    "row": "A row with bytes that cannot be read fails alone; all other rows go on.",
    "file": "One byte that cannot be read refuses the whole file.",
}
# Where a rule is from is of no use to who uses it.
SOURCE = re.compile(r"\s*\(echovideo\.md [^)]*\)")
# What the docs have after this is what the page shows itself, from the same declarations.
GENERATED = "<!--"


@page()
@require_GET
def formats_page(request: PersonRequest) -> HttpResponse:
    families: dict[str, HelpFamily] = {}
    for fmt in visible_formats(request.actor):
        name = FAMILIES.get(fmt.family, fmt.family)
        family = families.setdefault(
            fmt.family, {"family": name, "intro": INTROS.get(fmt.family, ""), "formats": []}
        )
        family["formats"].append(
            {
                "title": fmt.title,
                "href": address(fmt),
                "summary": counted(len([c for c in fmt.columns if c.actions]), "column"),
                "actions": ", ".join(fmt.actions) if fmt.importable else "export only",
                "sample_href": sample_href(fmt, CREATE) if CREATE in fmt.actions else "",
            }
        )
    context: HelpFormatsPage = {
        "title": "Formats",
        "section": "formats",
        "crumbs": [{"label": "Formats", "href": ""}],
        "families": list(families.values()),
    }
    return render(request, "help/formats.html", {**context})


@page()
@require_GET
def format_page(request: PersonRequest, key: str) -> HttpResponse:
    """One format; 404 for one that this person can neither import nor export."""
    visible = visible_formats(request.actor)
    fmt = next((each for each in visible if each.key == key), None)
    if fmt is None:
        raise Http404
    action = asked(request.GET, "action")
    if action not in fmt.actions:
        action = fmt.actions[0] if fmt.actions else ""
    chosen = format_help(fmt, action, address(fmt))
    context: HelpFormatPage = {
        "title": f"Format: {format_name(fmt)}",
        "section": "formats",
        "crumbs": [{"label": "Formats", "href": "/help/formats/"}, {"label": format_name(fmt), "href": ""}],
        "chosen": {**chosen, "summary": chosen["summary"].rstrip(".")},
        "intro": SOURCE.sub("", (fmt.__doc__ or "").strip().partition("\n")[0]),
        "rules": rules_of(fmt, action),
        **_handbook(fmt.family),
        "others": [
            {"label": each.title, "value": each.key, "href": address(each), "is_on": False}
            for each in visible
            if each.family == fmt.family and each is not fmt
        ],
    }
    return render(request, "help/format.html", {**context})


def _handbook(family: str) -> Handbook:
    """What the docs say about all formats of a family; nothing where the docs are not installed."""
    path = settings.BASE_DIR / "docs" / "formats" / f"{family.replace('_', '-')}.md"
    try:
        text = path.read_text("utf-8").partition(GENERATED)[0]
    except FileNotFoundError:
        return {"preface": to_html(""), "parts": []}
    preface = re.sub(r"^# .*\n", "", text).partition("\n## ")[0]
    return {"preface": to_html(preface), "parts": sections(text)}


def address(fmt: type[Format]) -> str:
    return f"/help/formats/{fmt.key}/"


def rules_of(fmt: type[Format], action: str) -> list[str]:
    """What holds for the rows of this action beside the columns' own rules."""
    rules = [REPEATS[fmt.repeats]]
    if action == "update":
        rules.append(BLANKS[fmt.blank_on_update])
    if action != DELETE:
        keys = [
            listed([fmt.header_of(field.removesuffix("_folded")) for field in unique.fields])
            for unique in fmt.uniques
        ]
        rules += [f"No two {fmt.target.many} have the same {key}." for key in keys]
    plain = [each.noun.many for each in fmt.blocks_delete if not each.words]
    if action == DELETE and plain:
        many = listed(plain)
        rules.append(
            f"{fmt.target.many.capitalize()} that still have {many} are not deleted: delete those first, in the same upload if you like."
        )
    if action == DELETE:
        noun = fmt.target.name.replace("_", " ")
        rules += [
            f"No {noun} is deleted as long as {each.words}." for each in fmt.blocks_delete if each.words
        ]
        rules.append("Deleting can be undone; system ids survive it.")
    if fmt.references() and action != DELETE:
        rules.append("A reference may be to an object that a later row of the same file makes or renames.")
    rules.append(BAD_BYTES[fmt.bad_bytes])
    return rules
