"""What the REST API says of recurring reports, their runs, webhooks and notices, and what it takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from edu_csv.access.api.fields import Flag, Moment, OneOf, Strict
from reporting import clock
from reporting.models import Delivery, ReportRequest, ReportSchedule, ScheduleRun, Webhook
from reporting.models.notices import Kind, State
from reporting.models.schedules import PauseReason
from reporting.reports import reports
from reporting.schedules.manage import rhythm_of
from reporting.services import RequestStatus, status_of
from reporting.telling.wording import pause_said
from reporting.windows import Frequency

# A tab is hard to type.
DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "pipe": "|"}
FREQUENCIES = tuple(each.value for each in Frequency)


class OutputShape(serializers.Serializer[Any]):
    compression = serializers.BooleanField()
    delimiter = serializers.CharField()
    spreadsheet_safe = serializers.BooleanField()


class NotifyShape(serializers.Serializer[Any]):
    email = serializers.ListField(child=serializers.CharField())
    webhook = serializers.CharField(allow_blank=True)


class PauseShape(serializers.Serializer[Any]):
    """said: why, in a sentence."""

    reason = serializers.ChoiceField(PauseReason.choices)
    said = serializers.CharField()
    since = Moment()


class NextShape(serializers.Serializer[Any]):
    """due: when it is asked for. start, end: the days, UTC, the last of them left out; null for a report of all time."""

    due = Moment()
    start = serializers.DateField(allow_null=True)
    end = serializers.DateField(allow_null=True)


class ScheduleShape(serializers.Serializer[ReportSchedule]):
    """A recurring report. hour: of the institution's day. week_starts: 1 (Monday) to 7; of weekly ones."""

    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    report = serializers.CharField(source="report_name")
    frequency = serializers.ChoiceField(FREQUENCIES)
    hour = serializers.IntegerField()
    week_starts = serializers.IntegerField()
    output = OutputShape(source="*")
    notify = NotifyShape(source="*")
    paused = serializers.SerializerMethodField()
    pause = serializers.SerializerMethodField()
    next = serializers.SerializerMethodField()
    made_by = serializers.CharField()
    created_at = Moment()

    def get_paused(self, schedule: ReportSchedule) -> bool:
        return schedule.paused_at is not None

    @extend_schema_field(PauseShape(allow_null=True))
    def get_pause(self, schedule: ReportSchedule) -> dict[str, Any] | None:
        if schedule.paused_at is None:
            return None
        pause = {
            "reason": schedule.pause_reason, "said": pause_said(schedule), "since": schedule.paused_at,
        }  # fmt: skip
        return dict(PauseShape(pause).data)

    @extend_schema_field(NextShape(allow_null=True))
    def get_next(self, schedule: ReportSchedule) -> dict[str, Any] | None:
        if schedule.paused_at is not None:
            return None
        window = rhythm_of(schedule).window(schedule.next_start)
        report = reports().get(schedule.report_name)
        has_days = report is None or report.takes_dates
        days = {"start": window.start if has_days else None, "end": window.end if has_days else None}
        return dict(NextShape({"due": schedule.next_due, **days}).data)


class OutputInput(Strict):
    """spreadsheet_safe: an apostrophe before texts that a spreadsheet would take for a formula."""

    compression = Flag(required=False)
    delimiter = serializers.CharField(required=False, trim_whitespace=False, max_length=9)
    spreadsheet_safe = Flag(required=False)


class NotifyInput(Strict):
    """email: who is mailed when all of a window is there. webhook: an address with a secret, told of each request."""

    email = serializers.ListField(child=serializers.CharField(max_length=254), required=False, max_length=200)
    webhook = serializers.CharField(required=False, allow_blank=True, max_length=2_100)


class ScheduleChange(Strict):
    """What is left out stays as it is."""

    name = serializers.CharField(required=False, allow_blank=True)
    report = serializers.CharField(required=False)
    frequency = OneOf(FREQUENCIES, required=False)
    hour = serializers.IntegerField(required=False, min_value=0, max_value=23)
    week_starts = serializers.IntegerField(required=False, min_value=1, max_value=7)
    output = OutputInput(required=False)
    notify = NotifyInput(required=False)


class SchedulePatch(ScheduleChange):
    """paused: true lets it rest, false lets it go on."""

    paused = Flag(required=False)


class ScheduleInput(ScheduleChange):
    report = serializers.CharField()
    frequency = OneOf(FREQUENCIES)


def fields_of(given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, by the names of ``manage.FIELDS``."""
    fields: dict[str, Any] = {
        name: given[name] for name in ("name", "frequency", "hour", "week_starts") if name in given
    }
    if "report" in given:
        fields["report_name"] = given["report"]
    output = dict(given.get("output", {}))
    if "delimiter" in output:
        output["delimiter"] = DELIMITERS.get(output["delimiter"].strip().lower(), output["delimiter"])
    notify = dict(given.get("notify", {}))
    if "email" in notify:
        notify["email"] = list(dict.fromkeys(each.strip() for each in notify["email"]))
    return fields | output | notify


class RunRequest(serializers.Serializer[ReportRequest]):
    """One file, fetched where all requests are: ``GET /public/api/v1/reporting/request/{id}``."""

    id = serializers.UUIDField(source="pk")
    status = serializers.SerializerMethodField()
    parameters = serializers.DictField()
    rows = serializers.IntegerField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField([each.value for each in RequestStatus]))
    def get_status(self, request: ReportRequest) -> str:
        return status_of(request, clock.now()).value


class RunShape(serializers.Serializer[ScheduleRun]):
    """One window, run. left_out: how many windows before it were missed too long ago, and never are."""

    id = serializers.UUIDField()
    start = serializers.DateField()
    end = serializers.DateField()
    made_at = Moment()
    left_out = serializers.IntegerField()
    requests = RunRequest(many=True)


class WebhookShape(serializers.Serializer[Webhook]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    made_by = serializers.CharField()
    created_at = Moment()
    secret_at = Moment()


class WebhookInput(Strict):
    url = serializers.CharField(max_length=2_100)


class NewSecret(serializers.Serializer[Any]):
    """secret: shown this once. The HMAC-SHA256 of ``<Edu-CSV-Timestamp>.<body>`` with it as key is the signature."""

    url = serializers.CharField()
    secret = serializers.CharField()
    secret_at = Moment()


class TryShape(serializers.Serializer[Any]):
    """status: of HTTP. why: what went wrong; blank when it was taken. ms: how long it took."""

    at = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(allow_blank=True)
    ms = serializers.IntegerField()


class NoticeShape(serializers.Serializer[Delivery]):
    """One notice to one address. request, run, schedule: what it is about; one of them. next_at: its next try."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    address = serializers.CharField()
    request = serializers.UUIDField(source="request_id", allow_null=True)
    run = serializers.UUIDField(source="run_id", allow_null=True)
    schedule = serializers.UUIDField(source="schedule_id", allow_null=True)
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField(source="attempt")
    tries = TryShape(many=True)
    created_at = Moment()
    next_at = serializers.SerializerMethodField()
    ended_at = Moment(allow_null=True)

    @extend_schema_field(Moment(allow_null=True))
    def get_next_at(self, notice: Delivery) -> str | None:
        if notice.state != State.WAITING:
            return None
        shown: str | None = Moment().to_representation(notice.next_at)
        return shown
