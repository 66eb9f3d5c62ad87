"""Help: every format with its columns, rules and sample, from its declaration."""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.front.handbook import handbook, handbook_page
from edu_csv.pages.contexts.help import HelpFamily, HelpFormatPage, HelpFormatsPage
from edu_csv.pages.doors import asked, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, listed
from imports.formats.base import Format
from imports.formats.columns import CREATE, DELETE
from imports.formats.feed import Layout, Package
from imports.formats.templated import is_template
from imports.services import visible_formats
from imports.views.format_help import GUIDES, format_help, help_href, sample_href
from imports.views.names import FAMILIES, format_name, is_feed, title_of

INTROS = {
    "echovideo": "One action a file; a blank optional cell empties its field.",
    "d2l": "The Standard CSV of Brightspace: an action in each row.",
    "circlein": "Courses and enrollments; terms and departments are made when unknown.",
    "watershed": "Your own templates: any CSV, said once. Each is changed on its own page.",
    "edu-csv": "Layouts of our own, for what no vendor's file says.",
    "activity": "What was captured and published, and what people did with it: reports count it.",
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
SOURCE = re.compile(r"\s*\((?:(?:[a-z0-9-]+\.md|d2l|circlein) [^)]*|[DC]-\d+)\)")
# What the docs have after this is what the page shows itself, from the same declarations.


@page()
@require_GET
def formats_page(request: PersonRequest) -> HttpResponse:
    families: dict[str, HelpFamily] = {}
    for fmt in visible_formats(request.actor):
        name = FAMILIES.get(fmt.family, fmt.family)
        family = families.setdefault(
            fmt.family,
            {
                "family": name,
                "intro": INTROS.get(fmt.family, ""),
                "guide_href": GUIDES.get(fmt.family, ""),
                "formats": [],
            },
        )
        family["formats"].append(
            {
                "title": title_of(fmt),
                "href": address(fmt),
                "summary": _holds(fmt),
                "actions": _actions(fmt),
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


def _holds(fmt: type[Format]) -> str:
    if issubclass(fmt, Package):
        return counted(len(fmt.layouts), "kind of file")
    return counted(len([column for column in fmt.columns if column.actions]), "column")


def _actions(fmt: type[Format]) -> str:
    if not fmt.importable:
        return "export only"
    if is_template(fmt):
        return "as the template says"
    return "as each row says" if is_feed(fmt) else ", ".join(fmt.actions)


@page()
@require_GET
def activity_help(request: PersonRequest) -> HttpResponse:
    """How activity comes in: its files in their order, what is told of them, how they are taken back."""
    return handbook_page(
        request,
        "activity.md",
        title="How activity comes in",
        section="formats",
        way=[{"label": "Formats", "href": "/help/formats/"}, {"label": "Activity", "href": ""}],
    )


@page()
@require_GET
def format_page(request: PersonRequest, key: str) -> HttpResponse:
    """One format; 404 for one that this person can neither import nor export."""
    visible = visible_formats(request.actor)
    fmt = next((each for each in visible if each.key == key), None)
    if fmt is None:
        raise Http404
    if is_template(fmt):
        return HttpResponseRedirect(help_href(fmt))
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
        **handbook(f"formats/{fmt.family.replace('_', '-')}.md"),
        "others": [
            {"label": title_of(each), "value": each.key, "href": address(each), "is_on": False}
            for each in visible
            if each.family == fmt.family and each is not fmt
        ],
    }
    return render(request, "help/format.html", {**context})


def address(fmt: type[Format]) -> str:
    return f"/help/formats/{fmt.key}/"


def rules_of(fmt: type[Format], action: str) -> list[str]:
    """What holds for the rows of this action beside the columns' own rules."""
    if issubclass(fmt, Package):
        return _package_rules(fmt)
    rules = [REPEATS[fmt.repeats]]
    if issubclass(fmt, Layout):
        rules += _layout_rules(fmt)
        rules.append(BAD_BYTES[fmt.bad_bytes])
        return rules
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


def _layout_rules(fmt: type[Layout]) -> list[str]:
    """What holds for all rows of one file of a feed."""
    rules = [
        "The header is exact: names, upper and lower case, and order. Nothing is trimmed; only commas separate cells.",
        "A reference may be to an object that any other row or file of the same upload makes, changes or renames.",
    ]
    if fmt.versions:
        rules.append(f"Each version has its own header: {listed(fmt.versions)}. The newest is shown.")
    if fmt.all_or_nothing:
        rules.append("One row that fails, and no row of the file is applied.")
    if fmt.secret:
        secret = listed([fmt.column(name).header for name in fmt.secret])
        rules.append(f"{secret} is dropped at once, and emptied in the file that is kept.")
    return rules


def _package_rules(fmt: type[Package]) -> list[str]:
    order = (
        "Files are read in the order of their names."
        if fmt.files_by == "name"
        else f"Files are read in this order: {listed([each.title for each in fmt.layouts])}."
    )
    rules = [
        "A flat zip of CSVs, without folders: one import, one plan, all of it applied together.",
        order,
        "A file with a wrong header or wrong bytes is refused alone; the others go on, unless it is all or nothing.",
        "A reference may be to what any file of the package makes, changes or renames.",
    ]
    if fmt.manifest:
        rules.append(
            f'`{fmt.manifest}` says the version, such as {{"version": "{fmt.versions()[-1]}"}}; without it the'
            f" files are of version {fmt.without_manifest}."
        )
    return rules
