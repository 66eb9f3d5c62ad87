"""One requested export and the file that became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from edu_csv.jobs.models import Job


class Export(models.Model):
    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="export_of")
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    format_key = models.CharField(max_length=80)
    filters = models.JSONField(default=dict)
    compression = models.BooleanField(default=False)
    delimiter = models.CharField(max_length=1, default=",")
    spreadsheet_safe = models.BooleanField(default=False)
    byte_order_mark = models.BooleanField(default=False)

    file_key = models.TextField(blank=True)
    file_name = models.TextField(blank=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # What the format cannot express: how many objects were left out, by reason.
    omitted = models.JSONField(default=dict)
    omitted_key = models.TextField(blank=True)
    # Of feeds, each file written, those of a package in their order: [{"name", "rows", "omitted": [Omission.stored]}];
    # the last may be without a name, for what no file has a place for. Of other formats that one alone.
    files = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exports_export"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["institution", "-job"], name="export_newest")]

    def __str__(self) -> str:
        return self.file_name or self.format_key
