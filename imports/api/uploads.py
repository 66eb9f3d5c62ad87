"""``/uploads``: large files that go to storage without passing through the application (section 6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from edu_csv.access.api.fields import Moment
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import not_found
from edu_csv.access.api.schema import PROBLEMS
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from imports import direct_uploads
from imports.api.asked import DirectUploadInput
from imports.models import DirectUpload


class PartShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    url = serializers.URLField()


class LeaveShape(serializers.Serializer[Any]):
    """PUT each part to its url, then complete the upload."""

    id = serializers.UUIDField()
    method = serializers.CharField()
    parts = PartShape(many=True)
    part_bytes = serializers.IntegerField()
    expires_at = Moment()


class DirectUploadShape(serializers.Serializer[DirectUpload]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)
    completed_at = Moment(allow_null=True)
    expires_at = Moment()
    import_id = serializers.UUIDField(source="used_by_id", allow_null=True)


class Uploads(ApiView):
    """Begin a direct upload."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="uploads_create",
        summary="Ask where to put a large file",
        request=DirectUploadInput,
        responses={201: LeaveShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = DirectUploadInput(data=request.data)
        given.is_valid(raise_exception=True)
        upload, leave = direct_uploads.start(
            self.actor, given.validated_data["name"], given.validated_data["bytes"]
        )
        body = {
            "id": str(upload.pk),
            "method": leave.method,
            "parts": [{"number": part.number, "url": part.url} for part in leave.parts],
            "part_bytes": leave.part_bytes,
            "expires_at": Moment().to_representation(leave.expires_at),
        }
        address = reverse("api:upload", kwargs={"upload_id": upload.pk}, request=request)
        return Response(body, status=201, headers={"Location": address})


class OneUpload(ApiView):
    """A direct upload of the caller's."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="uploads_get",
        summary="One direct upload",
        responses={200: DirectUploadShape, **PROBLEMS},
    )
    def get(self, request: Request, upload_id: UUID) -> Response:
        return Response(DirectUploadShape(_find(self, upload_id)).data)

    @extend_schema(operation_id="uploads_delete", summary="Abort it", responses={204: None, **PROBLEMS})
    def delete(self, request: Request, upload_id: UUID) -> Response:
        direct_uploads.abort(_find(self, upload_id))
        return Response(status=204)


class CompleteUpload(ApiView):
    """Say that all parts are there."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="uploads_complete",
        summary="All parts are there",
        request=None,
        responses={200: DirectUploadShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request, upload_id: UUID) -> Response:
        upload = direct_uploads.complete(_find(self, upload_id))
        return Response(DirectUploadShape(upload).data)


def _find(view: ApiView, upload_id: UUID) -> DirectUpload:
    found = direct_uploads.own(view.actor).filter(pk=upload_id).first()
    if found is None:
        raise not_found("There is no such upload.")
    return found  # type: ignore[no-any-return]
