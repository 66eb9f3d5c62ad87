"""One import: look at it, decide about it, undo it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access import policy
from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import bad_field
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from imports import plans, services
from imports.api.asked import ApplyInput, VoidInput
from imports.api.looking import find_import
from imports.api.shapes import ConflictLine, ImportShape, RowShape, Undone, conflict_line, shown
from imports.files import files_of
from imports.models import Import, Outcome
from imports.requests import UndoRequest


class OneImport(ApiView):
    """How far an import is, and what became of it."""

    ability = Ability.IMPORT

    @extend_schema(operation_id="imports_get", summary="One import", responses={200: ImportShape, **PROBLEMS})
    def get(self, request: Request, import_id: UUID) -> Response:
        return Response(shown(find_import(self.actor, import_id), request, policy.read_reach(self.actor)))


class Rows(ApiView):
    """What becomes of each row."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_rows",
        summary="The plan, row by row",
        parameters=[
            OpenApiParameter("outcome", str, description="One or more outcomes, separated by commas."),
            OpenApiParameter("file", str, description="Name of a file of a package."),
            OpenApiParameter(
                "column", str, description="A header: rows with a problem in it, or that change it."
            ),
            OpenApiParameter("code", str, description="Code of a problem."),
            OpenApiParameter("q", str, description="A text in any cell."),
            OpenApiParameter("plan_changed", bool, description="Rows that came out otherwise than approved."),
        ],
        responses={
            200: OpenApiResponse(
                paged(RowShape),
                description="`unchanged_kept` is false where the plan has no unchanged rows (10,000 rows and"
                " more): results.csv has them.",
            ),
            **PROBLEMS,
        },
    )
    def get(self, request: Request, import_id: UUID) -> Response:
        upload = find_import(self.actor, import_id)
        asked = paging.window(request, 2)
        if asked.place is not None and not all(isinstance(part, int) for part in asked.place):
            raise paging.bad_cursor()
        place = (asked.place[0], asked.place[1]) if asked.place is not None else None
        filters = self._filters(request, upload)
        page = plans.rows(
            upload,
            policy.read_reach(self.actor),
            statements=services.shows_statements(self.actor, upload),
            after=None if asked.backwards else place,
            before=place if asked.backwards else None,
            limit=asked.limit,
            **filters,
        )
        return paging.answer(
            request,
            [RowShape().to_representation(row) for row in page.rows],
            paging.Page(page.rows, page.after, page.before),
            plans.count_rows(upload, **filters),
            unchanged_kept=plans.keeps_unchanged(upload),
        )

    def _filters(self, request: Request, upload: Import) -> dict[str, Any]:
        given = request.query_params
        only_known(request, ("outcome", "file", "column", "code", "q", "plan_changed"))
        names = [name for name in given.get("outcome", "").lower().split(",") if name]
        known = {outcome.name.lower(): outcome for outcome in Outcome}
        if unknown := [name for name in names if name not in known]:
            raise bad_field("outcome", "bad_enum", f"Expected {', '.join(known)}; got `{unknown[0][:40]}`.")
        return {
            "outcomes": [known[name] for name in names],
            "file": _file(upload, given.get("file", "")),
            "column": given.get("column", ""),
            "code": given.get("code", ""),
            "q": given.get("q", "").replace("\0", ""),
            "plan_changed": _flag("plan_changed", given.get("plan_changed", "")),
        }


def _file(upload: Import, given: str) -> int | None:
    """The number of a file of a package; None: all rows, as for the name of a file by itself."""
    files = files_of(upload)
    if not given or (not files and given == upload.file_name):
        return None
    if found := files.named(given):
        return found.number
    names = ", ".join(file.name for file in files) or upload.file_name
    raise bad_field("file", "unknown_reference", f"Expected one of {names}; got `{given[:80]}`.")


def _flag(field: str, given: str) -> bool:
    if given.lower() not in ("", "true", "false", "1", "0"):
        raise bad_field(field, "bad_value", f"Expected true or false, got `{given[:40]}`.")
    return given.lower() in ("true", "1")


class Apply(ApiView):
    """Approve a plan that waits."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_apply",
        summary="Approve and apply",
        request=ApplyInput,
        responses={202: ImportShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request, import_id: UUID) -> Response:
        given = ApplyInput(data=request.data)
        given.is_valid(raise_exception=True)
        upload = find_import(self.actor, import_id)
        accept = given.validated_data["accept_changes"]
        upload = services.approve(self.actor, upload, accept_changes=accept)
        self.audit("import.approved", upload.pk, name=str(upload), accept_changes=accept)
        return Response(shown(upload, request, policy.read_reach(self.actor)), status=202)


class Cancel(ApiView):
    """Stop an import before it is applied."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_cancel",
        summary="Cancel",
        request=None,
        responses={202: ImportShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request, import_id: UUID) -> Response:
        upload = find_import(self.actor, import_id)
        upload = services.cancel(self.actor, upload)
        self.audit("import.cancelled", upload.pk, name=str(upload))
        return Response(shown(upload, request, policy.read_reach(self.actor)), status=202)


class Void(ApiView):
    """Undo an import, or see what that would do."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_void",
        summary="Undo",
        request=VoidInput,
        responses={
            200: OpenApiResponse(Undone, description="`preview`: nothing was changed."),
            202: ImportShape,
            **PROBLEMS,
        },
    )
    @idempotent
    def post(self, request: Request, import_id: UUID) -> Response:
        given = VoidInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        wanted = UndoRequest(restore=asked["restore"], keep_statements=asked["keep_statements"])
        upload = find_import(self.actor, import_id)
        if given.validated_data["preview"]:
            found = services.preview_void(self.actor, upload, wanted)
            reach = policy.read_reach(self.actor)
            seen = plans.within_reach(upload.institution_id, found["conflicts"], reach)
            return Response({**found, "conflicts": seen})
        upload = services.void(self.actor, upload, wanted)
        self.audit("import.undone", upload.pk, name=str(upload), restore=wanted.restore)
        return Response(
            shown(find_import(self.actor, import_id), request, policy.read_reach(self.actor)), status=202
        )


class Conflicts(ApiView):
    """All that an undo left alone."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_conflicts",
        summary="What an undo left alone",
        responses={200: paged(ConflictLine), **PROBLEMS},
    )
    def get(self, request: Request, import_id: UUID) -> Response:
        upload = find_import(self.actor, import_id)
        asked = paging.window(request, 1)
        conflicts = upload.conflicts.order_by("-place" if asked.backwards else "place")
        if asked.place is not None:
            if not isinstance(asked.place[0], int):
                raise paging.bad_cursor()
            sign = "lt" if asked.backwards else "gt"
            conflicts = conflicts.filter(**{f"place__{sign}": asked.place[0]})
        page = paging.page_of(list(conflicts[: asked.limit + 1]), asked, lambda found: [found.place])
        total = (upload.void or {}).get("conflicts_total", 0)
        lines = [conflict_line(conflict) for conflict in page.rows]
        seen = plans.within_reach(upload.institution_id, lines, policy.read_reach(self.actor))
        return paging.answer(request, seen, page, total)
