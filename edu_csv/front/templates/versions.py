"""The versions of a template, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.access.policy import Ability
from edu_csv.front.templates.finding import LIST_URL, find_template, template_href
from edu_csv.pages.contexts.parts import Status
from edu_csv.pages.contexts.templates import DiffLine, DiffPart, VersionLine, VersionsPage
from edu_csv.pages.doors import asked, page
from edu_csv.pages.sessions import PersonRequest
from imports.models import ImportTemplate, ImportTemplateVersion
from imports.templates import manage

# So many lines that stay are shown around those that do not.
AROUND = 3


@page(Ability.TEMPLATES)
@require_GET
def versions(request: PersonRequest, template_id: int) -> HttpResponse:
    """?version= which one (the newest), ?with= beside which (of one that came into use the one in use before it, else the
    one before it)."""
    template = find_template(request, template_id)
    found = list(template.versions.annotate(used=Count("imports")).order_by("-number"))
    by_number = {each.number: each for each in found}
    shown = _asked(request, "version", by_number) or found[0]
    other = _asked(request, "with", by_number) or _before(shown, found)
    parts = _parts(other, shown) if other else []
    context: VersionsPage = {
        "title": f"Versions: {template.name}",
        "section": "templates",
        "crumbs": [
            {"label": "Templates", "href": LIST_URL},
            {"label": template.name, "href": template_href(template)},
            {"label": "Versions", "href": ""},
        ],
        "heading": f"Versions of {template.name}",
        "lines": [_line(template, each, shown, other) for each in found],
        "shown": shown.number,
        "compared": other.number if other else None,
        "parts": parts,
        "say": _say(shown, other, parts),
        "edit": {
            "label": f"Begin with version {shown.number}",
            "href": f"{template_href(template)}?version={shown.number}",
            "kind": "plain",
        }
        if manage.may_change(request.actor) and shown.number != template.version
        else None,
        "url": template_href(template, "versions"),
    }
    return render(request, "import_templates/versions.html", {**context})


def _asked(
    request: PersonRequest, name: str, versions: Mapping[int, ImportTemplateVersion]
) -> ImportTemplateVersion | None:
    """None: it was not asked for. Raises Http404: there is no such version."""
    text = asked(request.GET, name, 9)
    if not text:
        return None
    found = versions.get(int(text)) if text.isascii() and text.isdigit() else None
    if found is None:
        raise Http404
    return found


def _before(
    shown: ImportTemplateVersion, newest_first: Sequence[ImportTemplateVersion]
) -> ImportTemplateVersion | None:
    """Drafts in between went live with the one that came into use, so they are no measure of what it changed."""
    earlier = [each for each in newest_first if each.number < shown.number]
    in_use = [] if shown.is_draft else [each for each in earlier if not each.is_draft]
    return next(iter(in_use or earlier), None)


def _line(
    template: ImportTemplate,
    version: ImportTemplateVersion,
    shown: ImportTemplateVersion,
    other: ImportTemplateVersion | None,
) -> VersionLine:
    beside = f"{template_href(template, 'versions')}?version={shown.number}&with={version.number}"
    return {
        "number": version.number,
        "beside_href": "" if version in (shown, other) else beside,
        "href": f"{template_href(template, 'versions')}?version={version.number}",
        "is_on": version.number == shown.number,
        "state": _state(template, version),
        "by": version.made_by,
        "at": version.made_at,
        "used": int(getattr(version, "used", 0)),
    }


def _state(template: ImportTemplate, version: ImportTemplateVersion) -> Status:
    if version.number == template.ready_version:
        return {"kind": "ok", "label": "In use"}
    return {"kind": "plain", "label": "Draft" if version.is_draft else "Was in use"}


def _say(shown: ImportTemplateVersion, other: ImportTemplateVersion | None, parts: Sequence[DiffPart]) -> str:
    if other is None:
        return "This is the first version; there is nothing before it to compare with."
    if not parts:
        return f"Versions {other.number} and {shown.number} say the same; one is a draft of the other."
    return f"What version {shown.number} says, beside version {other.number}."


def _parts(old: ImportTemplateVersion, new: ImportTemplateVersion) -> list[DiffPart]:
    compared = (
        ("Text", old.body.splitlines(), new.body.splitlines()),
        ("Variables", _variables(old), _variables(new)),
        ("How files are read", _settings(old), _settings(new)),
    )
    return [
        {"title": title, "lines": list(_difference(was, now))} for title, was, now in compared if was != now
    ]


def _variables(version: ImportTemplateVersion) -> list[str]:
    return [f"{name} = {expression}" for name, expression in version.variables]


def _settings(version: ImportTemplateVersion) -> list[str]:
    shown = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
    lines = [
        f"time zone: {version.time_zone}",
        f"cells are parted by {shown.get(version.delimiter, version.delimiter)}",
        f"people's groups: {version.group_mode}",
    ]
    return lines + [f"may lack: {name}" for name in version.optional_columns]


def _difference(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    """Lines taken out and put in, with a few that stay around them; what lies between is one gap."""
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    for at, group in enumerate(groups):
        if at or group[0][3]:
            yield {"sign": "gap", "number": None, "text": ""}
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from _lines("same", new, j1, j2)
            else:
                yield from _lines("removed", old, i1, i2)
                yield from _lines("added", new, j1, j2)


def _lines(
    sign: Literal["same", "added", "removed"], lines: Sequence[str], first: int, end: int
) -> Iterator[DiffLine]:
    for at in range(first, end):
        yield {"sign": sign, "number": at + 1, "text": lines[at]}
