"""Files of an import: the upload byte for byte, the rows with their outcomes, the failed rows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponseRedirect
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from edu_csv import storage
from edu_csv.access.api.problems import not_found
from edu_csv.access.api.schema import PROBLEMS
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from imports.api.looking import find_import

# Whoever asked follows at once.
LINK_LIFETIME = timedelta(minutes=5)


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
