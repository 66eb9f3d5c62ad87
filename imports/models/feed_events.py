"""What the feed watch has noticed about a source: late, empty, much smaller, unchanged, stopped."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from edu_csv.ids import uuid7
from imports.models.sources import Source


class FeedFault(models.TextChoices):
    """Worst first: of several the first is what a source is called."""

    STOPPED = "stopped"
    UNREAD = "unread"
    LATE = "late"
    EMPTY = "empty"
    SMALLER = "smaller"
    UNCHANGED = "unchanged"


class FeedEvent(models.Model):
    """One fault of one source on one day, told once; and that the feed is well again, told once."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="events")
    fault = models.CharField(max_length=10, choices=FeedFault.choices)
    # The day, in the institution's zone, for which the file was expected, or on which it came.
    day = models.DateField()
    # The figures of its sentence: {"percent": 64}, {"days": 5}, {"why": "refused", "import": "0190…"}.
    params = models.JSONField(default=dict)
    began_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    # When it was over, and when that was told; also set when nobody need hear of it.
    ended_at = models.DateTimeField(null=True, blank=True)
    well_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "imports_feed_event"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "fault", "day"], name="feed_event_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            # What is open or has still to be told: nearly nothing.
            models.Index(
                fields=["institution", "source"],
                name="feed_event_open",
                condition=models.Q(told_at=None) | models.Q(ended_at=None) | models.Q(well_told_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fault} on {self.day}"
