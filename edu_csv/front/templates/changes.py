"""What is done to a template on its page: saved, given an example, archived, deleted. Each is noted in the audit log."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edu_csv import storage
from edu_csv.access.policy import Ability
from edu_csv.errors import StorageUnavailable
from edu_csv.front.templates import editor, typed
from edu_csv.front.templates.finding import LIST_URL, find_template, managed_template, template_href
from edu_csv.front.templates.typed import Typed
from edu_csv.pages.contexts.parts import Note
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, size
from imports.api.downloads import LINK_LIFETIME
from imports.models import ImportTemplate
from imports.problems import FileRejected
from imports.requests import BadRequest, WrongState
from imports.templates import examples, manage
from imports.templates.content import Content
from imports.templates.manage import ExampleFile, NotReady
from imports.views.intake import same_site

AWAY = "The file store does not answer. Try again in a minute; nothing was changed."


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: PersonRequest, template_id: int) -> HttpResponse:
    """do: ``draft`` or ``ready`` save what is typed, with a file that was chosen; ``example`` takes only the file and keeps
    what is typed on the page. GET: the address stays in the browser after a refusal; it leads to the template."""
    template = managed_template(request, template_id)
    if request.method != "POST":
        return HttpResponseRedirect(template_href(template))
    given = typed.read(request.POST, Content.of(manage.current(template)))
    if asked(request.POST, "do") == "example":
        return _take_example(request, template, given)
    ready = asked(request.POST, "do") == "ready"
    before, in_use = template.version, template.ready_version
    try:
        template = manage.change(
            request.actor,
            template,
            given.content,
            name=given.name,
            ready=ready,
            based_on=given.based_on,
            example=_sent(request),
        )
    except BadRequest as wrong:
        return _again(request, template, given, errors={wrong.field: wrong.detail.replace("`", "")})
    except WrongState as newer:
        return _again(request, template, given, note=_newer(template, str(newer)), status=409)
    except NotReady as refused:
        return _again(request, template, given, note=_not_ready(len(refused.faults)))
    except (FileRejected, StorageUnavailable) as refused:
        return _again(request, template, given, errors={"example": getattr(refused, "detail", AWAY)})
    audit(request, "template.changed", template.name, **manage.as_noted(template))
    messages.success(request, _saved(template, before, in_use, ready))
    return HttpResponseRedirect(template_href(template))


def _saved(template: ImportTemplate, before: int, in_use: int | None, ready: bool) -> str:
    """before, in_use: the newest version, and the one that files went through."""
    if template.version == before:
        return "Nothing of what it says was different."
    if ready:
        said = f"Version {template.version} is ready: files go through it from now on."
        return said if in_use in (None, before) else f"{said} What draft {before} changed is part of it."
    if template.ready_version:
        return (
            f"Version {template.version} is a draft; files still go through version {template.ready_version}."
        )
    return f"Version {template.version} is saved as a draft."


def _again(
    request: PersonRequest,
    template: ImportTemplate,
    given: Typed,
    *,
    errors: dict[str, str] | None = None,
    note: Note | None = None,
    status: int = 422,
) -> HttpResponse:
    """The page with what was typed, and why it was not saved."""
    template.refresh_from_db()
    return editor.show(
        request,
        template,
        given.content,
        name=given.name,
        based_on=given.based_on,
        row=given.row,
        errors=errors,
        note=note,
        status=status,
    )


def _newer(template: ImportTemplate, why: str) -> Note:
    versions = template_href(template, "versions")
    return {
        "kind": "turn",
        "icon": "warn",
        "title": "Somebody saved another version meanwhile",
        "text": why,
        "actions": [{"label": "See what changed", "href": versions, "kind": "plain"}],
    }


def _not_ready(faults: int) -> Note:
    return {
        "kind": "failed",
        "icon": "warn",
        "title": "It cannot be ready yet",
        "text": f"{counted(faults, 'thing')} {'stands' if faults == 1 else 'stand'} in the way, listed under the text."
        " Nothing was saved; save it as a draft to go on later.",
        "actions": [],
    }


def _sent(request: PersonRequest) -> ExampleFile | None:
    """The file that came with the form; None: none was chosen. Raises BadRequest."""
    sent = request.FILES.get("example")
    if not isinstance(sent, UploadedFile):
        return None
    if (sent.size or 0) > examples.MOST_BYTES:
        raise BadRequest(
            "example",
            "too_large",
            f"It has {size(sent.size or 0)}; {size(examples.MOST_BYTES)} are enough. Send its first rows.",
        )
    return ExampleFile(sent.read(), sent.name or "example.csv")


def _take_example(request: PersonRequest, template: ImportTemplate, given: Typed) -> HttpResponse:
    wrong = ""
    try:
        if (file := _sent(request)) is None:
            wrong = "No file came with it. Choose one, then send it."
        else:
            manage.set_example(request.actor, template, file, given.content.delimiter)
    except (BadRequest, FileRejected) as refused:
        wrong = refused.detail.replace("`", "")
    except StorageUnavailable:
        wrong = AWAY
    if wrong:
        return _again(request, template, given, errors={"example": wrong})
    template.refresh_from_db()
    audit(request, "template.example_changed", template.name, file=template.example_file_name)
    note: Note = {
        "kind": "plain",
        "icon": "file",
        "title": f"{template.example_file_name} is the example now",
        "text": "What you typed is still here, and not saved yet.",
        "actions": [],
    }
    return _again(request, template, given, note=note, status=200)


@page(Ability.TEMPLATES)
@require_GET
def example(request: PersonRequest, template_id: int) -> HttpResponse:
    """The example file, by a link of the store's."""
    template = find_template(request, template_id)
    key = template.example_file_key
    if not key or not storage.exists(key):
        raise Http404
    link = storage.signed_url(key, lifetime=LINK_LIFETIME, filename=template.example_file_name)
    return HttpResponseRedirect(same_site(link))


@page(Ability.SETTINGS)
@require_POST
def archive(request: PersonRequest, template_id: int) -> HttpResponse:
    """Into the archive, or out of it again."""
    template = managed_template(request, template_id)
    archived = asked(request.POST, "archived") == "yes"
    manage.set_archived(request.actor, template, archived)
    audit(request, "template.archived" if archived else "template.unarchived", template.name)
    said = "is in the archive, and takes no files" if archived else "is out of the archive"
    messages.success(request, f"{template.name} {said}.")
    return HttpResponseRedirect(template_href(template))


@page(Ability.SETTINGS)
@require_http_methods(["POST"])
def delete(request: PersonRequest, template_id: int) -> HttpResponse:
    """Take away one that no import went through."""
    template = managed_template(request, template_id)
    try:
        manage.delete(request.actor, template)
    except WrongState as used:
        note: Note = {
            "kind": "failed",
            "icon": "warn",
            "title": "It is kept",
            "text": str(used),
            "actions": [],
        }
        return editor.show(request, template, Content.of(manage.current(template)), note=note, status=409)
    audit(request, "template.deleted", template.name, template=template_id)
    messages.success(request, f"{template.name} is deleted.")
    return HttpResponseRedirect(LIST_URL)
