"""A file that its sender puts into storage itself (rest-api.md section 6)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from edu_csv.ids import uuid7
from imports.models.imports import Import


class DirectUpload(models.Model):
    """Leave to store one file, and then the file until an import takes it over.

    state: what storage needs to complete or abort it. sha256: set when it is complete.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, null=True, blank=True)
    client = models.ForeignKey("access.ApiClient", on_delete=models.CASCADE, null=True, blank=True)
    name = models.TextField()
    bytes = models.BigIntegerField()
    key = models.TextField()
    state = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # The import whose file it is; storage keeps the file for that import's sake then.
    used_by = models.OneToOneField(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="direct_upload"
    )

    class Meta:
        db_table = "imports_direct_upload"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["institution", "-created_at"], name="direct_upload_newest")
        ]

    def __str__(self) -> str:
        return self.name
