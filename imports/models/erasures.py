"""What uploads must no longer show in results, though they still hold it until their retention ends."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class Erasure(models.Model):
    """One id by which files knew a person who was erased; kept as a keyed hash, and only so long."""

    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "imports_erasure"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["institution", "erased_at"], name="erasure_newest")
        ]

    def __str__(self) -> str:
        return f"an id erased at {self.erased_at}"
