"""``/report-schedules``: reports that come by themselves (reporting-api.md 8)."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from reporting.api.recurring.doors import ReportsView, newest_first
from reporting.api.recurring.shapes import RunShape, ScheduleInput, SchedulePatch, ScheduleShape, fields_of
from reporting.models import ReportSchedule
from reporting.schedules import manage
from reporting.schedules.manage import NewSchedule
from reporting.services import visible_requests


def find_schedule(view: ApiView, schedule_id: UUID) -> ReportSchedule:
    """One that the caller sees; raises Refusal 404."""
    found = manage.visible_schedules(view.actor).filter(pk=schedule_id).first()
    if found is None:
        raise not_found("There is no such recurring report.")
    return found


class Schedules(ReportsView):
    """Make a recurring report; list those that there are."""

    @extend_schema(
        operation_id="report_schedules_list",
        summary="Recurring reports, newest first",
        responses={200: paged(ScheduleShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        only_known(request, ())
        found = manage.visible_schedules(self.actor)
        page = newest_first(found, paging.window(request, 1))
        shown = [ScheduleShape(each).data for each in page.rows]
        return paging.answer(request, shown, page, found.count())

    @extend_schema(
        operation_id="report_schedules_create",
        summary="Make a recurring report",
        description=(
            "It asks with the rights that whoever makes it has at each run. Its first window is the next that is"
            " complete; windows end 48 hours back."
        ),
        request=ScheduleInput,
        responses={201: ScheduleShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = ScheduleInput(data=request.data)
        given.is_valid(raise_exception=True)
        fields = fields_of(given.validated_data)
        fields["email"] = tuple(fields.get("email", ()))
        schedule = manage.create(self.actor, NewSchedule(**fields))
        self.audit("report_schedule.created", schedule.pk, report=schedule.report_name)
        address = reverse("api:report-schedule", kwargs={"schedule_id": schedule.pk}, request=request)
        return Response(ScheduleShape(schedule).data, status=201, headers={"Location": address})


class OneSchedule(ReportsView):
    """A recurring report: look, change, pause, end."""

    @extend_schema(
        operation_id="report_schedules_get",
        summary="One recurring report",
        responses={200: ScheduleShape, **PROBLEMS},
    )
    def get(self, request: Request, schedule_id: UUID) -> Response:
        return Response(ScheduleShape(find_schedule(self, schedule_id)).data)

    @extend_schema(
        operation_id="report_schedules_change",
        summary="Change, pause or let go on",
        description="What was due while it rested is not made up for.",
        request=SchedulePatch,
        responses={200: ScheduleShape, **PROBLEMS},
    )
    def patch(self, request: Request, schedule_id: UUID) -> Response:
        schedule = find_schedule(self, schedule_id)
        given = SchedulePatch(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        paused = wanted.pop("paused", None)
        schedule = manage.change(self.actor, schedule, **fields_of(wanted))
        if paused is not None:
            schedule = (manage.pause if paused else manage.resume)(self.actor, schedule)
        self.audit("report_schedule.changed", schedule.pk, fields=sorted(given.validated_data))
        return Response(ScheduleShape(schedule).data)

    @extend_schema(
        operation_id="report_schedules_delete",
        summary="End it for good",
        description="What it asked for stays where it is.",
        responses={204: None, **PROBLEMS},
    )
    def delete(self, request: Request, schedule_id: UUID) -> Response:
        schedule = find_schedule(self, schedule_id)
        manage.delete(self.actor, schedule)
        self.audit("report_schedule.deleted", schedule_id, report=schedule.report_name)
        return Response(status=204)


class Runs(ReportsView):
    """What a recurring report has asked for."""

    @extend_schema(
        operation_id="report_schedules_runs",
        summary="Its runs, newest first",
        responses={200: paged(RunShape), **PROBLEMS},
    )
    def get(self, request: Request, schedule_id: UUID) -> Response:
        only_known(request, ())
        schedule = find_schedule(self, schedule_id)
        requests = visible_requests(self.actor).order_by("job__received")
        found = schedule.runs.prefetch_related(Prefetch("requests", requests))
        page = newest_first(found, paging.window(request, 1))
        shown = [RunShape(each).data for each in page.rows]
        return paging.answer(request, shown, page, schedule.runs.count())
