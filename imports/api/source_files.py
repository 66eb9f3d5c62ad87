"""``/sources/{id}/files`` and ``/inbox``: what lies in a source's folders, and putting a file there."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.intake import FileIntake, TakenFile, install
from edu_csv.access.api.problems import Refusal, bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from edu_csv.errors import MissingFile
from imports.api.downloads import redirect
from imports.api.source_shapes import InboxFileShape
from imports.api.sources import find_source
from imports.models import Door, Folder, InboxFile, Source
from imports.sources import inbox, manage, names
from imports.sources.errors import InboxRefused

AS_FILE: dict[Any, Any] = {"application/octet-stream": OpenApiTypes.BINARY}
AS_FORM: dict[Any, Any] = {
    "multipart/form-data": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
}


def find_fed(view: ApiView, source_id: UUID) -> Source:
    """A source whose files the caller may see and send: those who manage it, and the API client whose it is.

    Others who see it see how its feed goes. Raises Refusal 404, 403.
    """
    source = find_source(view, source_id)
    is_own = view.actor.client is not None and source.client_id == view.actor.client
    if not is_own and not manage.may_manage(view.actor):
        raise Refusal(
            403,
            "not_permitted",
            "Files are for the source's own API client, and for administrators of the institution.",
        )
    return source


class Files(ApiView):
    """What lies in the folders of a source, what came last first."""

    ability = Ability.SOURCES

    @extend_schema(
        operation_id="sources_files",
        summary="The files of a source, newest first",
        parameters=[OpenApiParameter("folder", str, enum=Folder.values)],
        responses={200: paged(InboxFileShape), **PROBLEMS},
    )
    def get(self, request: Request, source_id: UUID) -> Response:
        source = find_fed(self, source_id)
        only_known(request, ("folder",))
        files = InboxFile.objects.filter(institution_id=self.actor.institution, source=source)
        files = files.select_related("upload")
        if folder := request.query_params.get("folder"):
            if folder not in Folder.values:
                raise bad_field(
                    "folder", "bad_enum", f"Expected {', '.join(Folder.values)}; got `{folder[:40]}`."
                )
            files = files.filter(folder=folder)
        asked = paging.window(request, 2)
        count = files.count()
        if asked.place is not None:
            files = _from_place(files, asked)
        order = ("arrived_at", "id") if asked.backwards else ("-arrived_at", "-id")
        found = list(files.order_by(*order)[: asked.limit + 1])
        page = paging.page_of(found, asked, lambda file: [file.arrived_at.isoformat(), str(file.pk)])
        shown = [InboxFileShape(file, context={"request": request}).data for file in page.rows]
        return paging.answer(request, shown, page, count)


class OneFile(ApiView):
    """The bytes of a file in one of the folders."""

    ability = Ability.SOURCES

    @extend_schema(
        operation_id="sources_file",
        summary="A file of a source, byte for byte",
        responses={302: OpenApiResponse(description="A signed link to the file."), **PROBLEMS},
    )
    def get(self, request: Request, source_id: UUID, file_id: UUID) -> HttpResponseRedirect:
        source = find_fed(self, source_id)
        file = InboxFile.objects.select_related("upload__job").filter(source=source, pk=file_id).first()
        if file is None:
            raise not_found("There is no such file.")
        try:
            # Failed rows may have to be made again first.
            inbox.open_file(file).close()
        except MissingFile:
            raise not_found("The file is no longer stored.") from None
        file.refresh_from_db(fields=["key"])
        self.audit("source.file_downloaded", source.name, name=file.shown)
        return redirect(file.stored_key, file.shown)


class Inbox(ApiView):
    """The door of a program that speaks neither SFTP nor ``POST /imports``: it puts a file under a name."""

    ability = Ability.SOURCES
    intake: FileIntake | None = None
    room = 0

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.source = find_fed(self, kwargs["source_id"])
        if request.method in ("POST", "PUT"):
            name = inbox.may_come(self.source, kwargs["name"])
            names.refuse_other(name)
        if request.method == "POST":
            self.room = inbox.room_for(self.source)
            self.intake = FileIntake(
                field="file",
                key_for=lambda _: inbox.new_key(self.source, name),
                limit_bytes=self.room,
                look=lambda _: None,
            )
            install(request._request, self.intake)

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(*args, **kwargs)
        finally:
            if self.intake is not None:
                self.intake.discard()

    @extend_schema(
        operation_id="sources_put",
        summary="Put a file into the inbox: the body is the file",
        request=AS_FILE,
        responses={201: InboxFileShape, **PROBLEMS},
    )
    def put(self, request: Request, source_id: UUID, name: str) -> Response:
        return self._answer(request, inbox.receive(self.source, name, request._request, door=Door.REST))

    @extend_schema(
        operation_id="sources_post",
        summary="Put a file into the inbox: a form's part `file`",
        request=AS_FORM,
        responses={201: InboxFileShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request, source_id: UUID, name: str) -> Response:
        file: TakenFile | None = cast("Any", request.data).get("file")
        if file is None or file.kept is None:
            raise bad_field("file", "required", "Send the file as the part `file` of a form.")
        kept, intake = file.kept, self.intake
        entered = inbox.enter(self.source, name, kept, door=Door.REST)
        if intake is not None:
            transaction.on_commit(intake.hand_over)
        return self._answer(request, entered)

    @extend_schema(
        operation_id="sources_take_back",
        summary="Take back a file that still waits",
        responses={204: None, **PROBLEMS},
    )
    def delete(self, request: Request, source_id: UUID, name: str) -> Response:
        inbox.remove(self.source, name)
        self.audit("source.file_removed", self.source.name, name=name)
        return Response(status=204)

    def _answer(self, request: Request, file: InboxFile) -> Response:
        self.audit("source.file_sent", self.source.name, name=file.shown, sha256=file.sha256)
        shown = InboxFileShape(file, context={"request": request}).data
        return Response(shown, status=201, headers={"Location": shown["file"]})

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Refusal) and exc.code == "too_large":
            # Of a form; it stands in the way that the inbox has no more room, not that no file is so large.
            exc = inbox.too_much(self.source, self.room)
        if isinstance(exc, InboxRefused) and hasattr(self, "source"):
            inbox.note_refused(self.source, str(self.kwargs.get("name", "")), exc)
        return super().handle_exception(exc)


def _from_place(files: Any, asked: paging.Window) -> Any:
    at, id_ = asked.place or ["", ""]
    try:
        moment, pk = parse_datetime(str(at)), UUID(str(id_))
    except ValueError:
        raise paging.bad_cursor() from None
    if moment is None or moment.tzinfo is None:
        raise paging.bad_cursor()
    if asked.backwards:
        return files.filter(Q(arrived_at__gt=moment) | Q(arrived_at=moment, id__gt=pk))
    return files.filter(Q(arrived_at__lt=moment) | Q(arrived_at=moment, id__lt=pk))
