"""What an undo left alone, and why."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from imports.models.imports import Import


class Conflict(models.Model):
    """A field or object that something later changed; undo never overwrites later work.

    field: null for a whole object. reason: changed_later, has_dependants, key_taken, parent_gone, erased.
    ours: what the import had set. now: what stands there.
    """

    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    upload = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="conflicts")
    place = models.IntegerField()
    object_type = models.SmallIntegerField()
    object_id = models.UUIDField()
    field = models.TextField(null=True)
    reason = models.CharField(max_length=20)
    ours = models.JSONField(null=True)
    now = models.JSONField(null=True)

    class Meta:
        db_table = "imports_conflict"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["upload", "place"], name="conflict_place")]

    def __str__(self) -> str:
        return f"{self.reason}: {self.field or self.object_id}"
