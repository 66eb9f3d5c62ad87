"""``/report-notices``: whom mails and webhooks went to, what came of each try, and sending one again."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import Refusal, bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from reporting.api.recurring.doors import ReportsView, an_id, newest_first
from reporting.api.recurring.shapes import NoticeShape
from reporting.models import ReportSchedule
from reporting.models.notices import State
from reporting.schedules import notices

FILTERS = ("request", "schedule", "state")


class Notices(ReportsView):
    """Mails and webhooks about reports that the caller sees."""

    @extend_schema(
        operation_id="report_notices_list",
        summary="Notices, newest first",
        parameters=[
            OpenApiParameter("request", str, description="Id of a request."),
            OpenApiParameter("schedule", str, description="Id of a recurring report."),
            OpenApiParameter("state", str, enum=State.values),
        ],
        responses={200: paged(NoticeShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        only_known(request, FILTERS)
        found = notices.visible_notices(self.actor)
        asked = request.query_params
        if about := asked.get("request"):
            found = found.filter(request=an_id("request", about))
        if about := asked.get("schedule"):
            found = notices.of_schedule(found, ReportSchedule(pk=an_id("schedule", about)))
        if state := asked.get("state"):
            if state not in State.values:
                raise bad_field(
                    "state", "bad_enum", f"Expected {', '.join(State.values)}; got `{state[:40]}`."
                )
            found = found.filter(state=state)
        page = newest_first(found, paging.window(request, 1))
        return paging.answer(request, [NoticeShape(each).data for each in page.rows], page, found.count())


class SendAgain(ReportsView):
    """Send a notice once more."""

    @extend_schema(
        operation_id="report_notices_send",
        summary="Send it again",
        description="With the same id and the same body, from now on for another day.",
        request=None,
        responses={202: NoticeShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request, notice_id: UUID) -> Response:
        found = notices.visible_notices(self.actor).filter(pk=notice_id).first()
        if found is None:
            raise not_found("There is no such notice.")
        if not notices.send_again(found):
            raise Refusal(409, "wrong_state", "It waits already, and is tried again by itself.")
        self.audit("report_notice.sent_again", notice_id, to=found.address)
        found.refresh_from_db()
        return Response(NoticeShape(found).data, status=202)
