"""Downloads of results that are too long to make while someone waits."""

from __future__ import annotations

from django.db import models

from edu_csv.jobs.models import Job
from imports.models.imports import Import


class ResultFile(models.Model):
    """One file being made by a job. key: where it will be; it names the plan that it is about."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="result_file")
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    upload = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="result_files")
    only_failed = models.BooleanField()
    key = models.TextField()

    class Meta:
        db_table = "imports_result_file"

    def __str__(self) -> str:
        return self.key
