"""Recurring reports: what is asked for again and again, and each time that it was."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from edu_csv.ids import uuid7
from reporting.windows import Frequency, Window


class PauseReason(TextChoices):
    """Why a schedule rests; ``schedules.words`` says each in a sentence."""

    PERSON = "person"
    # Three results in a row that nobody took a link to.
    NOT_FETCHED = "not_fetched"
    NOT_PERMITTED = "not_permitted"
    # Whoever made it, account or API client, is gone or switched off.
    MAKER_GONE = "maker_gone"
    REPORT_GONE = "report_gone"
    # What it asks for is refused by now, such as a day too far back.
    REFUSED = "refused"


class ReportSchedule(models.Model):
    """A report that comes by itself (reporting-api.md 8, recurring reports)."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    # What people call it; blank: after its report and its rhythm.
    name = models.TextField(blank=True)
    report_name = models.CharField(max_length=40)
    frequency = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Frequency])
    # Of the institution's day.
    hour = models.SmallIntegerField(default=6)
    # 1 (Monday) to 7; of weekly windows.
    week_starts = models.SmallIntegerField(default=1)
    compression = models.BooleanField(default=True)
    delimiter = models.CharField(max_length=1, default=",")
    spreadsheet_safe = models.BooleanField(default=False)
    # Who is mailed when a window's results are there; and the webhook of each request, blank: none.
    email = models.JSONField(default=list)
    webhook = models.TextField(blank=True)

    # Whoever made it, with whose rights each run asks.
    account = models.ForeignKey("access.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    client = models.ForeignKey("access.ApiClient", on_delete=models.SET_NULL, null=True, related_name="+")
    by_system = models.BooleanField(default=False)
    made_by = models.TextField(default="")
    created_at = models.DateTimeField(default=timezone.now)

    # The first day of the first window that is not seen to yet, and when that is due.
    next_start = models.DateField()
    next_due = models.DateTimeField()
    # Results are counted as not fetched from here on: since it was made, or went on after a pause.
    counts_from = models.DateTimeField()
    # Null while it runs.
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=20, choices=PauseReason.choices, blank=True)
    # Of a person: their name; else what was said.
    pause_detail = models.TextField(blank=True)

    class Meta:
        db_table = "reporting_schedule"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="schedule_hour", condition=Q(hour__gte=0, hour__lte=23)),
            models.CheckConstraint(
                name="schedule_week_starts", condition=Q(week_starts__gte=1, week_starts__lte=7)
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_due"], name="schedule_due", condition=Q(paused_at__isnull=True)),
            models.Index(fields=["institution"], name="schedule_of_institution"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.report_name}, {self.frequency}"


class ScheduleRun(models.Model):
    """One window of a schedule, run. Its requests are one, or of a month one for each range of at most 7 days."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    schedule = models.ForeignKey(ReportSchedule, on_delete=models.CASCADE, related_name="runs")
    start = models.DateField()
    end = models.DateField()
    # The same of all windows that were made up for at once.
    made_at = models.DateTimeField()
    # How many windows before it were left out for good: missed too long ago.
    left_out = models.IntegerField(default=0)
    email = models.JSONField(default=list)
    # When its mails were made ready; null until all of its requests have ended.
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reporting_schedule_run"
        constraints: ClassVar[list[Any]] = [
            # However many ask at once: no window twice.
            models.UniqueConstraint(fields=["schedule", "start", "end"], name="window_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["schedule", "-made_at"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"

    @property
    def window(self) -> Window:
        return Window(self.start, self.end)
