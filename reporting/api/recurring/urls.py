"""Addresses of recurring reports, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from reporting.api.recurring import problems  # noqa: F401  # registers how refusals are told
from reporting.api.recurring.notices import Notices, SendAgain
from reporting.api.recurring.schedules import OneSchedule, Runs, Schedules
from reporting.api.recurring.webhooks import Webhooks

urlpatterns = [
    path("report-schedules", Schedules.as_view(), name="report-schedules"),
    path("report-schedules/<uuid:schedule_id>", OneSchedule.as_view(), name="report-schedule"),
    path("report-schedules/<uuid:schedule_id>/runs", Runs.as_view(), name="report-schedule-runs"),
    path("report-webhooks", Webhooks.as_view(), name="report-webhooks"),
    path("report-notices", Notices.as_view(), name="report-notices"),
    path("report-notices/<uuid:notice_id>/send", SendAgain.as_view(), name="report-notice-send"),
]
