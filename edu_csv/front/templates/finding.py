"""Finding import templates for the person at the browser, and what they are called there."""

from __future__ import annotations

from django.http import Http404
from django.utils.http import urlencode

from edu_csv.pages.contexts.parts import Status
from edu_csv.pages.sessions import PersonRequest
from imports.formats.templated import key_of
from imports.models import ImportTemplate, TemplateKind
from imports.templates import manage

LIST_URL = "/templates/"
NEW_URL = "/templates/new/"
KINDS = {TemplateKind.XAPI: "statements", TemplateKind.GROUPS: "people and groups"}


def find_template(request: PersonRequest, template_id: int) -> ImportTemplate:
    """One that this person may read; raises Http404 for all others, foreign ones too."""
    found: ImportTemplate | None = manage.visible(request.actor).filter(pk=template_id).first()
    if found is None:
        raise Http404
    return found


def managed_template(request: PersonRequest, template_id: int) -> ImportTemplate:
    """One that this person changes; raises Http404 for who only reads it."""
    if not manage.may_change(request.actor):
        raise Http404
    return find_template(request, template_id)


def template_href(template: ImportTemplate, *parts: str) -> str:
    return "/".join(["/templates", str(template.pk), *parts, ""])


def import_href(template: ImportTemplate) -> str:
    """New import, with this template chosen."""
    return f"/imports/new/?{urlencode({'format': key_of(template.pk)})}"


def state_of(template: ImportTemplate) -> Status:
    if template.archived:
        return {"kind": "cancelled", "label": "Archived"}
    if template.ready_version is None:
        return {"kind": "plain", "label": "Draft"}
    return {"kind": "ok", "label": "Ready"}
