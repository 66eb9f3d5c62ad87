"""Files of an import: the upload byte for byte, the rows with their outcomes, the failed rows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv import storage
from edu_csv.access.api.problems import not_found
from edu_csv.access.api.schema import PROBLEMS
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from edu_csv.storage.blocks import Blocks, body_for
from edu_csv.storage.keys import attachment_header
from imports.api.looking import find_import
from imports.steps import report

# Whoever asked follows at once.
LINK_LIFETIME = timedelta(minutes=5)
RETRY_SECONDS = "3"

AS_CSV: dict[Any, Any] = {
    (200, "text/csv"): OpenApiTypes.STR,
    # Of a package: a CSV for each of its files.
    (200, "application/zip"): OpenApiTypes.BINARY,
    202: OpenApiResponse(description="It is being made; see Retry-After."),
    **PROBLEMS,
}


class UploadedFile(ApiView):
    """The upload, as it came."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_file",
        summary="The upload, byte for byte",
        responses={302: OpenApiResponse(description="A signed link to the file."), **PROBLEMS},
    )
    def get(self, request: Request, import_id: UUID) -> HttpResponseRedirect:
        upload = find_import(self.actor, import_id)
        if not storage.exists(upload.file_key):
            raise not_found("The uploaded file is no longer stored.")
        self.audit("upload.downloaded", upload.pk, name=upload.file_name)
        return redirect(upload.file_key, upload.file_name)


def redirect(key: str, filename: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(storage.signed_url(key, lifetime=LINK_LIFETIME, filename=filename))


class ResultsCsv(ApiView):
    """Every row of the file, with its outcome."""

    ability = Ability.IMPORT
    only_failed: ClassVar[bool] = False

    @extend_schema(
        operation_id="imports_results",
        summary="The rows with their outcomes",
        responses=AS_CSV,
    )
    def get(self, request: Request, import_id: UUID) -> HttpResponseBase:
        upload = find_import(self.actor, import_id)
        found = report.results_file(upload, only_failed=self.only_failed)
        if found is None:
            answer = Response(
                {"status": "running", "detail": "The file is being made. Ask again in a moment."}, status=202
            )
            answer["Retry-After"] = RETRY_SECONDS
            return answer
        kind = "failed" if self.only_failed else "results"
        self.audit(f"{kind}.downloaded", upload.pk, name=upload.file_name)
        ending = report.ending(upload)
        return sent(request, found, f"{PurePath(upload.file_name).stem or 'import'}.{kind}{ending}")


class FailedCsv(ResultsCsv):
    """The failed rows only: correct them and send the file back."""

    only_failed = True

    @extend_schema(operation_id="imports_failed", summary="The failed rows", responses=AS_CSV)
    def get(self, request: Request, import_id: UUID) -> HttpResponseBase:
        return super().get(request, import_id)


def sent(request: Request, found: storage.StoredKey, filename: str) -> HttpResponseBase:
    """A stored CSV or zip as the answer itself, piece by piece."""
    body = body_for(request._request, Blocks(storage.open_file(found.key), 0, found.size_bytes))
    kind = "application/zip" if filename.endswith(".zip") else "text/csv; charset=utf-8"
    answer = StreamingHttpResponse(body, content_type=kind)
    answer["Content-Length"] = str(found.size_bytes)
    answer["Content-Disposition"] = attachment_header(filename)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
