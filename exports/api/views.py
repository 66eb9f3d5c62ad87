"""``/exports``: ask for a file, look how far it is, fetch it by a signed link (rest-api.md section 5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.fields import Flag, Moment, Strict
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from exports import services
from exports.models import Export

STATUSES = ("queued", "running", "completed", "failed", "expired", "cancelled")


class OutputShape(Strict):
    """How the file is written. spreadsheet_safe: an apostrophe before a cell that begins with a formula sign."""

    compression = Flag(required=False, default=False)
    delimiter = serializers.CharField(required=False, default=",", trim_whitespace=False, max_length=1)
    spreadsheet_safe = Flag(required=False, default=False)
    byte_order_mark = Flag(required=False, default=False)


class Filters(serializers.DictField):
    """{name of a filter: ids or external ids}; one may stand without a list."""

    child = serializers.ListField(child=serializers.CharField())

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            data = {name: [value] if isinstance(value, str) else value for name, value in data.items()}
        return super().to_internal_value(data)


class ExportInput(Strict):
    format = serializers.CharField()
    filters = Filters(required=False)
    output = OutputShape(required=False)


class Reason(serializers.Serializer[Any]):
    """Why objects, or fields of objects, were left out, and how many. file: of a package; blank: no file has a place."""

    code = serializers.CharField()
    column = serializers.CharField()
    count = serializers.IntegerField()
    message = serializers.CharField()
    what = serializers.ChoiceField(("object", "field"))
    object_type = serializers.CharField()
    file = serializers.CharField()


class WrittenFile(serializers.Serializer[Any]):
    """One file of a package."""

    name = serializers.CharField()
    rows = serializers.IntegerField()


class ExportShape(serializers.Serializer[Export]):
    """One export. omitted: how many objects, and fields of others, the format cannot express. files: of a package.

    signed_url: fresh with each GET of one.
    """

    id = serializers.UUIDField(source="pk")
    format = serializers.CharField(source="format_key")
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    output = OutputShape(source="*")
    status = serializers.ChoiceField(STATUSES, source="job.status")
    rows = serializers.IntegerField(allow_null=True)
    bytes = serializers.IntegerField(allow_null=True)
    sha256 = serializers.SerializerMethodField()
    submitted_by = serializers.CharField(source="job.submitted_by")
    created_at = Moment(source="job.created_at")
    finished_at = Moment(source="job.finished_at", allow_null=True)
    expires_at = Moment(allow_null=True)
    problem = serializers.DictField(source="job.problem", allow_null=True)
    files = serializers.SerializerMethodField()
    omitted = serializers.SerializerMethodField()
    omitted_reasons = serializers.SerializerMethodField()
    signed_url = serializers.SerializerMethodField()
    omitted_url = serializers.SerializerMethodField()

    def get_sha256(self, export: Export) -> str | None:
        return export.sha256 or None

    @extend_schema_field(WrittenFile(many=True))
    def get_files(self, export: Export) -> list[dict[str, str | int]]:
        if not services.is_package(export):
            return []
        return [{"name": each["name"], "rows": each["rows"]} for each in export.files if each["name"]]

    def get_omitted(self, export: Export) -> int:
        return sum(reason.count for reason in services.omitted_from(export))

    def get_omitted_reasons(self, export: Export) -> list[dict[str, str | int]]:
        return [reason.as_json() for reason in services.omitted_from(export)]

    def get_signed_url(self, export: Export) -> str | None:
        return services.fresh_link(export) if self.context.get("with_links") else None

    def get_omitted_url(self, export: Export) -> str | None:
        return services.omitted_link(export) if self.context.get("with_links") else None


class Exports(ApiView):
    """Ask for an export; list what was asked for."""

    ability = Ability.EXPORT

    @extend_schema(
        operation_id="exports_list",
        summary="Exports, newest first",
        parameters=[
            OpenApiParameter("status", str, enum=STATUSES),
            OpenApiParameter("format", str, description="Key of a format."),
        ],
        responses={200: paged(ExportShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        exports = services.visible_exports(self.actor)
        only_known(request, ("status", "format"))
        if status := request.query_params.get("status"):
            if status not in STATUSES:
                raise bad_field("status", "bad_enum", f"Expected {', '.join(STATUSES)}; got `{status[:40]}`.")
            exports = exports.filter(job__status=status)
        if key := request.query_params.get("format"):
            exports = exports.filter(format_key=key)
        asked = paging.window(request, 1)
        count = exports.count()
        if asked.place is not None:
            try:
                place = UUID(str(asked.place[0]))
            except ValueError:
                raise paging.bad_cursor() from None
            # Ids ascend with time; the list descends.
            exports = exports.filter(**{"job_id__gt" if asked.backwards else "job_id__lt": place})
        if asked.backwards:
            exports = exports.order_by("job_id")
        page = paging.page_of(list(exports[: asked.limit + 1]), asked, lambda export: [str(export.pk)])
        return paging.answer(
            request, [ExportShape().to_representation(export) for export in page.rows], page, count
        )

    @extend_schema(
        operation_id="exports_create",
        summary="Ask for an export",
        request=ExportInput,
        responses={202: ExportShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = ExportInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        export = services.request_export(
            self.actor,
            wanted["format"],
            wanted.get("filters"),
            services.Output(**wanted.get("output", {})),
        )
        self.audit("export.requested", export.pk, format=export.format_key, filters=export.filters)
        address = reverse("api:export", kwargs={"export_id": export.pk}, request=request)
        return Response(ExportShape(export).data, status=202, headers={"Location": address})


class OneExport(ApiView):
    """How far an export is, and the link to its file."""

    ability = Ability.EXPORT

    @extend_schema(operation_id="exports_get", summary="One export", responses={200: ExportShape, **PROBLEMS})
    def get(self, request: Request, export_id: UUID) -> Response:
        return Response(ExportShape(self._find(export_id), context={"with_links": True}).data)

    @extend_schema(
        operation_id="exports_delete",
        summary="Delete it; its links end",
        responses={204: None, **PROBLEMS},
    )
    def delete(self, request: Request, export_id: UUID) -> Response:
        export = self._find(export_id)
        services.delete_export(self.actor, export)
        self.audit("export.deleted", export_id, format=export.format_key)
        return Response(status=204)

    def _find(self, export_id: UUID) -> Export:
        found = services.visible_exports(self.actor).filter(pk=export_id).first()
        if found is None:
            raise not_found("There is no such export.")
        return found  # type: ignore[no-any-return]
