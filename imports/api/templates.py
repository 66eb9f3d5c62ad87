"""``/templates``: import templates, made and changed by programs (rest-api.md section 8)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from edu_csv import storage
from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import Refusal, bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from imports.api.downloads import redirect
from imports.api.template_shapes import (
    PreviewInput,
    PreviewShape,
    TemplateInput,
    TemplatePatch,
    TemplateShape,
    content_of,
    shown,
)
from imports.formats.templated import key_of
from imports.models import ImportTemplate, TemplateState
from imports.problems import FileRejected
from imports.steps.templated.preview import preview
from imports.templates import as_formats, examples, manage
from imports.templates.content import Content
from imports.templates.manage import ExampleFile


def find_template(view: ApiView, template_id: int) -> ImportTemplate:
    """Raises Refusal 404."""
    found = manage.visible(view.actor).filter(pk=template_id).first()
    if found is None:
        raise not_found("There is no such import template.")
    return found


class Templates(ApiView):
    """The import templates of the institution, archived ones too."""

    ability = Ability.TEMPLATES

    @extend_schema(
        operation_id="templates_list",
        summary="Import templates, by name",
        responses={200: paged(TemplateShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        only_known(request, ())
        templates = manage.visible(self.actor)
        asked = paging.window(request, 1)
        count = templates.count()
        if asked.place is not None:
            place = str(asked.place[0])
            templates = (
                templates.filter(name__lt=place) if asked.backwards else templates.filter(name__gt=place)
            )
        ordered = templates.order_by("-name" if asked.backwards else "name")
        page = paging.page_of(list(ordered[: asked.limit + 1]), asked, lambda template: [template.name])
        return paging.answer(request, shown(page.rows, request), page, count)

    @extend_schema(
        operation_id="templates_create",
        summary="Make an import template",
        request=TemplateInput,
        responses={201: TemplateShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        manage.check_may_change(self.actor)
        given = TemplateInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        content = content_of(said)
        _check_kind(said, content)
        template = manage.create(
            self.actor,
            said["name"],
            content,
            ready=said.get("state", TemplateState.READY) == TemplateState.READY,
            example=_example(said),
            needs_example=False,
        )
        if said.get("archived"):
            template = manage.set_archived(self.actor, template, True)
        self.audit("template.created", template.name, **manage.as_noted(template))
        address = reverse("api:template", kwargs={"template_id": template.pk}, request=request)
        return Response(shown([template], request)[0], status=201, headers={"Location": address})


class OneTemplate(ApiView):
    """One import template."""

    ability = Ability.TEMPLATES

    @extend_schema(
        operation_id="templates_get",
        summary="One import template",
        responses={200: TemplateShape, **PROBLEMS},
    )
    def get(self, request: Request, template_id: int) -> Response:
        return Response(shown([find_template(self, template_id)], request)[0])

    @extend_schema(
        operation_id="templates_change",
        summary="Change an import template",
        description="Each change of what it says is a new version; imports keep the version they were received with.",
        request=TemplatePatch,
        responses={200: TemplateShape, **PROBLEMS},
    )
    def patch(self, request: Request, template_id: int) -> Response:
        template = find_template(self, template_id)
        manage.check_may_change(self.actor)
        given = TemplatePatch(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        template = self._changed(template, said)
        if "archived" in said:
            template = manage.set_archived(self.actor, template, said["archived"])
        self.audit("template.changed", template.name, fields=sorted(said), **manage.as_noted(template))
        return Response(shown([template], request)[0])

    def _changed(self, template: ImportTemplate, said: dict[str, Any]) -> ImportTemplate:
        if set(said) <= {"archived", "name"}:
            return manage.rename(self.actor, template, said["name"]) if "name" in said else template
        former = manage.current(template)
        content = content_of(said, Content.of(former))
        _check_kind(said, content)
        kept = TemplateState.DRAFT if former.is_draft else TemplateState.READY
        return manage.change(
            self.actor,
            template,
            content,
            name=said.get("name"),
            ready=said.get("state", kept) == TemplateState.READY,
            example=_example(said),
            needs_example=False,
        )

    @extend_schema(
        operation_id="templates_delete",
        summary="Delete an import template that no import went through",
        responses={204: None, **PROBLEMS},
    )
    def delete(self, request: Request, template_id: int) -> Response:
        template = find_template(self, template_id)
        manage.delete(self.actor, template)
        self.audit("template.deleted", template.name, template=template_id)
        return Response(status=204)


class TemplateExample(ApiView):
    """The example file of a template."""

    ability = Ability.TEMPLATES

    @extend_schema(
        operation_id="templates_example",
        summary="The example file of an import template",
        responses={302: OpenApiResponse(description="A signed link to the file."), **PROBLEMS},
    )
    def get(self, request: Request, template_id: int) -> HttpResponseRedirect:
        template = find_template(self, template_id)
        if not template.example_file_key or not storage.exists(template.example_file_key):
            raise not_found("This template has no example file.")
        return redirect(template.example_file_key, template.example_file_name)

    @extend_schema(
        operation_id="templates_example_set",
        summary="Give an import template another example file",
        request={"multipart/form-data": PreviewInput},
        responses={200: TemplateShape, **PROBLEMS},
    )
    def put(self, request: Request, template_id: int) -> Response:
        template = find_template(self, template_id)
        manage.check_may_change(self.actor)
        file = _file(request)
        template = manage.set_example(self.actor, template, ExampleFile(file.read(), file.name or ""))
        self.audit("template.example_changed", template.name, file=template.example_file_name)
        return Response(shown([template], request)[0])


class TemplateSample(ApiView):
    """The sample of a template's format: its example file, or the header of what it uses where it has none."""

    ability = Ability.TEMPLATES

    @extend_schema(
        operation_id="formats_template_sample",
        summary="The sample file of a template's format",
        responses={(200, "text/csv"): OpenApiTypes.STR, **PROBLEMS},
    )
    def get(self, request: Request, template_id: int) -> HttpResponse:
        template = find_template(self, template_id)
        if template.example_file_key and storage.exists(template.example_file_key):
            with storage.open_file(template.example_file_key) as stream:
                content = stream.read()
        else:
            content = as_formats.header_of(manage.in_use(template))
        disposition = f'attachment; filename="{key_of(template_id)}.csv"'
        return HttpResponse(
            content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
        )


class TemplatePreview(ApiView):
    """What a file would become through a template. Nothing is stored."""

    ability = Ability.TEMPLATES

    @extend_schema(
        operation_id="templates_preview",
        summary="Preview a file through an import template",
        description="As an import would read it: by the version in use, or of a draft by its newest. The first 10,000 rows of at"
        " most 10 MiB are read.",
        request={"multipart/form-data": PreviewInput},
        responses={200: PreviewShape, (200, "application/json"): OpenApiTypes.OBJECT, **PROBLEMS},
    )
    def post(self, request: Request, template_id: int) -> HttpResponseBase:
        template = find_template(self, template_id)
        file = _file(request)
        version = manage.in_use(template)
        try:
            found = preview(version, file, file.name or "upload.csv", institution=self.actor.institution)
        except FileRejected as rejected:
            return Response({"failedRows": {"1": rejected.detail}, "statements": {}})
        return HttpResponse(found.answer(), content_type="application/json")


def _file(request: Request) -> Any:
    """The file of a form. Raises Refusal."""
    given = PreviewInput(data=request.data)
    given.is_valid(raise_exception=True)
    file = given.validated_data["file"]
    if file.size > examples.MOST_BYTES:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            f"The file has {file.size:,} bytes; at most {examples.MOST_BYTES:,} are previewed. Send its first rows.",
            limit_bytes=examples.MOST_BYTES,
        )
    return file


def _example(said: dict[str, Any]) -> ExampleFile | None:
    text = said.get("example_csv")
    return ExampleFile(text.encode(), "example.csv") if text is not None else None


def _check_kind(said: dict[str, Any], content: Content) -> None:
    """kind follows from the sections; who says another means another template. Raises Refusal 400."""
    wanted = said.get("kind")
    found = manage.examine_quietly(content).kind if wanted else None
    if wanted and found and wanted != found:
        raise bad_field(
            "kind",
            "bad_value",
            f"Its sections make it a template of kind `{found}`, not `{wanted}`. Leave kind out, or change the sections.",
        )
