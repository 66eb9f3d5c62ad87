"""All import templates, and the beginning of a new one: with a ready one, or with a file of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.errors import StorageUnavailable
from edu_csv.front.templates.finding import KINDS, LIST_URL, NEW_URL, import_href, state_of, template_href
from edu_csv.pages.contexts.parts import Action, Empty, Field, Sentence
from edu_csv.pages.contexts.templates import NewTemplatePage, ReadyLine, TemplateLine, TemplatesPage
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, size
from imports.models import ImportTemplate
from imports.problems import FileRejected
from imports.requests import BadRequest
from imports.templates import examples, gallery, manage, proposing
from imports.templates.gallery import BASE, Ready
from imports.templates.manage import ExampleFile, NotReady

NEW: Action = {"label": "New template", "href": NEW_URL, "kind": "primary", "icon": "plus"}
HELP: Action = {"label": "How templates work", "href": "/help/templates/", "kind": "ghost"}
LONGEST_TYPED = 1_000


@page(Ability.TEMPLATES)
@require_GET
def templates_list(request: PersonRequest) -> HttpResponse:
    """Those in use first; archived ones stand in a fold below."""
    may_change = manage.may_change(request.actor)
    found = list(manage.visible(request.actor).annotate(used=Count("versions__imports")))
    lines = [_line(each, request) for each in found if not each.archived]
    context: TemplatesPage = {
        "title": "Templates",
        "section": "templates",
        "crumbs": [{"label": "Templates", "href": ""}],
        "sentence": _sentence(found),
        "actions": [HELP, *([NEW] if may_change and found else [])],
        "lines": lines,
        "archived": [_line(each, request) for each in found if each.archived],
        "empty": None if found else _empty(may_change),
    }
    return render(request, "import_templates/list.html", {**context})


def _line(template: ImportTemplate, request: PersonRequest) -> TemplateLine:
    return {
        "name": template.name,
        "href": template_href(template),
        "kind": KINDS[template.kind],  # type: ignore[index]  # one of the choices
        "state": state_of(template),
        "version": template.version,
        "used": int(getattr(template, "used", 0)),
        "by": template.updated_by,
        "at": template.updated_at,
        "import_href": import_href(template) if template.takes_uploads else "",
    }


def _sentence(found: Sequence[ImportTemplate]) -> Sentence:
    ready = sum(each.takes_uploads for each in found)
    drafts = sum(not each.archived and each.ready_version is None for each in found)
    if not found:
        return {
            "lead": "A template turns the rows of any CSV into statements, or into people and groups.",
            "rest": "",
        }
    verb = "takes" if ready == 1 else "take"
    lead = format_html("<b>{}</b> {} files.", counted(ready, "template"), verb)
    many = "is a draft" if drafts == 1 else "are drafts"
    return {
        "lead": lead,
        "rest": f"{drafts} {many} and {'takes' if drafts == 1 else 'take'} none yet." if drafts else "",
    }


def _empty(may_change: bool) -> Empty:
    if not may_change:
        return {
            "title": "No templates yet",
            "text": "An administrator of the whole institution makes them.",
            "actions": [],
        }
    return {
        "title": "No templates yet",
        "text": "Begin with a ready one for a report of activity, or with a CSV of your own.",
        "actions": [NEW],
    }


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: PersonRequest) -> HttpResponse:
    """GET: the gallery, and a form for a file; ?ready= says which ready one is begun with. POST: make it."""
    if not manage.may_change(request.actor):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    key = asked(given, "ready")
    chosen = gallery.entries().get(key)
    if key and chosen is None:
        raise Http404
    if request.method != "POST":
        return _show(request, chosen, {})
    try:
        template = _from_gallery(request, chosen) if chosen else _from_file(request)
    except BadRequest as wrong:
        return _show(request, chosen, {wrong.field: wrong.detail.replace("`", "")}, status=422)
    except NotReady as refused:
        return _show(request, chosen, {BASE: str(refused)}, status=422)
    except FileRejected as rejected:
        return _show(request, chosen, {"example": rejected.detail.replace("`", "")}, status=422)
    except StorageUnavailable:
        away = "The file store does not answer. Try again in a minute; nothing was changed."
        return _show(request, chosen, {"example": away}, status=503)
    audit(request, "template.created", template.name, ready=key, **manage.as_noted(template))
    said = (
        "Ready to take files." if template.takes_uploads else "Saved as a draft, with a text to begin with."
    )
    messages.success(request, said)
    return HttpResponseRedirect(template_href(template))


def _from_gallery(request: PersonRequest, chosen: Ready) -> ImportTemplate:
    base = asked(request.POST, BASE, LONGEST_TYPED).rstrip("/")
    if _has_base(chosen) and not base.startswith(("https://", "http://")):
        raise BadRequest(
            BASE, "bad_value", f"Expected an address such as https://lecture.example.edu, got “{base[:80]}”."
        )
    return manage.make_ready_made(request.actor, chosen, asked(request.POST, "name", LONGEST_TYPED), base)


def _from_file(request: PersonRequest) -> ImportTemplate:
    """A draft with the columns of a file, and a text that shows how a statement is said."""
    name = manage.checked_name(asked(request.POST, "name", LONGEST_TYPED))
    sent = request.FILES.get("example")
    if not isinstance(sent, UploadedFile):
        raise BadRequest(
            "example", "required", "No file came with it. Choose one whose header your files have."
        )
    if (sent.size or 0) > examples.MOST_BYTES:
        raise BadRequest(
            "example",
            "too_large",
            f"It has {size(sent.size or 0)}; {size(examples.MOST_BYTES)} are enough. Send its first rows.",
        )
    file = ExampleFile(sent.read(), sent.name or "example.csv")
    delimiter = proposing.delimiter_of(file.content)
    content = proposing.beginning(
        file.content, delimiter, request.institution.pk, request.institution.statements_base
    )
    return manage.create(request.actor, name, content, example=file)


def _show(
    request: PersonRequest, chosen: Ready | None, errors: Mapping[str, str], *, status: int = 200
) -> HttpResponse:
    context: NewTemplatePage = {
        "title": f"New template: {chosen.name}" if chosen else "New template",
        "section": "templates",
        "crumbs": [{"label": "Templates", "href": LIST_URL}, {"label": "New template", "href": ""}],
        "heading": "New template",
        "errors": list(errors.items()),
        "fields": _fields(request, chosen, errors),
        "chosen": _ready_line(chosen) if chosen else None,
        "ready": [] if chosen else [_ready_line(each) for each in gallery.entries().values()],
        "takes_file": chosen is None,
        "file_error": errors.get("example", ""),
        "max_size": size(examples.MOST_BYTES),
        "button": "Make the template" if chosen else "Go on to the editor",
    }
    return render(request, "import_templates/new.html", {**context}, status=status)


def _fields(request: PersonRequest, chosen: Ready | None, errors: Mapping[str, str]) -> list[Field]:
    typed = request.POST
    name: Field = {
        "name": "name",
        "label": "Name",
        "value": asked(typed, "name", LONGEST_TYPED) or (chosen.name if chosen else ""),
        "type": "text",
        "hint": "Scripts name the template by it, so keep it short; any letters, but not digits alone.",
        "error": errors.get("name", ""),
        "is_required": True,
        "autocomplete": "off",
    }
    if chosen is None or not _has_base(chosen):
        return [name]
    base: Field = {
        "name": BASE,
        "label": "Address that ids begin with",
        "value": asked(typed, BASE, LONGEST_TYPED) or request.institution.statements_base,
        "type": "text",
        "hint": "An address that your institution controls. Ids of people, videos and courses in statements are made of it,"
        " so it should stay the same for years.",
        "error": errors.get(BASE, ""),
        "is_required": True,
        "autocomplete": "off",
    }
    return [name, base]


def _has_base(chosen: Ready) -> bool:
    return BASE in dict(chosen.variables)


def _ready_line(entry: Ready) -> ReadyLine:
    return {
        "key": entry.key,
        "name": entry.name,
        "text": entry.text,
        "columns": entry.columns,
        "use_href": f"{NEW_URL}?ready={entry.key}",
        "example_href": f"/templates/ready/{entry.key}/example.csv",
    }


@page(Ability.TEMPLATES)
@require_GET
def ready_example(request: PersonRequest, key: str) -> HttpResponse:
    """The example file of a ready template."""
    entry = gallery.entries().get(key)
    if entry is None:
        raise Http404
    disposition = f'attachment; filename="{entry.example_name}"'
    return HttpResponse(
        entry.example, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )
