"""``/imports``: the list, and a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from edu_csv import storage
from edu_csv.access import policy
from edu_csv.access.api import paging
from edu_csv.access.api.asked import moment, only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.intake import FileIntake, TakenFile, install
from edu_csv.access.api.problems import bad_field
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from edu_csv.ids import uuid7
from edu_csv.tabular import HEAD_BYTES, TableRefused, sniff_head
from imports import direct_uploads, services
from imports.api.asked import ImportInput, import_request
from imports.api.looking import find_import
from imports.api.shapes import STATUSES, ImportShape, listed, shown
from imports.models import Import
from imports.requests import ImportRequest
from imports.sources import manage
from imports.steps import from_source

# Refused with the request; whatever else is wrong with a file the import itself says, row and all.
REFUSED_AT_ONCE = {"not_a_table", "empty_file"}


class Imports(ApiView):
    """Upload a file; list what was uploaded."""

    ability = Ability.IMPORT
    intake: FileIntake | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            self.job_id = uuid7()
            self.intake = FileIntake(
                field="file",
                key_for=self._key,
                limit_bytes=settings.MAX_UPLOAD_BYTES,
                look=self._look,
            )
            install(request._request, self.intake)

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(*args, **kwargs)
        finally:
            if self.intake is not None:
                self.intake.discard()

    def _key(self, name: str) -> str:
        return storage.file_key("uploads", self.actor.institution, self.job_id, name=name or "upload.csv")

    def _look(self, head: bytes) -> None:
        try:
            sniff_head(head, whole=len(head) < HEAD_BYTES)
        except TableRefused as refused:
            if refused.code in REFUSED_AT_ONCE:
                raise

    @extend_schema(
        operation_id="imports_list",
        summary="Imports, newest first",
        parameters=[
            OpenApiParameter(
                "status", str, description=f"One or more of {', '.join(STATUSES)}, separated by commas."
            ),
            OpenApiParameter("format", str, description="Key of a format."),
            OpenApiParameter("submitted_by", str, enum=["me"]),
            OpenApiParameter("created_after", datetime),
        ],
        responses={200: paged(ImportShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        uploads = self._filtered(request)
        asked = paging.window(request, 1)
        count = uploads.count()
        if asked.place is not None:
            uploads = _from_place(uploads, asked)
        found = list((uploads.order_by("job_id") if asked.backwards else uploads)[: asked.limit + 1])
        page = paging.page_of(found, asked, lambda upload: [str(upload.pk)])
        return paging.answer(request, listed(page.rows, self.actor.institution, request), page, count)

    def _filtered(self, request: Request) -> Any:
        uploads = services.visible_imports(self.actor)
        given = request.query_params
        only_known(request, ("status", "format", "submitted_by", "created_after"))
        if wanted := given.get("status"):
            statuses = wanted.split(",")
            if unknown := [status for status in statuses if status not in STATUSES]:
                raise bad_field(
                    "status", "bad_enum", f"Expected {', '.join(STATUSES)}; got `{unknown[0][:40]}`."
                )
            uploads = uploads.filter(job__status__in=statuses)
        if key := given.get("format"):
            uploads = uploads.filter(format_key=key)
        if who := given.get("submitted_by"):
            if who != "me":
                raise bad_field("submitted_by", "bad_enum", f"Expected `me`, got `{who[:40]}`.")
            own = (
                {"job__client_id": self.actor.client}
                if self.actor.client
                else {"job__account_id": self.actor.account}
            )
            uploads = uploads.filter(**own)
        if after := given.get("created_after"):
            uploads = uploads.filter(job__created_at__gt=moment("created_after", after))
        return uploads

    @extend_schema(
        operation_id="imports_create",
        summary="Upload a file and import it",
        request={"multipart/form-data": ImportInput, "application/json": ImportInput},
        responses={202: ImportShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = ImportInput(data=request.data)
        given.is_valid(raise_exception=True)
        upload = self._receive(given.validated_data)
        self.audit("import.submitted", upload.pk, file=upload.file_name, format=upload.format_key)
        address = reverse("api:import", kwargs={"import_id": upload.pk}, request=request)
        return Response(
            shown(upload, request, policy.read_reach(self.actor)), status=202, headers={"Location": address}
        )

    def _receive(self, given: dict[str, Any]) -> Import:
        wanted = import_request(given)
        if named := given.get("source", "").strip():
            source = from_source.find_source(manage.visible_sources(self.actor), named)
            wanted = from_source.in_its_name(source, wanted)
        if wanted.parent is not None:
            find_import(self.actor, wanted.parent)
        file: TakenFile | None = given.get("file")
        upload_id: UUID | None = given.get("upload_id")
        if (file is None) == (upload_id is None):
            raise bad_field(
                "file", "required", "Send either a file or the id of a finished direct upload as `upload_id`."
            )
        if upload_id is not None:
            return self._receive_direct(upload_id, wanted)
        assert file is not None and file.kept is not None  # noqa: S101, PT018  # replays come no further
        upload = services.receive_stored(
            self.actor, file.kept, file.name or "upload.csv", wanted, job_id=self.job_id
        )
        if self.intake is not None:
            # Not before the import is committed: until then the file would be nobody's.
            transaction.on_commit(self.intake.hand_over)
        return upload

    def _receive_direct(self, upload_id: UUID, wanted: ImportRequest) -> Import:
        with transaction.atomic():
            direct, kept = direct_uploads.finished(self.actor, upload_id)
            with storage.open_file(kept.key) as file:
                self._look(file.read(HEAD_BYTES))
            upload = services.receive_stored(self.actor, kept, direct.name, wanted)
            direct_uploads.give_to(direct, upload)
        return upload


def _from_place(uploads: Any, asked: paging.Window) -> Any:
    try:
        place = UUID(str((asked.place or [""])[0]))
    except ValueError:
        raise paging.bad_cursor() from None
    # Ids ascend with time; the list descends.
    return uploads.filter(job_id__gt=place) if asked.backwards else uploads.filter(job_id__lt=place)
