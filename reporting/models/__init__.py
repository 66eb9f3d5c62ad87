"""What reporting keeps."""

from __future__ import annotations

from reporting.models.notices import Delivery, Webhook
from reporting.models.requests import ReportRequest
from reporting.models.schedules import PauseReason, ReportSchedule, ScheduleRun

__all__ = ["Delivery", "PauseReason", "ReportRequest", "ReportSchedule", "ScheduleRun", "Webhook"]
