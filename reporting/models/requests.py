"""One requested report and the file that became of it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.jobs.models import Job


class ReportRequest(models.Model):
    """reporting-api.md 4.3. Who asked, when, and how far it has come stands in the job."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="report_of")
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    report_name = models.CharField(max_length=40)
    # As supplied: {"start": "2025-03-10", "end": "2025-03-17"}; {} for a report that takes none.
    parameters = models.JSONField(default=dict)
    compression = models.BooleanField(default=True)
    delimiter = models.CharField(max_length=1, default=",")
    spreadsheet_safe = models.BooleanField(default=False)
    # Addresses to write to when it has ended.
    notify = models.JSONField(default=list)
    # Asked for by the machine itself, which may see everything; else by the job's account or client.
    by_system = models.BooleanField(default=False)

    # The org units from which the report reaches downwards; null: the whole institution. As it was when it was asked
    # for, and of the file when it was made: who reaches less by now may not have what lies beyond.
    reach = ArrayField(models.UUIDField(), null=True)

    # Blank while there is no file, or no longer.
    file_key = models.TextField(blank=True)
    # Stays when the file has gone.
    file_name = models.TextField(blank=True)
    rows = models.BigIntegerField(null=True)
    # Of the file as it is stored: packed, when it is.
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    columns = models.SmallIntegerField(null=True)
    # 4.1 (6): the last day that was complete when it was made.
    complete_through = models.DateField(null=True)
    # Of the file, from the day of the request on, whatever becomes of it.
    expires_at = models.DateTimeField()
    # When somebody first took a link to the file.
    fetched_at = models.DateTimeField(null=True)
    # The run of a schedule that asked for it; null: somebody did.
    run = models.ForeignKey(
        "reporting.ScheduleRun", on_delete=models.SET_NULL, null=True, related_name="requests"
    )
    # When the notices that it is ended were made ready.
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reporting_request"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["institution", "expires_at"], name="report_expiry")
        ]

    def __str__(self) -> str:
        return self.file_name or self.report_name

    @property
    def start(self) -> date | None:
        """The first day reported, UTC; None for a report of all time."""
        return _day(self.parameters.get("start"))

    @property
    def end(self) -> date | None:
        """The day after the last."""
        return _day(self.parameters.get("end"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
